// Owns finding events by id hash: runs of (h, seq) sorted by h, derived from the events and rebuilt at will,
// and the tail of newer events that no run covers. A run may name events that have been replaced or deleted
// since: what is found counts only if the event is still there.
import type { Connection } from './connection.ts';
import { eventTable, indexTable } from './layout.ts';

/** What the runs of a store cover. */
export interface IndexState {
  /** Events up to this sequence are in a run. */
  readonly indexed: bigint;
  readonly runs: number;
  readonly rows: number;
}

/** A tail of this many hashes is scanned in about a millisecond. */
const TAIL_ROWS_MAX = 500_000;
/** One row group of the engine; a shorter run is not worth a place among the runs. */
const RUN_ROWS_MIN = 122_880;
/** Each run costs a lookup about half a millisecond. */
const RUNS_MAX = 8;

export async function readIndexState(connection: Connection, store: number): Promise<IndexState> {
  const [row] = await connection.rows(
    `SELECT indexed_seq, runs, row_count FROM index_state WHERE store = ${store}`,
  );
  return {
    indexed: BigInt(row?.['indexed_seq'] ?? '0'),
    runs: Number(row?.['runs'] ?? '0'),
    rows: Number(row?.['row_count'] ?? '0'),
  };
}

/** SQL of a set of hashes, for `h IN ...`. The numbers are ours. */
export const hashSetSql = (hashes: readonly bigint[]): string => `(${hashes.join(', ')})`;

/**
 * SELECT of the sequences of events whose hash is in a set (SQL: a list of numbers, or a subquery). Some may be
 * gone since, and ids with the same hash are told apart by the caller. Only hashes and sequences are read, so
 * that of the events themselves the engine then reads no more than the row groups in between.
 */
export function sequencesByHashSql(store: number, hashes: string, indexed: bigint): string {
  return `SELECT seq FROM ${indexTable(store)} WHERE h IN ${hashes}
    UNION ALL SELECT seq FROM ${eventTable(store)} WHERE seq > ${indexed} AND h IN ${hashes}`;
}

/** Whether the tail, of about so many rows, should become a run: sooner when nothing else is going on. */
export function needsRun(state: IndexState, tailRows: number, idle: boolean): boolean {
  return tailRows >= (idle ? RUN_ROWS_MIN : tailRowsMax(state));
}

/** The tail may grow with the store, so that runs, and rewriting them, stay few: 50 million events, 3 million. */
const tailRowsMax = ({ rows }: IndexState): number => Math.max(TAIL_ROWS_MAX, rows / 16);

/**
 * Makes a run of the committed events up to `upTo`, or one run of everything when there would be too many. May
 * run beside the store's writer, which never writes these tables, but not beside itself.
 */
export async function extendIndex(
  connection: Connection,
  store: number,
  state: IndexState,
  upTo: bigint,
): Promise<IndexState> {
  return connection.transaction(async () => {
    const next =
      state.runs < RUNS_MAX
        ? await addRun(connection, store, state, upTo)
        : await mergeRuns(connection, store, upTo);
    await connection.run(
      `UPDATE index_state SET indexed_seq = ${next.indexed}, runs = ${next.runs}, row_count = ${next.rows} WHERE store = ${store}`,
    );
    return next;
  });
}

async function addRun(
  connection: Connection,
  store: number,
  state: IndexState,
  upTo: bigint,
): Promise<IndexState> {
  const added = await connection.run(
    `INSERT INTO ${indexTable(store)} SELECT h, seq FROM ${eventTable(store)}
      WHERE seq > ${state.indexed} AND seq <= ${upTo} ORDER BY h`,
  );
  return { indexed: upTo, runs: state.runs + 1, rows: state.rows + added };
}

/** From the events themselves, so that replaced and deleted ones leave the index. */
async function mergeRuns(connection: Connection, store: number, upTo: bigint): Promise<IndexState> {
  const merged = `${indexTable(store)}_merged`;
  await connection.run(
    `CREATE TABLE ${merged} AS SELECT h, seq FROM ${eventTable(store)} WHERE seq <= ${upTo} ORDER BY h`,
  );
  await connection.run(`DROP TABLE ${indexTable(store)}`);
  await connection.run(`ALTER TABLE ${merged} RENAME TO ${indexTable(store)}`);
  const [row] = await connection.lists(`SELECT count(*) FROM ${indexTable(store)}`);
  return { indexed: upTo, runs: 1, rows: Number(row?.[0]) };
}
