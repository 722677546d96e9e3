// A walk over every call of the OpenAPI document: who may make it, and that it answers what it declares (the
// test server checks each answer against its schema).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeDirectory } from '../server.ts';
import { definition, event, meter, openWorld, pathIn } from './world.ts';
import type { World } from './world.ts';

type Role = 'viewer' | 'runner' | 'admin';
const ROLES: readonly Role[] = ['viewer', 'runner', 'admin'];

interface Operation {
  readonly 'x-role'?: Role;
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

let world: World;
let calls: Call[];
const keys = new Map<Role, string>();

beforeAll(async () => {
  world = await openWorld();
  const { paths } = await world.api.get<{ paths: Record<string, Record<string, Operation>> }>(
    '/openapi.json',
  );
  calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  for (const role of ROLES) {
    keys.set(role, (await world.api.post<{ key: string }>('/v1/api-keys', { name: role, role })).key);
  }
});
afterAll(async () => {
  await world.api.close();
  removeDirectory(world.api.weir.dataDir);
});

/** What a key needs, by the rules of the API contract rather than by what the server says of itself. */
function roleOf({ method, path }: Call): Role | 'public' {
  if (['/healthz', '/readyz', '/openapi.json'].includes(path)) return 'public';
  if (method === 'GET' || /\/(?:validate|detect|queries|event-definitions\/import)$/u.test(path))
    return 'viewer';
  const runner =
    /\/(?:events|runs|imports|stop)$|^\/v1\/files\/|^\/v1\/ingest\/|^\/v1\/event-stores\/\{id\}\/backfills$|^\/v1\/backfills\/\{id\}$/u;
  return runner.test(path) ? 'runner' : 'admin';
}

const send = async (call: Call, authorization?: string): Promise<Response> =>
  world.api.weir.server.app.request(pathIn(world, call.path), {
    method: call.method,
    headers: authorization === undefined ? {} : { authorization },
  });

const nameOf = ({ method, path }: Call): string => `${method} ${path}`;

describe('every call', () => {
  it('is there', () => {
    expect(calls.length).toBeGreaterThan(45);
  });

  it('says which role it needs, as the contract has it', () => {
    const said = calls.map((call) => [nameOf(call), call.operation['x-role'] ?? 'public']);
    expect(said).toEqual(calls.map((call) => [nameOf(call), roleOf(call)]));
    const open = calls.filter(({ operation }) => operation.security?.length === 0);
    expect(open.map(({ path }) => path)).toEqual(['/healthz', '/readyz', '/openapi.json']);
  });

  it('asks for a key, and does nothing without a good one', async () => {
    for (const call of calls.filter((one) => roleOf(one) !== 'public')) {
      for (const authorization of [undefined, 'Bearer', 'Bearer wrong', `Basic ${keys.get('admin')}`]) {
        const response = await send(call, authorization);
        const body = (await response.json()) as { code: string };
        expect([nameOf(call), response.status, body.code]).toEqual([nameOf(call), 401, 'UNAUTHORISED']);
      }
    }
  });

  it('is forbidden to a key of a lower role', async () => {
    let forbidden = 0;
    for (const call of calls) {
      const needed = ROLES.findIndex((role) => role === roleOf(call));
      for (const role of ROLES.slice(0, Math.max(needed, 0))) {
        const response = await send(call, `Bearer ${keys.get(role)}`);
        const body = (await response.json()) as { code: string };
        expect([nameOf(call), role, response.status, body.code]).toEqual([
          nameOf(call),
          role,
          403,
          'FORBIDDEN',
        ]);
        forbidden += 1;
      }
    }
    expect(forbidden).toBeGreaterThan(20);
  });

  it('that reads answers 200 to every role', async () => {
    for (const call of calls.filter(({ method }) => method === 'GET')) {
      for (const role of ROLES) {
        const response = await send(call, `Bearer ${keys.get(role)}`);
        const text = await response.text();
        expect([nameOf(call), role, response.status], text).toEqual([nameOf(call), role, 200]);
      }
    }
  });

  it('that reads one thing says 404 when it is not there', async () => {
    for (const call of calls.filter(({ method, path }) => method === 'GET' && path.includes('{'))) {
      const path = call.path.replaceAll(/\{version\}/gu, '9').replaceAll(/\{\w+\}/gu, 'not-there');
      const answer = await world.api.weir.call('GET', path);
      expect([nameOf(call), answer.status]).toEqual([nameOf(call), 404]);
      expect(answer.body['code']).toMatch(/_NOT_FOUND$/u);
    }
  });

  it('that takes JSON refuses what is none', async () => {
    const needed = new Map([['/v1/event-definitions/import', '?format=json-schema']]);
    const takesJson = (call: Call) =>
      JSON.stringify(call.operation).includes('"application/json"') && call.method !== 'GET';
    for (const call of calls.filter(takesJson).filter(({ method }) => method !== 'DELETE')) {
      const init = { headers: { 'content-type': 'application/json' } };
      const answer = await world.api.weir.call(
        call.method,
        pathIn(world, call.path) + (needed.get(call.path) ?? ''),
        '{"broken"',
        init,
      );
      expect([nameOf(call), answer.status], JSON.stringify(answer.body)).toEqual([
        nameOf(call),
        expect.any(Number),
      ]);
      if (answer.status >= 300) expect([400, 415]).toContain(answer.status);
    }
  });
});

interface Change {
  readonly call: string;
  readonly key: Role;
  readonly body?: unknown;
  readonly type?: string;
  /** Replaces the path, where the thing of the world will not do. */
  readonly path?: string;
}

/** One good request for every call that changes something, in an order in which each of them works. */
const changes: readonly Change[] = [
  { call: 'POST /v1/event-definitions', key: 'admin', body: definition('second') },
  {
    call: 'PUT /v1/event-definitions/{id}',
    key: 'admin',
    body: { ...definition('calls'), description: 'changed' },
  },
  { call: 'POST /v1/event-definitions/detect', key: 'viewer', body: [event('1', '0.5')] },
  {
    call: 'POST /v1/event-definitions/import',
    key: 'viewer',
    path: '/v1/event-definitions/import?format=json-schema',
    body: { title: 'imported', properties: { id: { type: 'string' } } },
  },
  { call: 'POST /v1/event-stores', key: 'admin', body: { name: 'second', eventDefinition: 'second' } },
  {
    call: 'PUT /v1/event-stores/{id}',
    key: 'admin',
    body: { name: 'calls', eventDefinition: 'calls', timeZone: 'Asia/Tokyo' },
  },
  { call: 'POST /v1/event-stores/{id}/events', key: 'runner', body: [event('1', 'x'), event('4', '1'), {}] },
  { call: 'POST /v1/ingest/{meter}', key: 'runner', body: [event('1', '1')] },
  {
    call: 'POST /v1/event-stores/{id}/queries',
    key: 'viewer',
    body: { sql: 'SELECT count(*) FROM events' },
  },
  { call: 'POST /v1/event-stores/{id}/imports', key: 'runner', body: { file: 'usage.csv' } },
  {
    call: 'POST /v1/event-stores/{id}/backfills',
    key: 'runner',
    path: '/v1/event-stores/calls/backfills?kind=delete',
    body: 'id\n4\n',
    type: 'text/csv',
  },
  { call: 'POST /v1/backfills/{id}/confirm', key: 'admin', body: { reconcile: true } },
  { call: 'POST /v1/meters/validate', key: 'viewer', body: meter('third', 'nowhere') },
  { call: 'POST /v1/meters', key: 'admin', body: meter('second', 'second') },
  { call: 'PUT /v1/meters/{id}', key: 'admin', body: meter('per account', 'calls') },
  { call: 'POST /v1/meters/{id}/runs', key: 'runner', body: { mode: 'batch' } },
  { call: 'PUT /v1/files/{name}', key: 'runner', body: 'bytes', type: 'application/octet-stream' },
  { call: 'DELETE /v1/files/{name}', key: 'runner' },
  { call: 'POST /v1/api-keys', key: 'admin', body: { name: 'fresh', role: 'runner' } },
  { call: 'DELETE /v1/api-keys/{id}', key: 'admin' },
  { call: 'DELETE /v1/meters/{id}', key: 'admin', path: '/v1/meters/second' },
  { call: 'DELETE /v1/event-stores/{id}', key: 'admin', path: '/v1/event-stores/second' },
  { call: 'DELETE /v1/event-definitions/{id}', key: 'admin', path: '/v1/event-definitions/second' },
];

describe('every call that changes something', () => {
  it('has a request here', () => {
    const changing = calls.filter(({ method }) => method !== 'GET').map(nameOf);
    // A run that has ended cannot be stopped, nor a backfill that is going on be reverted or discarded; they are
    // tested with the runs and the backfills.
    const elsewhere = [
      'POST /v1/runs/{id}/stop',
      'POST /v1/backfills/{id}/revert',
      'DELETE /v1/backfills/{id}',
    ];
    const walked = [...changes.map(({ call }) => call), ...elsewhere];
    expect(walked.toSorted()).toEqual(changing.toSorted());
  });

  it('works with the role that it needs, and answers as declared', async () => {
    for (const change of changes) {
      const known = calls.find((call) => nameOf(call) === change.call)!;
      const path = change.path ?? pathIn(world, known.path);
      const init = {
        key: keys.get(change.key)!,
        headers: { 'content-type': change.type ?? 'application/json' },
      };
      const answer = await world.api.weir.call(known.method, path, change.body, init);
      const declared = Object.keys(known.operation.responses)[0];
      expect([change.call, String(answer.status)], JSON.stringify(answer.body)).toEqual([
        change.call,
        declared,
      ]);
    }
  });
});

it('a store that a meter names keeps its name', async () => {
  const renamed = { name: 'renamed', eventDefinition: 'calls' };
  const answer = await world.api.weir.call('PUT', '/v1/event-stores/calls', renamed);
  expect([answer.status, answer.body['code']]).toEqual([409, 'EVENT_STORE_REFERENCED_BY_METER']);
  expect(answer.body['detail']).toContain("'per account'");
});

describe('nothing else', () => {
  it.each([
    '/v1',
    '/v1/nowhere',
    '/v2/event-stores',
    '/v1/event-stores/x/y/z',
    '/%00',
    '/..%2fetc/passwd',
    '/.git/config',
  ])('%s is found', async (path) => {
    const answer = await world.api.weir.call('GET', path, undefined, {
      headers: { accept: 'application/json' },
    });
    expect([answer.status, answer.body['code']]).toEqual([404, 'NOT_FOUND']);
  });

  it('other methods are refused', async () => {
    const answer = await world.api.weir.call('PUT', '/v1/event-stores', {});
    expect([answer.status, answer.body['code']]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(answer.headers.get('allow')).toContain('POST');
  });
});
