// Owns what the writer of a store knows: its claim on the sequences, the first free one, and the ids it has.
// Made when the store is first written to after a start, or warmed up.
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { KnownIds, tailIdsMax } from './known-ids.ts';
import { eventTable } from './layout.ts';
import { takeFence, type SequenceClaim } from './sequences.ts';

export interface WriterState {
  readonly claim: SequenceClaim;
  known: KnownIds;
  /** The first free sequence. */
  next: bigint;
  /** A commit failed, perhaps after it was durable: `next` must be read again before the next one. */
  stale: boolean;
}

/** Becomes the store's writer and learns its ids: from the runs of its index, and from the events after them. */
export async function openWriterState(database: Database, store: number): Promise<WriterState> {
  return database.withConnection(async (connection) => {
    const { claim, next } = await takeFence(connection, store);
    return { claim, known: await learnIds(database, connection, store, next), next, stale: false };
  });
}

/** What is known of the ids of a store, whose first free sequence is `next`. */
export async function learnIds(
  database: Database,
  connection: Connection,
  store: number,
  next: bigint,
): Promise<KnownIds> {
  const index = await database.indexes.of(store);
  const known = new KnownIds(index);
  const tail = `SELECT count(*) FROM ${eventTable(store)} WHERE seq > ${index.indexed}`;
  const [row] = await connection.lists(tail);
  // Its files are missing: a run is made at once, or all its ids would be in filters of the tail.
  if (Number(row?.[0]) > 2 * tailIdsMax(index.count)) await index.extend(next - 1n);
  await addWritten(connection, known, store, index.indexed + 1n);
  return known;
}

/** Adds the ids of the events from a sequence on. */
export async function addWritten(
  connection: Connection,
  known: KnownIds,
  store: number,
  from: bigint,
): Promise<void> {
  // Two halves as 32-bit numbers: a bigint per event would cost more than adding it.
  const sql = `SELECT CAST(h & 4294967295 AS UINTEGER), CAST(h >> 32 AS UINTEGER)
    FROM ${eventTable(store)} WHERE seq >= ${from}`;
  for await (const [low, high] of connection.chunks(sql)) {
    const [lows, highs] = [low as number[], high as number[]];
    for (let index = 0; index < lows.length; index++) known.add(lows[index]!, highs[index]!);
  }
}
