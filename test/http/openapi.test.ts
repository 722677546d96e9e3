import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestServer, removeDirectory } from '../server.ts';
import type { TestServer } from '../server.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: unknown;
  }[];
  readonly responses: Record<string, unknown>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

let weir: TestServer;
let api: Document;
beforeAll(async () => {
  weir = await openTestServer();
  api = (await weir.call<Document>('GET', '/openapi.json')).body;
});
afterAll(async () => {
  await weir.close();
  removeDirectory(weir.dataDir);
});

const operations = (): [string, string, Operation][] =>
  Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
      path,
      method,
      operation,
    ]),
  );

it('names every call once, each path parameter declared', () => {
  expect(api.openapi).toBe('3.1.0');
  expect(operations().length).toBeGreaterThan(30);
  const ids = operations().map(([, , operation]) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [path, , operation] of operations()) {
    const declared = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect(declared.map(({ name }) => `{${name}}`).sort()).toEqual((path.match(/\{\w+\}/gu) ?? []).sort());
    expect(declared.every(({ required }) => required)).toBe(true);
    expect(operation.summary).not.toBe('');
    expect(Object.keys(operation.responses).some((status) => /^2\d\d$/u.test(status))).toBe(true);
  }
});

it('has a schema behind every reference', () => {
  const references = [...JSON.stringify(api).matchAll(/"#\/components\/(\w+)\/([^"]+)"/gu)];
  expect(references.length).toBeGreaterThan(30);
  for (const [, kind, name] of references) {
    expect((api.components as unknown as Record<string, object>)[kind!]).toHaveProperty(name!);
  }
  expect(JSON.stringify(api)).not.toContain('$defs');
});

it('knows what is required, and what numbers may be', () => {
  const list = api.paths['/v1/event-stores/{id}/events']!['get']!;
  expect(list.parameters.find(({ name }) => name === 'limit')).toMatchObject({
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
  });
  expect(api.components.schemas['EventDefinitionInput']).toMatchObject({
    required: ['name', 'fields', 'eventIdFields'],
    additionalProperties: false,
  });
});
