// A large store after a start: its ids are loaded in the background, and closing does not wait for it.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { openDataPlane, type DataPlane } from '../../src/data-plane/duckdb/index.ts';
import { append, event, small } from './events-fixture.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();
const index = join(directory, 'index');
const store = small(1);
/** More than twice the longest tail of a new index. */
const EVENTS = 600_000;
const reported: unknown[] = [];
const opened = (): Promise<DataPlane> =>
  openDataPlane({ directory, threads: 2, report: (error) => void reported.push(error) });

async function warmed(plane: DataPlane): Promise<void> {
  while (plane.missing().length > 0) await sleep(20);
}

beforeAll(async () => {
  const plane = await opened();
  await plane.events.createStore(store);
  await plane.events.createStore(small(2));
  await append(plane.events, small(2), [event('few', '1')]);
  await plane.database.transaction(async (connection) => {
    await connection.run(
      `INSERT INTO ev_1 (seq, h, f1, t, f3) SELECT n + 1, md5_number_lower('id ' || n), 'id ' || n,
        TIMESTAMP '2026-03-01', 'x' FROM range(${EVENTS}) AS events(n)`,
    );
    await connection.run(`UPDATE store_state SET next_seq = ${EVENTS + 1} WHERE store = 1`);
  });
  await plane.close();
  rmSync(index, { recursive: true });
});

it('gives up making the index when it is closed, and leaves nothing unfinished', async () => {
  for (const wait of [0, 5, 100]) {
    const plane = await opened();
    expect(plane.missing()).toEqual(['The event ids of one event store are being loaded.']);
    await sleep(wait);
    await plane.close();
    expect(readdirSync(index).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
  }
  expect(reported).toEqual([]);
});

it('can be read while the index is made, and is written to after it', async () => {
  rmSync(index, { recursive: true });
  const plane = await opened();
  try {
    expect(plane.missing()).toHaveLength(1);
    expect((await plane.events.getEvent(store, ['id 7']))?.sequence).toBe(8n);
    await warmed(plane);
    expect(readdirSync(index)).toEqual([`1-0-${EVENTS}.ids`]);
    const rows = [event('id 599999', 'x', 0), event('id 0', 'x', 0), event('new', 'x', 0)];
    expect(await append(plane.events, store, rows)).toMatchObject({ accepted: 1, duplicates: 2 });
    expect(reported).toEqual([]);
  } finally {
    await plane.close();
  }
});

it('loads the index when it is there', async () => {
  const plane = await opened();
  try {
    await warmed(plane);
    const { known } = (await plane.writers.warmUp(1)).state;
    expect([known.index.runs, known.index.indexed]).toEqual([1, BigInt(EVENTS)]);
    // 2 bytes of filter, a fence, and the first layer of the tail.
    expect(known.bytes / EVENTS).toBeLessThan(2.2);
    expect(await append(plane.events, store, [event('new', 'x', 0)])).toMatchObject({ duplicates: 1 });
  } finally {
    await plane.close();
  }
});
