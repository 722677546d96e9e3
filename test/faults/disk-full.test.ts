// A full disk: a coded answer, nothing acknowledged lost, and work goes on when there is room again.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../server-process.ts';
import type { BuiltServer, ServerProcess } from '../server-process.ts';
import { WITH_KEY, makeStore, remote } from './server.ts';
import type { Remote } from './server.ts';
import { mountSmallDisk } from './small-disk.ts';
import type { SmallDisk } from './small-disk.ts';

const SMALL_MB = 24;
const ROOMY_MB = 300;
const BATCH = 500;
const disk = mountSmallDisk(SMALL_MB);
let built: BuiltServer;

beforeAll(() => {
  built = buildServer();
}, 120_000);
afterAll(async () => {
  await built.dispose();
  disk?.remove();
});

interface Written {
  readonly accepted: number;
}

/** Writes batches until one is refused; gives the ids that were acknowledged and the refusal. */
async function fill(weir: Remote, prefix: string) {
  const acknowledged: string[] = [];
  for (let batch = 0; batch < 5_000; batch += 1) {
    const events = Array.from({ length: BATCH }, (_, at) => ({
      id: `${prefix}-${batch}-${at}`,
      at: '2026-09-01T00:00:00Z',
      units: '0.1',
      // Does not compress, so that the disk fills soon.
      note: Array.from({ length: 40 }, (_unused, part) => Math.sin(batch * 1e5 + at * 1e2 + part)).join(''),
    }));
    const answer = await weir.send<Written>('POST', '/v1/event-stores/s/events', events);
    if (answer.status !== 200) return { acknowledged, refusal: answer, refused: events };
    expect(answer.body.accepted).toBe(BATCH);
    acknowledged.push(...events.map(({ id }) => id));
  }
  throw new Error('the disk is never full');
}

async function storedIds(weir: Remote): Promise<string[]> {
  const { status, body } = await weir.send<string>('GET', '/v1/event-stores/s/export?format=csv');
  expect(status).toBe(200);
  return body
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.slice(0, line.indexOf(',')));
}

const idsIn = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id);

async function kill({ child, exit }: ServerProcess): Promise<void> {
  child.kill('SIGKILL');
  await exit;
}

describe.skipIf(disk === undefined)('on a full disk (needs the right to mount a tmpfs)', () => {
  it('refuses with a code, keeps what it acknowledged, and goes on when there is room', async () => {
    const small = disk as SmallDisk;
    const { directory } = small;
    const first = built.start(directory, WITH_KEY);
    const weir = await remote(first);
    await makeStore(weir, 's');
    const filled = await fill(weir, 'a');
    expect(filled.acknowledged.length).toBeGreaterThan(BATCH);
    expect(filled.refusal).toMatchObject({ status: 507, body: { code: 'DISK_FULL' } });

    // Asking again is refused again, with a code, and the server lives.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const again = await weir.send('POST', '/v1/event-stores/s/events', filled.refused);
      expect([again.status, again.body.code]).toEqual([507, 'DISK_FULL']);
    }
    expect((await weir.send('GET', '/healthz')).status).toBe(200);
    const catalogue = await weir.send('POST', '/v1/event-stores', { name: 't', eventDefinition: 'calls' });
    expect([201, 507]).toContain(catalogue.status);

    // Room again: the same server takes the refused batch, once.
    small.resize(SMALL_MB * 2);
    const taken = await weir.send<Written>('POST', '/v1/event-stores/s/events', filled.refused);
    expect(taken).toMatchObject({ status: 200, body: { accepted: BATCH } });
    const expected = [...filled.acknowledged, ...idsIn(filled.refused)];
    expect((await storedIds(weir)).toSorted()).toEqual(expected.toSorted());

    // Full again, and killed while it is full.
    const more = await fill(weir, 'b');
    expect(more.refusal).toMatchObject({ status: 507, body: { code: 'DISK_FULL' } });
    await kill(first);
    small.resize(ROOMY_MB);
    const second = built.start(directory, WITH_KEY);
    const after = await remote(second);
    expect((await storedIds(after)).toSorted()).toEqual([...expected, ...more.acknowledged].toSorted());
    const late = await after.send('POST', '/v1/event-stores/s/events', more.refused);
    expect(late).toMatchObject({ status: 200, body: { accepted: BATCH, duplicates: 0 } });
    await kill(second);
  }, 180_000);
});
