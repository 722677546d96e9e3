// Owns what the writer of a store knows: its claim on the sequences, the first free one, the filter of ids and
// the reach of the index. Made when the store is first written to after a start.
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { loadFilterSnapshot } from './filter-snapshot.ts';
import { IdFilter } from './id-filter.ts';
import { readIndexState, type IndexState } from './id-index.ts';
import { eventTable } from './layout.ts';
import { takeFence, type SequenceClaim } from './sequences.ts';

export interface WriterState {
  readonly claim: SequenceClaim;
  readonly filter: IdFilter;
  /** The first free sequence. */
  next: bigint;
  index: IndexState;
  /** Events that no run of the index covers. */
  tailRows: number;
  /** A commit failed, perhaps after it was durable: `next` must be read again before the next one. */
  stale: boolean;
}

/** Becomes the store's writer and loads its filter: from a snapshot and what is newer, else from all events. */
export async function openWriterState(database: Database, store: number): Promise<WriterState> {
  return database.withConnection(async (connection) => {
    const { claim, next } = await takeFence(connection, store);
    const index = await readIndexState(connection, store);
    const { filter, covered } = await loadedFilter(connection, database, store, next);
    await addWritten(connection, filter, store, covered + 1n);
    const tail = `SELECT count(*) FROM ${eventTable(store)} WHERE seq > ${index.indexed}`;
    const [row] = await connection.lists(tail);
    return { claim, filter, next, index, tailRows: Number(row?.[0]), stale: false };
  });
}

async function loadedFilter(
  connection: Connection,
  database: Database,
  store: number,
  next: bigint,
): Promise<{ filter: IdFilter; covered: bigint }> {
  const { filterDirectory: directory, timeline } = database;
  const snapshot = loadFilterSnapshot({ directory, timeline, store }, next - 1n);
  if (snapshot) return snapshot;
  const [row] = await connection.lists(`SELECT count(*) FROM ${eventTable(store)}`);
  // Half as much again, so that a store that grows does not add a layer at once.
  return { filter: IdFilter.withRoomFor(Math.ceil(Number(row?.[0]) * 1.5)), covered: 0n };
}

/** Adds the ids of the events from a sequence on. Returns how many they were. */
export async function addWritten(
  connection: Connection,
  filter: IdFilter,
  store: number,
  from: bigint,
): Promise<number> {
  // Two halves as 32-bit numbers: a bigint per event would cost more than adding it.
  const sql = `SELECT CAST(h & 4294967295 AS UINTEGER), CAST(h >> 32 AS UINTEGER)
    FROM ${eventTable(store)} WHERE seq >= ${from}`;
  let count = 0;
  for await (const [low, high] of connection.chunks(sql)) {
    const [lows, highs] = [low as number[], high as number[]];
    for (let index = 0; index < lows.length; index++) filter.add(lows[index]!, highs[index]!);
    count += lows.length;
  }
  return count;
}
