import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_KEY, openTestServer, removeDirectory } from '../server.ts';
import type { TestServer } from '../server.ts';

let weir: TestServer;
beforeAll(async () => {
  weir = await openTestServer();
});
afterAll(async () => {
  await weir.close();
  removeDirectory(weir.dataDir);
});

const make = async (role: string): Promise<{ id: string; key: string }> => {
  const answer = await weir.call<{ id: string; key: string }>('POST', '/v1/api-keys', {
    name: `a ${role}`,
    role,
  });
  expect(answer.status).toBe(201);
  return answer.body;
};

describe('keys and roles', () => {
  it('open what the role allows, until the key is revoked', async () => {
    const viewer = await make('viewer');
    const runner = await make('runner');
    const status = async (key: string, method: string, path: string, body?: unknown) =>
      (await weir.call(method, path, body, { key })).status;
    expect(await status(viewer.key, 'GET', '/v1/event-stores')).toBe(200);
    expect(await status(viewer.key, 'PUT', '/v1/files/x', 'bytes')).toBe(403);
    expect(await status(runner.key, 'PUT', '/v1/files/x', 'bytes')).toBe(200);
    expect(await status(runner.key, 'POST', '/v1/event-stores', {})).toBe(403);
    expect(await status(ADMIN_KEY, 'POST', '/v1/event-stores', {})).toBe(422);
    expect(await status('wrong', 'GET', '/v1/event-stores')).toBe(401);
    const list = await weir.call('GET', '/v1/api-keys');
    expect(list.body).toMatchObject({
      items: [{ role: 'admin' }, { name: 'a viewer' }, { name: 'a runner' }],
    });
    expect(JSON.stringify(list.body)).not.toContain(viewer.key);
    expect((await weir.call('DELETE', `/v1/api-keys/${viewer.id}`)).status).toBe(204);
    expect(await status(viewer.key, 'GET', '/v1/event-stores')).toBe(401);
  });

  it('are asked for by every call that is not open on purpose', async () => {
    const { body } = await weir.call<{ paths: Record<string, Record<string, { security?: unknown[] }>> }>(
      'GET',
      '/openapi.json',
    );
    const open: string[] = [];
    for (const [path, operations] of Object.entries(body.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const url = path.replaceAll(/\{\w+\}/gu, 'x');
        const response = await weir.server.app.request(url, { method: method.toUpperCase() });
        if (response.status !== 401) open.push(`${method} ${path}`);
        expect(operation.security === undefined).toBe(response.status === 401);
      }
    }
    expect(open.sort()).toEqual(['get /healthz', 'get /openapi.json', 'get /readyz']);
  });
});

describe('the audit', () => {
  it('tells who changed what, newest first, page by page', async () => {
    await weir.call('PUT', '/v1/files/audited', 'bytes');
    await weir.call('DELETE', '/v1/files/audited');
    const first = await weir.call<{ items: Record<string, unknown>[]; nextCursor: string }>(
      'GET',
      '/v1/audit?limit=1',
    );
    expect(first.body.items).toMatchObject([
      {
        action: 'delete',
        collection: 'files',
        name: 'audited',
        actor: { name: 'WEIR_ADMIN_KEY' },
        after: null,
      },
    ]);
    const second = await weir.call('GET', `/v1/audit?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ action: 'create', after: { bytes: 5 } }] });
    const one = await weir.call('GET', `/v1/audit?resource=${String(first.body.items[0]!['resource'])}`);
    expect(one.body['items']).toHaveLength(2);
  });
});

describe('files', () => {
  it('are kept under any name, replaced, listed and deleted', async () => {
    const name = `../../etc/"passwd" 🔑.csv`;
    const path = `/v1/files/${encodeURIComponent(name)}`;
    const csv = { headers: { 'content-type': 'text/csv' } };
    const first = await weir.call<{ id: string }>('PUT', path, 'a,b\n', csv);
    expect(first.body).toMatchObject({ name, bytes: 4, contentType: 'text/csv' });
    const second = await weir.call<{ id: string }>('PUT', path, 'c', csv);
    expect(second.body).toMatchObject({ name, bytes: 1 });
    expect((await weir.call('GET', path)).body).toEqual(second.body);
    expect((await weir.call('GET', `/v1/files/${first.body.id}`)).body).toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    expect((await weir.call('DELETE', path)).status).toBe(204);
    expect((await weir.call('DELETE', path)).status).toBe(404);
  });
});

describe('pages', () => {
  it('serves its documentation with a strict policy, and nothing outside of its folder', async () => {
    const page = await weir.server.app.request('/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const html = await page.text();
    for (const [, link] of html.matchAll(/(?:src|href)="(\/[^"]+)"/gu)) {
      expect((await weir.server.app.request(link!)).status).toBe(200);
    }
    for (const path of [
      '/docs/../package.json',
      '/docs/%2e%2e/package.json',
      '/docs/..%2f..%2fapp.ts',
      '//etc/passwd',
    ]) {
      expect((await weir.server.app.request(path)).status).toBe(404);
    }
  });
});
