// Exports of several slices: their order and content against a sort in JavaScript, one moment for all of them, and
// what is left when a reader goes or the engine fails.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventSlices } from '../../src/data-plane/duckdb/event-slices.ts';
import { exportEvents } from '../../src/data-plane/duckdb/export-events.ts';
import { literalSql } from '../../src/data-plane/duckdb/export-sql.ts';
import { openDataPlane, type DataPlane } from '../../src/data-plane/duckdb/index.ts';
import { eventTable } from '../../src/data-plane/duckdb/layout.ts';
import { streamFiles } from '../../src/data-plane/duckdb/stream-files.ts';
import type { ExportFormat, StoreTable } from '../../src/data-plane/event-store-port.ts';
import { columnsOf } from '../../src/definitions/types.ts';
import { append, event, small } from './events-fixture.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();
const scratch = join(directory, 'tmp');
let plane: DataPlane;
let stores = 0;
beforeAll(async () => {
  plane = await openDataPlane({ directory, threads: 2 });
});
afterAll(() => plane.close());

/** A store of events at these minutes, in order of arrival; their ids are their places. */
async function storeOf(minutes: readonly number[]): Promise<StoreTable> {
  stores += 1;
  const store = small(stores);
  await plane.events.createStore(store);
  await append(
    plane.events,
    store,
    minutes.map((minute, place) => event(String(place), `value ${place}`, minute)),
  );
  return store;
}

/** Places by minute, then by arrival. */
const sorted = (minutes: readonly number[]): string[] =>
  minutes
    .map((minute, place) => ({ minute, place }))
    .toSorted((a, b) => a.minute - b.minute || a.place - b.place)
    .map(({ place }) => String(place));

const stream = (store: StoreTable, format: ExportFormat, sliceRows: number) =>
  exportEvents(plane.database, store, {}, format, { sliceRows });

async function bytesOf(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  expect(readdirSync(scratch)).toEqual([]);
  return Buffer.concat(all);
}

async function idsIn(store: StoreTable, format: ExportFormat, sliceRows: number): Promise<string[]> {
  const bytes = await bytesOf(stream(store, format, sliceRows));
  if (format !== 'parquet') {
    const lines = bytes.toString().split('\n').filter(Boolean);
    if (format === 'csv') return lines.slice(1).map((line) => line.split(',')[0]!);
    return lines.map((line) => (JSON.parse(line) as { id: string }).id);
  }
  const file = join(directory, 'files', 'sliced.parquet');
  writeFileSync(file, bytes);
  const rows = await plane.database.withConnection((connection) =>
    connection.lists(`SELECT id FROM read_parquet(${literalSql(file)})`),
  );
  return rows.map(([id]) => id!);
}

/** Minutes with many ties and a few far away, and how many events a slice may have. */
const cases = fc.record({
  minutes: fc.array(fc.oneof(fc.nat(6), fc.nat(100_000), fc.integer({ min: -5e8, max: 5e8 })), {
    maxLength: 60,
  }),
  sliceRows: fc.integer({ min: 1, max: 20 }),
});

it('cuts into slices that hold every event once, in order and within the bound', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ minutes, sliceRows }) => {
      const store = await storeOf(minutes);
      const table = eventTable(store.number);
      const ids: string[] = [];
      await plane.database.withConnection(async (connection) => {
        for await (const slice of eventSlices(connection, table, 'TRUE', sliceRows)) {
          const rows = await connection.lists(`SELECT f1 FROM ${table} WHERE ${slice} ORDER BY t, seq`);
          expect(rows.length).toBeGreaterThan(0);
          expect(rows.length).toBeLessThanOrEqual(sliceRows);
          ids.push(...rows.map(([id]) => id!));
        }
      });
      expect(ids).toEqual(sorted(minutes));
    }),
    { numRuns: 40 },
  );
});

it.each(['ndjson', 'csv', 'parquet'] as const)(
  'exports %s in order over slices with ties',
  async (format) => {
    const minutes = [5, 1, 5, 5, 0, 1, 5, 5, 5, 9, 2, 5, 1, 700_000];
    const store = await storeOf(minutes);
    for (const sliceRows of [1, 2, 3, 100]) {
      expect(await idsIn(store, format, sliceRows)).toEqual(sorted(minutes));
    }
  },
);

