// Deduplication is exact whatever becomes of the index: of any age, merged while writing, missing, old, damaged.
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataPlane, type DataPlane } from '../../src/data-plane/duckdb/index.ts';
import type { IdIndex } from '../../src/data-plane/duckdb/id-index.ts';
import { HEADER_BYTES } from '../../src/data-plane/duckdb/id-run-file.ts';
import type { StoreTable } from '../../src/data-plane/event-store-port.ts';
import { append, contents, event, small } from './events-fixture.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();
const reported: unknown[] = [];
const opened = (path: string): Promise<DataPlane> =>
  openDataPlane({ directory: path, threads: 2, report: (error) => void reported.push(error) });
let plane: DataPlane;
let number = 0;
beforeAll(async () => {
  plane = await opened(join(directory, 'live'));
});
afterAll(() => plane.close());

async function made(): Promise<StoreTable> {
  number += 1;
  await plane.events.createStore(small(number));
  return small(number);
}

/** Makes a run of everything that is committed. */
async function extended({ database, events }: DataPlane, store: StoreTable): Promise<IdIndex> {
  const index = await database.indexes.of(store.number);
  await index.extend((await events.statistics(store)).lastSequence);
  return index;
}

describe('ids', () => {
  it('are found in runs, in merged runs and in the tail, and not when they are gone', async () => {
    const store = await made();
    const expected = new Map<string, string>();
    for (let round = 0; round < 20; round++) {
      const rows = Array.from({ length: 20 }, (_, index) =>
        event(`id ${(round * 7 + index) % 60}`, String(round)),
      );
      for (const [id, , value] of rows) expected.set(id!, value!);
      await append(plane.events, store, rows);
      if (round < 19) await extended(plane, store);
    }
    const index = await plane.database.indexes.of(store.number);
    expect(index.runs).toBeGreaterThan(1);
    expect(index.runs).toBeLessThan(8);
    expect(readdirSync(plane.database.indexDirectory).length).toBeGreaterThanOrEqual(index.runs);
    for (const [id, value] of expected) {
      expect((await plane.events.getEvent(store, [id]))?.values[2]).toBe(value);
    }
    const known = [...expected].map(([id, value]) => event(id, value));
    expect(await append(plane.events, store, known)).toMatchObject({ duplicates: known.length });
    await plane.backfills.previewIds(store, 'gone', [['id 3'], ['id 4']]);
    expect(await plane.backfills.confirmStep(store, 'gone', { change: 'delete' })).toMatchObject({
      deleted: 2,
    });
    expect(await plane.events.getEvent(store, ['id 3'])).toBeUndefined();
    expect(await append(plane.events, store, [event('id 3', 'again'), event('id 5', 'x')])).toMatchObject({
      accepted: 1,
      replaced: 1,
    });
  });

  it('that share a hash are told apart, in a run and in the tail', async () => {
    const store = await made();
    // Stored under the hashes of other ids, as if MD5 had made them the same.
    const insert = (id: string, hashOf: string): Promise<unknown> =>
      plane.writers.withWriters([store], async (connection, tickets) => {
        const ticket = tickets.get(store.number)!;
        await connection.run(
          `INSERT INTO ev_${store.number} (seq, h, f1, t, f3)
            SELECT ${ticket.next}, md5_number_lower($1), $2, TIMESTAMP '2026-03-01', 'theirs'`,
          [hashOf, id],
        );
        ticket.next += 1n;
      });
    await insert('twin of a', 'a');
    await insert('other twin of a', 'a');
    await extended(plane, store);
    await insert('twin of b', 'b');
    const both = [event('a', '1'), event('b', '1')];
    expect(await append(plane.events, store, both)).toMatchObject({ accepted: 2 });
    await extended(plane, store);
    expect(await append(plane.events, store, [...both, event('a', '2')])).toMatchObject({
      duplicates: 2,
      replaced: 1,
    });
    expect((await plane.events.getEvent(store, ['a']))?.values[2]).toBe('2');
    expect((await contents(plane.events, store)).size).toBe(5);
    expect(await plane.backfills.previewIds(store, 'x', [['a'], ['b'], ['c']])).toMatchObject({ matched: 2 });
  });

  it('that are many in one request are compared by reading all hashes', async () => {
    const store = await made();
    const rows = Array.from({ length: 21_000 }, (_, index) => event(`id ${index}`, '1'));
    expect(await append(plane.events, store, rows)).toMatchObject({ accepted: 21_000 });
    await extended(plane, store);
    const again = [...rows.slice(1), event('id 0', '2'), event('id new', '1')];
    expect(await append(plane.events, store, again)).toMatchObject({
      accepted: 1,
      replaced: 1,
      duplicates: 20_999,
    });
    const ids = rows.map(([id]) => [id!]);
    expect(await plane.backfills.previewIds(store, 'all', ids)).toMatchObject({ matched: 21_000 });
  });

  it('stay exact while runs are made and merged beside concurrent requests', async () => {
    const id = fc.integer({ min: 0, max: 40 }).map((n) => `id ${n}`);
    const requests = fc.array(fc.array(id, { minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(requests, requests, async (first, second) => {
        const store = await made();
        const counted = { accepted: 0, duplicates: 0 };
        for (const group of [first, second]) {
          const appends = group.map((ids) =>
            append(
              plane.events,
              store,
              ids.map((each) => event(each, 'same')),
            ),
          );
          // Begins while the requests wait, and ends whenever it does.
          const extending = extended(plane, store);
          for (const outcome of await Promise.all(appends)) {
            counted.accepted += outcome.accepted;
            counted.duplicates += outcome.duplicates;
          }
          await extending;
          await extended(plane, store);
        }
        const ids = [...first, ...second].flat();
        expect(counted.accepted).toBe(new Set(ids).size);
        expect(counted.duplicates).toBe(ids.length - counted.accepted);
      }),
      { numRuns: 15 },
    );
  });
});

describe('after a restart', () => {
  const origin = join(directory, 'origin');
  const older = join(directory, 'older-index');
  const store = small(1);
  const rows = Array.from({ length: 3_000 }, (_, index) => event(`id ${index}`, String(index)));
  /** Few enough to be looked up in the runs; more are compared by reading all hashes. */
  const some = rows.filter((_, index) => index % 4 === 1);
  const filesOf = (path: string): string[] => readdirSync(join(path, 'index')).toSorted();

  beforeAll(async () => {
    const first = await opened(origin);
    await first.events.createStore(store);
    for (const [from, to] of [
      [0, 2_000],
      [2_000, 2_500],
      [2_500, 2_700],
    ] as const) {
      await append(first.events, store, rows.slice(from, to));
      await extended(first, store);
      if (to === 2_500) cpSync(join(origin, 'index'), older, { recursive: true });
    }
    await append(first.events, store, rows.slice(2_700));
    await first.close();
    expect(filesOf(origin)).toEqual(['1-0-2000.ids', '1-2000-2500.ids', '1-2500-2700.ids']);
  });

  const inIndex = (path: string, name: string): string => join(path, 'index', name);
  const damage = (path: string, name: string, at: number): void => {
    const bytes = readFileSync(inIndex(path, name));
    bytes[at]! ^= 1;
    writeFileSync(inIndex(path, name), bytes);
  };

  it.each<readonly [string, runs: number, (path: string) => void]>([
    ['as it was', 3, () => undefined],
    ['missing', 0, (path) => rmSync(join(path, 'index'), { recursive: true })],
    [
      'older',
      2,
      (path) => (
        rmSync(join(path, 'index'), { recursive: true }),
        cpSync(older, join(path, 'index'), { recursive: true })
      ),
    ],
    ['with a gap', 1, (path) => rmSync(inIndex(path, '1-2000-2500.ids'))],
    ['without its beginning', 0, (path) => rmSync(inIndex(path, '1-0-2000.ids'))],
    [
      'cut short',
      1,
      (path) =>
        writeFileSync(
          inIndex(path, '1-2000-2500.ids'),
          readFileSync(inIndex(path, '1-2000-2500.ids')).subarray(0, 5_000),
        ),
    ],
    ['with a damaged header', 2, (path) => damage(path, '1-2500-2700.ids', 30)],
    [
      'ahead of the store',
      2,
      (path) => renameSync(inIndex(path, '1-2500-2700.ids'), inIndex(path, '1-2500-9000.ids')),
    ],
    [
      'under a wrong name',
      2,
      (path) => renameSync(inIndex(path, '1-2500-2700.ids'), inIndex(path, '1-2500-2600.ids')),
    ],
    ['unfinished', 3, (path) => writeFileSync(inIndex(path, '1-2700-3000.ids.unfinished'), 'x')],
  ])('the index is %s, and every id is known', async (name, runs, change) => {
    const path = join(directory, name.replaceAll(' ', '-'));
    cpSync(origin, path, { recursive: true });
    change(path);
    const other = await opened(path);
    try {
      expect((await other.database.indexes.of(1)).runs).toBe(runs);
      expect(filesOf(path)).toHaveLength(runs);
      expect((await other.events.getEvent(store, ['id 2600']))?.values[2]).toBe('2600');
      expect(await append(other.events, store, some)).toMatchObject({ duplicates: 750 });
      const again = [event('new', 'x'), ...rows.slice(0, -1), event('id 2999', 'changed')];
      expect(await append(other.events, store, again)).toMatchObject({
        accepted: 1,
        duplicates: 2_999,
        replaced: 1,
      });
      const index = await extended(other, store);
      expect(index.indexed).toBe((await other.events.statistics(store)).lastSequence);
      expect(await append(other.events, store, again)).toMatchObject({ duplicates: 3_001 });
    } finally {
      await other.close();
    }
  });

  it('the index is of another history', async () => {
    const path = join(directory, 'another');
    const other = await opened(path);
    await other.events.createStore(store);
    await append(
      other.events,
      store,
      rows.slice(0, 2_800).map(([id]) => event(`other ${id}`, '1')),
    );
    await other.close();
    rmSync(join(path, 'index'), { recursive: true });
    cpSync(join(origin, 'index'), join(path, 'index'), { recursive: true });
    const again = await opened(path);
    try {
      expect(await append(again.events, store, [event('other id 7', '1'), event('id 7', '1')])).toMatchObject(
        {
          accepted: 1,
          duplicates: 1,
        },
      );
      expect(filesOf(path)).toEqual([]);
    } finally {
      await again.close();
    }
  });

  it('a page is damaged: its events are read instead, it is reported, and written again', async () => {
    const path = join(directory, 'page');
    cpSync(origin, path, { recursive: true });
    damage(path, '1-0-2000.ids', HEADER_BYTES + 100);
    damage(path, '1-0-2000.ids', HEADER_BYTES + 5 * 4096);
    const other = await opened(path);
    reported.length = 0;
    try {
      expect(await append(other.events, store, some)).toMatchObject({ duplicates: 750 });
      expect(reported.map(String)).toEqual([expect.stringContaining('1-0-2000.ids is damaged')]);
      expect(filesOf(path)).toEqual(['1-2000-2500.ids', '1-2500-2700.ids']);
      expect(await append(other.events, store, some)).toMatchObject({ duplicates: 750 });
      await extended(other, store);
      expect(filesOf(path)).toEqual(['1-0-3000.ids']);
      expect(await append(other.events, store, some)).toMatchObject({ duplicates: 750 });
      expect(reported).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});

it('goes with its store, and a new store with that number begins anew', async () => {
  const path = join(directory, 'dropped');
  mkdirSync(path);
  const other = await opened(path);
  try {
    for (let turn = 0; turn < 2; turn++) {
      await other.events.createStore(small(1));
      expect(await append(other.events, small(1), [event('a', '1')])).toMatchObject({ accepted: 1 });
      await extended(other, small(1));
      expect(readdirSync(join(path, 'index'))).toEqual(['1-0-1.ids']);
      await other.events.dropStore(1);
      expect(readdirSync(join(path, 'index'))).toEqual([]);
    }
  } finally {
    await other.close();
  }
});
