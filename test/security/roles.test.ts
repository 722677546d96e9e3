// Every call of the OpenAPI document with every role, and without a key.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_KEY, openTestServer, removeDirectory } from '../server.ts';
import type { TestServer } from '../server.ts';

const ROLES = ['viewer', 'runner', 'admin'] as const;
type Role = (typeof ROLES)[number];

const OPEN = ['GET /healthz', 'GET /readyz', 'GET /openapi.json'];
/** Questions that need a body. Every GET is a viewer's too. */
const VIEWER = [
  'POST /v1/event-definitions/detect',
  'POST /v1/event-definitions/import',
  'POST /v1/event-stores/{id}/queries',
  'POST /v1/meters/validate',
];
/** What brings usage in and evaluates it, and nothing that changes what there is. */
const RUNNER = [
  'POST /v1/event-stores/{id}/events',
  'POST /v1/ingest/{meter}',
  'POST /v1/event-stores/{id}/imports',
  'POST /v1/event-stores/{id}/backfills',
  'DELETE /v1/backfills/{id}',
  'PUT /v1/files/{name}',
  'DELETE /v1/files/{name}',
  'POST /v1/meters/{id}/runs',
  'POST /v1/runs/{id}/stop',
];

let weir: TestServer;
let calls: { name: string; method: string; path: string }[];
const keys = new Map<Role, string>([['admin', ADMIN_KEY]]);
beforeAll(async () => {
  weir = await openTestServer();
  for (const role of ['viewer', 'runner'] as const) {
    const made = await weir.call<{ key: string }>('POST', '/v1/api-keys', { name: `a ${role}`, role });
    keys.set(role, made.body.key);
  }
  const { body } = await weir.call<{ paths: Record<string, object> }>('GET', '/openapi.json');
  calls = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/gu, 'none'),
    })),
  );
});
afterAll(async () => {
  await weir.close();
  removeDirectory(weir.dataDir);
});

/** The least role that a call needs by the contract: what is not listed and no GET is an admin's. */
function needed(name: string): Role | 'open' {
  if (OPEN.includes(name)) return 'open';
  if (name.startsWith('GET ') || VIEWER.includes(name)) return 'viewer';
  return RUNNER.includes(name) ? 'runner' : 'admin';
}

/** A call without a body: allowed calls then fail later than the check of the key. */
const statusOf = async (method: string, path: string, authorization?: string): Promise<number> =>
  (
    await weir.server.app.request(path, {
      method,
      headers: authorization === undefined ? {} : { authorization },
    })
  ).status;

describe('roles', () => {
  it('open exactly what the contract says, call by call', async () => {
    expect(calls.length).toBeGreaterThan(40);
    for (const name of RUNNER) expect(calls.map((call) => call.name)).toContain(name);
    const wrong: string[] = [];
    for (const { name, method, path } of calls) {
      const least = needed(name);
      const without = await statusOf(method, path);
      if ((without === 401) !== (least !== 'open')) wrong.push(`${name} without a key: ${without}`);
      for (const role of ROLES) {
        const allowed = least === 'open' || ROLES.indexOf(role) >= ROLES.indexOf(least);
        const status = await statusOf(method, path, `Bearer ${keys.get(role)}`);
        if (status === 401 || (status === 403) === allowed) wrong.push(`${name} as ${role}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('say what is needed and what the key has', async () => {
    const refused = await weir.call('POST', '/v1/meters', {}, { key: keys.get('runner')! });
    expect(refused.body).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
      detail: "This needs a key with role admin; 'a runner' has runner.",
    });
  });
});

describe('a key', () => {
  it('is refused at once when it is revoked', async () => {
    const made = await weir.call<{ id: string; key: string }>('POST', '/v1/api-keys', {
      name: 'short-lived',
      role: 'admin',
    });
    const bearer = `Bearer ${made.body.key}`;
    expect(await statusOf('GET', '/v1/meters', bearer)).toBe(200);
    // It may even revoke itself.
    const gone = await weir.call('DELETE', `/v1/api-keys/${made.body.id}`, undefined, { key: made.body.key });
    expect(gone.status).toBe(204);
    expect(await statusOf('GET', '/v1/meters', bearer)).toBe(401);
  });

  it('is not taken from a header that is not exactly one', async () => {
    const key = keys.get('viewer')!;
    for (const accepted of [`Bearer ${key}`, `bearer ${key}`, `  BEARER   ${key}  `]) {
      expect(await statusOf('GET', '/v1/meters', accepted), accepted).toBe(200);
    }
    const refused = [
      '',
      key,
      'Bearer',
      'Bearer ',
      `Bearer\t${key}`,
      `Basic ${key}`,
      `Bearer ${key},`,
      `Bearer ${key} ${key}`,
      `Bearer "${key}"`,
      `Bearer ${key.toUpperCase()}`,
      `Bearer ${key.slice(0, -1)}`,
      `Token Bearer ${key}`,
      `Bearer ${'x'.repeat(100_000)}`,
    ];
    for (const header of refused) expect(await statusOf('GET', '/v1/meters', header), header).toBe(401);
  });

  it('is never taken from an address', async () => {
    expect(await statusOf('GET', `/v1/meters?key=${keys.get('viewer')!}`)).toBe(401);
  });

  it('that is the last admin key cannot be revoked, also not by two at once', async () => {
    const made = await weir.call<{ id: string; key: string }>('POST', '/v1/api-keys', {
      name: 'second admin',
      role: 'admin',
    });
    const first = (await weir.call<{ items: { id: string; role: string }[] }>('GET', '/v1/api-keys')).body
      .items[0]!;
    const revoke = async (id: string, key: string) =>
      (await weir.call('DELETE', `/v1/api-keys/${id}`, undefined, { key })).status;
    const answers = await Promise.all([revoke(made.body.id, ADMIN_KEY), revoke(first.id, made.body.key)]);
    expect(new Set(answers)).toEqual(new Set([204, 409]));
    const left = await weir.call('GET', '/v1/meters', undefined, { key: ADMIN_KEY });
    const other = await weir.call('GET', '/v1/meters', undefined, { key: made.body.key });
    expect(new Set([left.status, other.status])).toEqual(new Set([200, 401]));
  });
});