it('gives the same Parquet columns from one slice and from many', async () => {
  const store = await storeOf([1, 2, 3, 4]);
  const described: unknown[] = [];
  for (const sliceRows of [1, 100]) {
    const file = join(directory, 'files', `columns-${sliceRows}.parquet`);
    writeFileSync(file, await bytesOf(stream(store, 'parquet', sliceRows)));
    await plane.database.withConnection(async (connection) => {
      const source = `read_parquet(${literalSql(file)})`;
      described.push([
        await connection.lists(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${source})`),
        await connection.lists(`SELECT id, epoch_us("at"), value FROM ${source}`),
      ]);
    });
  }
  expect(described[0]).toEqual(described[1]);
});

it('sorts by the event time whatever the fields are called', async () => {
  stores += 1;
  const definition = {
    fields: [
      { name: 't', type: 'string' as const, required: false },
      { name: 'at', type: 'datetime' as const, required: false },
      { name: 'seq', type: 'string' as const, required: false },
    ],
    eventIdFields: ['t'],
    eventTimeField: 'at',
  };
  const store = { number: stores, columns: columnsOf(definition), idFields: definition.eventIdFields };
  await plane.events.createStore(store);
  await append(plane.events, store, [event('a', 'z', 2), event('c', 'y', 1), event('b', 'x', 1)]);
  for (const sliceRows of [1, 100]) {
    const file = join(directory, 'files', `names-${sliceRows}.parquet`);
    writeFileSync(file, await bytesOf(stream(store, 'parquet', sliceRows)));
    const rows = await plane.database.withConnection((connection) =>
      connection.lists(`SELECT "t", "seq" FROM read_parquet(${literalSql(file)})`),
    );
    expect(rows).toEqual([
      ['c', 'y'],
      ['b', 'x'],
      ['a', 'z'],
    ]);
  }
});

it('tells of one moment, whatever is written while it is read', async () => {
  const store = await storeOf([1, 2, 3, 4, 5, 6]);
  const parts = stream(store, 'ndjson', 1);
  const first = await parts.next();
  await append(plane.events, store, [event('5', 'replaced', 6), event('late', 'new', 9)]);
  const rest: Uint8Array[] = [first.value as Uint8Array];
  for await (const part of parts) rest.push(part);
  const lines = Buffer.concat(rest).toString().trimEnd().split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[5]).toContain('"value 5"');
});

/** Work that takes the engine minutes. */
const ENDLESS = 'SELECT sum(hash(a.range + b.range)) FROM range(3000000) a, range(3000000) b';

it('stops the engine when the signal is aborted while the next file is made', async () => {
  const controller = new AbortController();
  let ended = false;
  const parts = streamFiles(
    plane.database,
    async function* ({ copy }) {
      try {
        yield await copy('SELECT 1', 'csv', 'FORMAT csv');
        yield await copy(ENDLESS, 'csv', 'FORMAT csv');
      } finally {
        ended = true;
      }
    },
    controller.signal,
  );
  expect((await parts.next()).done).toBe(false);
  const waiting = parts.next();
  await pause(100);
  expect(ended).toBe(false);
  const started = performance.now();
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'EXPORT_CANCELED' });
  expect(ended).toBe(true);
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(readdirSync(scratch)).toEqual([]);
});

it('stops the engine when the reader leaves while the next file is made', async () => {
  let ended = false;
  const parts = streamFiles(plane.database, async function* ({ copy }) {
    try {
      yield await copy('SELECT 1', 'csv', 'FORMAT csv');
      yield await copy(ENDLESS, 'csv', 'FORMAT csv');
    } finally {
      ended = true;
    }
  });
  for await (const part of parts) {
    expect(part.length).toBeGreaterThan(0);
    break;
  }
  expect(ended).toBe(true);
  expect(readdirSync(scratch)).toEqual([]);
});

it('does nothing for a reader that has gone already', async () => {
  const store = await storeOf([1, 2]);
  const options = { signal: AbortSignal.abort(), sliceRows: 1 };
  const parts = exportEvents(plane.database, store, {}, 'csv', options);
  await expect(parts.next()).rejects.toMatchObject({ code: 'EXPORT_CANCELED' });
});

it('tells a failure after the first bytes instead of ending early, and leaves no file', async () => {
  const parts = streamFiles(plane.database, async function* ({ copy }) {
    yield await copy('SELECT 1', 'csv', 'FORMAT csv');
    yield await copy(`SELECT error('broken') FROM range(3)`, 'csv', 'FORMAT csv');
  });
  await expect(bytesOf(parts)).rejects.toThrow('broken');
  expect(readdirSync(scratch)).toEqual([]);
});

it('goes on writing to disk, not into memory, for a reader that waits', async () => {
  const store = await storeOf(Array.from({ length: 30 }, (_, minute) => minute));
  const parts = stream(store, 'ndjson', 5);
  await parts.next();
  const until = performance.now() + 5_000;
  while (readdirSync(scratch).length < 6 && performance.now() < until) await pause(10);
  // The one being read and the five that wait for it; their transaction has ended.
  expect(readdirSync(scratch)).toHaveLength(6);
  await parts.return(undefined);
  expect(readdirSync(scratch)).toEqual([]);
});
