import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../../src/control-plane/port.ts';
import { openControlPlane } from '../../src/control-plane/sqlite/control-plane.ts';
import { createApp } from '../../src/http/app.ts';
import { createLog } from '../../src/log.ts';
import { ApiKeyService } from '../../src/security/api-keys.ts';
import type { Role } from '../../src/security/roles.ts';
import type { Services } from '../../src/services.ts';
import { kernelEndpoints, streams } from './kernel-endpoints.ts';

const directory = mkdtempSync(join(tmpdir(), 'weir-kernel-'));
const logged: string[] = [];
let control: ControlPlane;
let apiKeys: ApiKeyService;
let request: (path: string, init?: RequestInit) => Promise<Response>;

beforeAll(async () => {
  control = await openControlPlane(join(directory, 'control.db'));
  const log = createLog((line) => void logged.push(line));
  apiKeys = await ApiKeyService.open(control, log);
  // The endpoints of this test use nothing else.
  const services = { control, apiKeys, log } as unknown as Services;
  const app = createApp({ endpoints: kernelEndpoints, services, checkAnswers: true });
  request = async (path, init) => app.request(path, init);
});

afterAll(async () => {
  await control.close();
  rmSync(directory, { recursive: true });
});

const post = (path: string, body: NonNullable<RequestInit['body']>, headers: Record<string, string>) =>
  request(path, { method: 'POST', body, headers });
const json = { 'content-type': 'application/json' };
const csv = { 'content-type': 'text/csv' };
const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
];

describe('input', () => {
  it('reports every problem of path, query and body at once', async () => {
    const body = JSON.stringify({ x: 1.5, 'a/b': 1, tags: [{ nam: 'n' }] });
    const response = await post('/points?mode=c&odd=1', body, json);
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const { errors, ...rest } = (await response.json()) as { errors: { pointer: string; code: string }[] };
    expect(rest).toMatchObject({
      status: 422,
      code: 'REQUEST_INVALID',
      type: 'urn:weir:problem:REQUEST_INVALID',
    });
    const found = errors.map(({ pointer, code }) => `${pointer} ${code}`);
    expect(found.sort()).toEqual([
      '/a~1b FIELD_UNKNOWN',
      '/query/mode VALUE_INVALID',
      '/query/odd FIELD_UNKNOWN',
      '/tags/0/nam FIELD_UNKNOWN',
      '/tags/0/name FIELD_REQUIRED',
      '/x VALUE_INVALID',
    ]);
  });

  it.each([
    ['{"x": 1', 400, 'BODY_MALFORMED'],
    ['NaN', 400, 'BODY_MALFORMED'],
    [Buffer.from([0x22, 0xff, 0x22]), 400, 'BODY_MALFORMED'],
    ['['.repeat(100_000), 400, 'BODY_MALFORMED'],
    ['', 422, 'FIELD_REQUIRED'],
    ['null', 422, 'VALUE_INVALID'],
    [JSON.stringify({ x: 'y'.repeat(9 * 1024 * 1024) }), 413, 'BODY_TOO_LARGE'],
  ])('refuses the body %.20s', async (body, status, code) => {
    expect(await codeOf(await post('/points?mode=a', body, json))).toEqual([status, code]);
  });

  it('refuses other types and encodings', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await codeOf(await post('/points?mode=a', 'x=1', form))).toEqual([
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ]);
    expect(await codeOf(await post('/raw', 'x', json))).toEqual([415, 'CONTENT_TYPE_UNSUPPORTED']);
    const brotli = { ...csv, 'content-encoding': 'br' };
    expect(await codeOf(await post('/raw', 'x', brotli))).toEqual([415, 'CONTENT_ENCODING_UNSUPPORTED']);
  });

  it('unpacks gzip up to the limit', async () => {
    const gzip = { ...csv, 'content-encoding': 'gzip' };
    const good = await post('/raw', gzipSync('a,ü\n'), gzip);
    expect(await good.json()).toEqual({ text: 'a,ü\n' });
    expect(await codeOf(await post('/raw', gzipSync(Buffer.alloc(1_000_000)), gzip))).toEqual([
      413,
      'BODY_TOO_LARGE',
    ]);
    expect(await codeOf(await post('/raw', 'no gzip', gzip))).toEqual([400, 'BODY_MALFORMED']);
    const cut = gzipSync('x'.repeat(500)).subarray(0, 20);
    expect(await codeOf(await post('/raw', cut, gzip))).toEqual([400, 'BODY_MALFORMED']);
    expect(await codeOf(await post('/raw', 'x'.repeat(1001), csv))).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('takes a query parameter once', async () => {
    expect(await codeOf(await request('/list?limit=1&limit=2'))).toEqual([422, 'QUERY_REPEATED']);
  });
});

