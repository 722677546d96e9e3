// Bodies of 100 MB and more, in every form: taken or refused with a code, in bounded memory.
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { buildServer } from '../server-process.ts';
import type { BuiltServer, ServerProcess } from '../server-process.ts';
import { freshDirectory, removeDirectory } from '../server.ts';
import { KEY, WITH_KEY, makeStore, remote } from './server.ts';
import type { Problem, Remote } from './server.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const MB = 1024 * 1024;
const NDJSON = 'application/x-ndjson';
/** What the process may use beyond an idle one, whatever it is sent; the engine's own memory is part of it. */
const GROWTH_MB_MAX = 600;
const directory = freshDirectory();
let built: BuiltServer;
let server: ServerProcess;
let weir: Remote;
let url = '';
let idleMb = 0;
let peakMb = 0;
const watching = new AbortController();

const residentMb = (): number => {
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/mu.exec(status)![1]) / 1024);
};

beforeAll(async () => {
  built = buildServer();
  server = built.start(directory, WITH_KEY);
  weir = await remote(server);
  url = await server.ready;
  await makeStore(weir, 's');
  idleMb = residentMb();
  void watch();
});
afterAll(async () => {
  watching.abort();
  await built.dispose();
  removeDirectory(directory);
});

async function watch(): Promise<void> {
  while (!watching.signal.aborted) {
    peakMb = Math.max(peakMb, residentMb());
    await pause(50);
  }
}

/** Sends parts until there are this many bytes; gives the answer, however early it comes. */
async function send(method: string, path: string, type: string, bytes: number, part: (at: number) => string) {
  function* body(): Generator<Buffer> {
    for (let at = 0, sent = 0; sent < bytes; at += 1) {
      const next = Buffer.from(part(at));
      sent += next.length;
      yield next;
    }
  }
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': type },
    body: Readable.toWeb(Readable.from(body())) as ReadableStream,
    duplex: 'half',
  });
  return { status: response.status, body: (await response.json()) as Problem & Record<string, unknown> };
}

const filler = 'x'.repeat(MB / 4);
const note = 'n'.repeat(1_000);
const lines = (at: number): string =>
  Array.from({ length: 200 }, (_, row) => `{"id":"${at}-${row}","at":"2026-09-01","note":"${note}"}\n`).join(
    '',
  );

it('takes 100 MB of NDJSON as one request, all of it', async () => {
  const answer = await send('POST', '/v1/event-stores/s/events', NDJSON, 100 * MB, lines);
  expect([answer.status, answer.body['rejected']]).toEqual([200, []]);
  const { body } = await weir.send<{ eventCount: number }>('GET', '/v1/event-stores/s');
  expect(body.eventCount).toBe(answer.body['accepted']);
  expect(body.eventCount).toBeGreaterThan(95_000);
});

it('takes 100 MB of any file', async () => {
  const answer = await send('PUT', '/v1/files/large', 'application/octet-stream', 100 * MB, () => filler);
  expect([answer.status, answer.body['bytes']]).toEqual([200, 100 * MB]);
});

it.each([
  ['JSON that is no event', '/v1/event-definitions', 'application/json', 413, 'BODY_TOO_LARGE'],
  ['a meter', '/v1/meters', 'application/json', 413, 'BODY_TOO_LARGE'],
  ['a file of ids to delete', '/v1/event-stores/s/backfills?kind=delete', 'text/csv', 413, 'BODY_TOO_LARGE'],
])('refuses 100 MB of %s', async (_what, path, type, status, code) => {
  const answer = await send('POST', path, type, 100 * MB, (at) => (at === 0 ? `{"name":"${filler}` : filler));
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

it('refuses events of 100 MB that have no end', async () => {
  for (const type of ['application/json', NDJSON, 'text/csv']) {
    const start = type === 'text/csv' ? 'id,at,note\n1,2026-09-01,' : '{"id":"1","at":"2026-09-01","note":"';
    const answer = await send('POST', '/v1/event-stores/s/events', type, 100 * MB, (at) =>
      at === 0 ? start + filler : filler,
    );
    expect([type, answer.status]).toEqual([type, 200]);
    expect(answer.body['rejected']).toMatchObject([{ index: 0, code: 'EVENT_TOO_LARGE' }]);
  }
});

it('refuses a request of 300 MB, and keeps nothing of it', async () => {
  const before = await weir.send<{ eventCount: number }>('GET', '/v1/event-stores/s');
  const more = (at: number): string => lines(at).replaceAll('2026-09-01', '2026-10-01');
  const answer = await send('POST', '/v1/event-stores/s/events', NDJSON, 300 * MB, more);
  expect([answer.status, answer.body.code]).toEqual([413, 'BODY_TOO_LARGE']);
  const after = await weir.send<{ eventCount: number }>('GET', '/v1/event-stores/s');
  expect(after.body.eventCount).toBe(before.body.eventCount);
});

it(`has used at most ${GROWTH_MB_MAX} MB more than idle, and still answers`, async () => {
  expect((await weir.send('GET', '/healthz')).status).toBe(200);
  process.stdout.write(`resident: idle ${idleMb} MB, at most ${peakMb} MB\n`);
  expect(peakMb - idleMb).toBeLessThan(GROWTH_MB_MAX);
});
