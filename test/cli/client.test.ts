import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { ApiError } from '../../src/cli/api-error.ts';
import { CliError } from '../../src/cli/cli-error.ts';
import { apiPath, WeirClient } from '../../src/cli/client.ts';

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that gives these answers, one after the other, and remembers what it was asked. */
async function stub(
  answers: readonly Answer[],
): Promise<{ client: WeirClient; seen: string[]; slept: number[] }> {
  const seen: string[] = [];
  const slept: number[] = [];
  server = createServer((request, response) => {
    void answerTo(request, response, answers[seen.length] ?? { status: 500 }, seen);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sleep = async (ms: number): Promise<void> => void slept.push(ms);
  return { client: new WeirClient({ server: `http://127.0.0.1:${port}/`, key: 'k', sleep }), seen, slept };
}

async function answerTo(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  seen: string[],
): Promise<void> {
  const body = await bodyOf(request);
  seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`.trim());
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

describe('the client', () => {
  test('sends the key, the query and the body', async () => {
    const { client, seen } = await stub([{ status: 200, body: { id: 'x' } }]);
    const path = apiPath`/v1/meters/${'a/b "c"?'}/runs`;
    expect(await client.post(path, { mode: 'replay' }, { limit: 3, meter: undefined })).toEqual({ id: 'x' });
    expect(seen).toEqual(['POST /v1/meters/a%2Fb%20%22c%22%3F/runs?limit=3 Bearer k {"mode":"replay"}']);
  });

  test('reads a list to its last page', async () => {
    const { client, seen } = await stub([
      { status: 200, body: { items: [1, 2], nextCursor: 'c1' } },
      { status: 200, body: { items: [3], nextCursor: null } },
    ]);
    const items: unknown[] = [];
    for await (const item of client.items('/v1/runs')) items.push(item);
    expect(items).toEqual([1, 2, 3]);
    expect(seen[1]).toContain('limit=1000&cursor=c1');
  });

  test('a problem becomes a message with its code and every place', async () => {
    const errors = [
      { pointer: '/fields/0/type', code: 'INVALID', message: 'unknown type' },
      { pointer: '/name', code: 'REQUIRED', message: 'is missing' },
    ];
    const { client } = await stub([
      { status: 422, body: { code: 'INVALID', detail: 'two problems', errors } },
    ]);
    const error = await client.get('/v1/x').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 422,
      code: 'INVALID',
      message: 'two problems',
      details: ['/fields/0/type  unknown type', '/name  REQUIRED  is missing'],
    });
  });

  test('a single finding that repeats the message shows its place only', async () => {
    const detail = 'The header must have the columns id; it has ID.';
    const errors = [{ pointer: '/rows/1', code: 'BACKFILL_HEADER_MISMATCH', message: detail }];
    const { client } = await stub([
      { status: 422, body: { code: 'BACKFILL_HEADER_MISMATCH', detail, errors } },
    ]);
    const error = await client.get('/v1/x').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ message: detail, details: ['/rows/1'] });
  });

  test('an answer that is no problem is quoted', async () => {
    const { client } = await stub([{ status: 502, body: 'bad gateway' }]);
    await expect(client.get('/v1/x')).rejects.toThrow(/answered 502: "bad gateway"/);
  });

  test('waits as long as the server asks, and sends the same again', async () => {
    const { client, seen, slept } = await stub([
      { status: 503, headers: { 'retry-after': '2' } },
      { status: 429 },
      { status: 200, body: {} },
    ]);
    await client.post('/v1/x', { a: 1 });
    expect(seen).toEqual(Array(3).fill('POST /v1/x Bearer k {"a":1}'));
    expect(slept).toEqual([2_000, 500]);
  });

  test('gives up after ten refusals', async () => {
    const { client, seen } = await stub(
      Array.from({ length: 20 }, () => ({ status: 429, body: { detail: 'busy' } })),
    );
    await expect(client.post('/v1/x')).rejects.toThrow('busy');
    expect(seen).toHaveLength(11);
  });

  test('other failures are not repeated', async () => {
    const { client, seen } = await stub([{ status: 500, body: { detail: 'broken' } }, { status: 200 }]);
    await expect(client.get('/v1/x')).rejects.toThrow('broken');
    expect(seen).toHaveLength(1);
  });

  test('no server: says how to start one; only repeatable calls are tried again', async () => {
    const slept: number[] = [];
    const sleep = async (ms: number): Promise<void> => void slept.push(ms);
    const client = new WeirClient({ server: 'http://127.0.0.1:9', key: undefined, sleep });
    await expect(client.post('/v1/x')).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    expect(slept).toEqual([]);
    await expect(client.get('/v1/x')).rejects.toThrow(/no answer from http:\/\/127\.0\.0\.1:9/);
    expect(slept).toHaveLength(4);
  });

  test.each(['.', '..', ''])('refuses the name %j, which no URL can carry', (name) => {
    expect(() => apiPath`/v1/meters/${name}`).toThrow(CliError);
  });

  test.each(['localhost:4680', 'ftp://x', ''])('refuses the server address %j', (address) => {
    expect(() => new WeirClient({ server: address, key: undefined })).toThrow(/not the address of a server/);
  });
});
