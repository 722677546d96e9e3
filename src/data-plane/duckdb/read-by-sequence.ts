// Owns reading, taking and deleting rows of a table that is in the order of `seq`, by their sequences. Finding them
// reads one column of the row groups between the first and the last. What costs is the columns of the rows found: a
// scan decodes every vector of 2,048 rows that has a hit, in every column, while a deletion that returns its rows
// fetches those alone. 1,000 rows of 15 columns scattered over 3 million, CPU time: scanned by `seq IN (...)` 1.3 to
// 1.6 s, by `(seq IN (...)) IS TRUE`, which is pushed into the scan, 1.3 s (over 10 million 1.1 s against 1.9 s), by a
// join on rowid 1.1 to 1.5 s; four of the columns 0.4 s; deleted and returned 0.25 s; deleted alone 0.08 s.
import type { Connection } from './connection.ts';

/** Sequences to look for: a few by value, in order, or many as a temporary table with a column `seq`. */
export type SequenceSet =
  | { readonly few: readonly bigint[] }
  | { readonly table: string; readonly low: bigint; readonly high: bigint };

/** More are joined: the text of the statement would take longer to read than the rows. */
const FEW_MAX = 2_000;
/** One row group of the engine: a cluster within it costs one look at its sequences. */
const CLUSTER_SPAN = 122_880n;
/** Every row of a cluster's span is compared with each of its sequences. */
const CLUSTER_IDS_MAX = 32;
/** Rows in between that cost as much to scan as one point costs to find, reading whole rows. */
const ROWS_PER_POINT = 5_000n;
/** The same where only sequences are read: a deletion. */
const SEQUENCES_PER_POINT = 40_000n;

/** The set of the sequences in a temporary table with a column `seq`; nulls are none. */
export async function sequenceSet(connection: Connection, table: string): Promise<SequenceSet> {
  const [row] = await connection.lists(`SELECT count(seq), min(seq), max(seq) FROM ${table}`);
  const [count, low, high] = row!;
  if (Number(count) > FEW_MAX) return { table, low: BigInt(low!), high: BigInt(high!) };
  const rows = await connection.lists(`SELECT DISTINCT seq FROM ${table} WHERE seq IS NOT NULL ORDER BY seq`);
  return { few: rows.map(([sequence]) => BigInt(sequence!)) };
}

/** The set of sequences that the caller knows. */
export const sequencesOf = (sequences: readonly bigint[]): SequenceSet => ({
  few: [...new Set(sequences)].sort((a, b) => (a < b ? -1 : Number(a > b))),
});

/** SELECT of these columns (SQL) of the rows with these sequences. */
export function bySequenceSql(table: string, columns: string, set: SequenceSet): string {
  const conditions = conditionsOf(set, ROWS_PER_POINT);
  return conditions
    .map((condition) => `SELECT ${columns} FROM ${table} WHERE ${condition}`)
    .join(' UNION ALL ');
}

/**
 * Moves the rows with these sequences into the new temporary table `into`, as these columns; says how many they were.
 * Whole rows come much cheaper than by reading and then deleting them.
 */
export async function takeBySequence(
  connection: Connection,
  table: string,
  columns: string,
  set: SequenceSet,
  into: string,
): Promise<number> {
  // Many rows are scanned, because what a deletion returns is held in memory.
  const rows =
    'table' in set ? bySequenceSql(table, columns, set) : `SELECT ${columns} FROM ${table} LIMIT 0`;
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${into} AS ${rows}`);
  if ('table' in set) return deleteBySequence(connection, table, set);
  let taken = 0;
  for (const condition of conditionsOf(set, SEQUENCES_PER_POINT)) {
    taken += await connection.appendRows(
      into,
      `DELETE FROM ${table} WHERE ${condition} RETURNING ${columns}`,
    );
  }
  return taken;
}

/** Deletes the rows with these sequences; says how many they were. */
export async function deleteBySequence(
  connection: Connection,
  table: string,
  set: SequenceSet,
): Promise<number> {
  let deleted = 0;
  for (const condition of conditionsOf(set, SEQUENCES_PER_POINT)) {
    deleted += await connection.run(`DELETE FROM ${table} WHERE ${condition}`);
  }
  return deleted;
}

/** Conditions that together hold for exactly the rows of the set, each row meeting one. */
function conditionsOf(set: SequenceSet, perPoint: bigint): string[] {
  if ('table' in set) {
    return [`seq BETWEEN ${set.low} AND ${set.high} AND seq IN (SELECT seq FROM ${set.table})`];
  }
  const { few } = set;
  const [low, high] = [few[0], few.at(-1)];
  if (low === undefined || high === undefined) return ['FALSE'];
  const isDense = high - low < BigInt(few.length) * perPoint;
  if (isDense) return [`seq BETWEEN ${low} AND ${high} AND seq IN (${few.join(', ')})`];
  return clustersOf(few).map(
    (cluster) =>
      `seq BETWEEN ${cluster[0]} AND ${cluster.at(-1)} AND (seq IN (${cluster.join(', ')})) IS TRUE`,
  );
}

function clustersOf(sequences: readonly bigint[]): bigint[][] {
  const clusters: bigint[][] = [];
  let current: bigint[] = [];
  for (const sequence of sequences) {
    const first = current[0];
    if (first !== undefined && (sequence - first >= CLUSTER_SPAN || current.length >= CLUSTER_IDS_MAX)) {
      clusters.push(current);
      current = [];
    }
    current.push(sequence);
  }
  if (current.length > 0) clusters.push(current);
  return clusters;
}