describe('routing', () => {
  it('prefers fixed paths and decodes parameters once', async () => {
    expect(await (await request('/items/fixed')).json()).toEqual({ text: 'the fixed one' });
    for (const id of ['a/b', '%', '%25', 'ü ?#', '..x']) {
      expect(await (await request(`/items/${encodeURIComponent(id)}`)).json()).toEqual({ text: id });
    }
  });

  it('says what is not there and what is not allowed', async () => {
    expect(await codeOf(await request('/nowhere'))).toEqual([404, 'NOT_FOUND']);
    const response = await request('/items/1', { method: 'PUT' });
    expect(response.headers.get('allow')).toBe('GET, HEAD, DELETE');
    expect(await codeOf(response)).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect((await request('/items/1', { method: 'DELETE' })).status).toBe(204);
  });

  it('asks for a key with the right role', async () => {
    const run = (authorization?: string) =>
      request('/run', authorization ? { headers: { authorization } } : {});
    expect(await codeOf(await run())).toEqual([401, 'UNAUTHORISED']);
    expect((await run()).headers.get('www-authenticate')).toBe('Bearer');
    expect(await codeOf(await run('Bearer weir_x_y'))).toEqual([401, 'UNAUTHORISED']);
    const make = async (role: Role) => (await apiKeys.create({ id: 'a', name: 'a' }, role, role)).key;
    expect(await codeOf(await run(`Bearer ${await make('viewer')}`))).toEqual([403, 'FORBIDDEN']);
    const runner = await make('runner');
    expect(await codeOf(await run(`Basic ${runner}`))).toEqual([401, 'UNAUTHORISED']);
    expect(await (await run(`bearer ${runner}`)).json()).toEqual({ text: 'runner' });
    expect(await (await run(`Bearer ${await make('admin')}`)).json()).toEqual({ text: 'admin' });
  });
});

describe('answers', () => {
  it('pages with an opaque cursor', async () => {
    const first = (await (await request('/list?limit=2')).json()) as { items: number[]; nextCursor: string };
    expect(first.items).toEqual([1, 2]);
    expect(first.nextCursor).toMatch(/^[\w-]+$/u);
    expect(await (await request('/list')).json()).toEqual({ items: [1, 2, 3], nextCursor: null });
    for (const limit of ['0', '1001', '', 'x', '-1', '1e2', '0x10']) {
      expect(await codeOf(await request(`/list?limit=${limit}`))).toEqual([422, 'VALUE_INVALID']);
    }
  });

  it('streams, with a file name that is safe everywhere', async () => {
    const response = await request('/words');
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="a_b_.txt"; filename*=UTF-8''a%22b%2F%C3%BC.txt`,
    );
    expect(await response.text()).toBe('one two');
    const before = streams.ended;
    await (await request('/words')).body!.cancel();
    expect(streams.ended).toBe(before + 1);
    const head = await request('/words', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('content-disposition')).toBe(response.headers.get('content-disposition'));
    expect(streams.begun).toBe(streams.ended);
  });

  it('answers a failure before the first byte as a problem', async () => {
    expect(await codeOf(await request('/failing'))).toEqual([409, 'TOO_EARLY']);
  });

  it('keeps what fails inside to the log', async () => {
    const response = await request('/secret-failure');
    const body = (await response.json()) as { code: string; detail: string };
    expect([response.status, body.code]).toEqual([500, 'INTERNAL']);
    expect(JSON.stringify(body)).not.toContain('hunter2');
    const id = /id (\S+)\./u.exec(body.detail)![1]!;
    expect(logged.filter((line) => line.includes(id) && line.includes('hunter2'))).toHaveLength(1);
  });

  it('says when to come again', async () => {
    const response = await request('/busy');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
  });

  it('passes JSON text through digit for digit', async () => {
    expect(await (await request('/exact')).text()).toBe('{"value":{"n":12345678901234567890.1}}');
  });

  it('carries headers against misuse', async () => {
    const { headers } = await request('/items/1');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});
