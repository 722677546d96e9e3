// Owns finding the current versions of many ids at once, for work that may take the time of a look at the index.
import type { StoreTable } from '../event-store-port.ts';
import type { Connection } from './connection.ts';
import { sameIdSql } from './id-columns.ts';
import type { IdIndex } from './id-index.ts';
import { eventTable } from './layout.ts';
import { bySequenceSql, sequenceSet } from './read-by-sequence.ts';

const CANDIDATES = 'weir_candidates';
const CANDIDATE_ROWS = 'weir_candidate_rows';

/**
 * Makes the temporary table `into`: the columns of `wanted` (a temporary table with h and the id columns), of the
 * rows whose id is there now, and `found` (SQL over the event `e`) beside them.
 */
export async function findByIds(
  connection: Connection,
  index: IdIndex,
  store: StoreTable,
  { wanted, into, columns, found }: FindByIds,
): Promise<void> {
  await findCandidates(connection, index, wanted);
  const rows = bySequenceSql(
    eventTable(store.number),
    columns.join(', '),
    await sequenceSet(connection, CANDIDATES),
  );
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${CANDIDATE_ROWS} AS ${rows}`);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${into} AS SELECT w.*, ${found} FROM ${wanted} AS w
      JOIN ${CANDIDATE_ROWS} AS e ON ${sameIdSql(store, 'e', 'w')}`,
  );
}

/** The sequences of events with the hash of a wanted id: by looking them up, or many of them by reading all hashes. */
async function findCandidates(connection: Connection, index: IdIndex, wanted: string): Promise<void> {
  const [row] = await connection.lists(`SELECT count(DISTINCT h) FROM ${wanted}`);
  if (index.isScanQuicker(Number(row?.[0]))) {
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${CANDIDATES} AS ${index.scanSql(wanted)}`);
    return;
  }
  const rows = await connection.lists(`SELECT DISTINCT h FROM ${wanted}`);
  const hashes = rows.map(([hash]) => BigInt(hash!));
  const sequences = await index.sequences(connection, hashes);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${CANDIDATES} AS
      SELECT CAST(unnest(from_json($1, '["VARCHAR"]')) AS BIGINT) AS seq`,
    [JSON.stringify(sequences.map(String))],
  );
}

export interface FindByIds {
  readonly wanted: string;
  readonly into: string;
  /** Columns of the event that `found` and the comparison of ids need. */
  readonly columns: readonly string[];
  readonly found: string;
}
