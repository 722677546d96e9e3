import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildServer } from '../server-process.ts';
import type { BuiltServer } from '../server-process.ts';
import { freshDirectory, removeDirectory } from '../server.ts';

const KEY = 'process test key';
// Processes start and end here, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const directories: string[] = [];
let built: BuiltServer;

beforeAll(() => {
  built = buildServer();
});
afterAll(async () => {
  await built.dispose();
  for (const directory of directories) removeDirectory(directory);
});

const directory = (): string => {
  const made = freshDirectory();
  directories.push(made);
  return made;
};

const filesOf = (path: string): string[] => readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();

const definition = {
  name: 'usage',
  fields: [
    { name: 'id', type: 'string', required: true },
    { name: 'at', type: 'datetime', required: true },
    { name: 'text', type: 'string' },
  ],
  eventIdFields: ['id'],
  eventTimeField: 'at',
};

async function call(
  url: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

describe('the process', () => {
  it('makes the first admin key and shows it once', async () => {
    const dataDir = directory();
    const first = built.start(dataDir);
    const url = await first.ready;
    const key = /weir_\w+/u.exec(first.output())![0];
    const headers = { authorization: `Bearer ${key}` };
    expect((await fetch(`${url}/v1/event-stores`, { headers })).status).toBe(200);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready', missing: [] });
    first.child.kill('SIGTERM');
    expect(await first.exit).toBe(0);
    const second = built.start(dataDir);
    const again = await second.ready;
    expect(second.output()).not.toContain('weir_');
    expect((await fetch(`${again}/v1/event-stores`, { headers })).status).toBe(200);
    second.child.kill('SIGINT');
    expect(await second.exit).toBe(0);
  });

  it('leaves a directory alone that another server owns, and says who it is', async () => {
    const dataDir = directory();
    const first = built.start(dataDir);
    const url = await first.ready;
    const before = filesOf(dataDir);
    const second = built.start(dataDir);
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain(`process ${first.child.pid} on `);
    expect(second.output()).toContain(`listening on ${url}. (DATA_DIR_LOCKED)`);
    expect(filesOf(dataDir)).toEqual(before);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    first.child.kill('SIGKILL');
    await first.exit;
    const third = built.start(dataDir);
    await third.ready;
    third.child.kill('SIGTERM');
    expect(await third.exit).toBe(0);
  });

  it('ends with 1 and one line when it cannot start', async () => {
    const wrong = built.start(directory(), { WEIR_PORT: 'x', WEIR_HOST: '' });
    expect(await wrong.exit).toBe(1);
    expect(wrong.output()).toMatch(/^weir: .*WEIR_HOST.*WEIR_PORT.*\(CONFIG_INVALID\)\n$/u);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const blocked = built.start(directory(), { WEIR_PORT: String(port) });
    expect(await blocked.exit).toBe(1);
    expect(blocked.output()).toContain('the port is in use. (LISTEN_FAILED)');
    taken.close();
  });

  it('finishes a request that is under way before it ends', async () => {
    const dataDir = directory();
    const server = built.start(dataDir, { WEIR_ADMIN_KEY: KEY });
    const url = await server.ready;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* slow(): AsyncGenerator<Buffer> {
      yield Buffer.from('first ');
      await released;
      yield Buffer.from('second');
    }
    const put = fetch(`${url}/v1/files/slow`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${KEY}` },
      body: Readable.toWeb(Readable.from(slow())) as ReadableStream,
      duplex: 'half',
    });
    while (!readdirSync(join(dataDir, 'files')).some((name) => name.endsWith('.part'))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    server.child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 50));
    release();
    const answer = await put;
    expect(answer.status).toBe(200);
    const { id } = (await answer.json()) as { id: string };
    expect(await server.exit).toBe(0);
    expect(readFileSync(join(dataDir, 'files', id), 'utf8')).toBe('first second');
  });
});

describe('large bodies', () => {
  it('stream through in bounded memory', async () => {
    const server = built.start(directory(), { WEIR_ADMIN_KEY: KEY, NODE_OPTIONS: '--max-old-space-size=96' });
    const url = await server.ready;
    await call(url, 'POST', '/v1/event-definitions', definition);
    await call(url, 'POST', '/v1/event-stores', { name: 'large', eventDefinition: 'usage' });
    const text = 'x'.repeat(64_000);
    const line = (n: number): string => `${JSON.stringify({ id: `${n}`, at: '2026-09-01', text })}\n`;
    const send = async (lines: number): Promise<[number, Record<string, unknown>]> => {
      function* body(): Generator<string> {
        for (let n = 0; n < lines; n += 1) yield line(n);
      }
      const packed = Readable.from(body()).pipe(createGzip({ level: 1 }));
      const response = await fetch(`${url}/v1/event-stores/large/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${KEY}`,
          'content-type': 'application/x-ndjson',
          'content-encoding': 'gzip',
        },
        body: Readable.toWeb(packed) as ReadableStream,
        duplex: 'half',
      });
      return [response.status, (await response.json()) as Record<string, unknown>];
    };
    // 100 MB unpacked; the heap of the server holds less.
    const [status, answer] = await send(1_600);
    expect([status, answer['accepted']]).toEqual([200, 1_600]);
    const store = await call(url, 'GET', '/v1/event-stores/large');
    expect(store['eventCount']).toBe(1_600);
    server.child.kill('SIGKILL');
    await server.exit;
  });
});
