// Owns the preview of a file of events to insert or to correct: which of its ids are there, and keeping the events
// that a confirmation will write, in a table that only stores with such a backfill have.
import { BACKFILL_LISTED_MAX } from '../backfill-port.ts';
import type { EventsPreview, ListedIds } from '../backfill-port.ts';
import type { StoreTable } from '../event-store-port.ts';
import { idNames, idTexts } from './backfill-ids.ts';
import { loadRows } from './backfill-load.ts';
import type { WrittenRows } from './backfill-load.ts';
import { noteCommit } from './backfill-steps.ts';
import type { Connection } from './connection.ts';
import { qualified } from './end-versions.ts';
import { findByIds } from './find-by-id.ts';
import type { IdIndex } from './id-index.ts';
import { STAGED_COLUMNS, columnList, stagedTable } from './layout.ts';

const LOADED = 'weir_loaded';
const WANTED = 'weir_wanted';
const FOUND = 'weir_found';

/** Reads a load file against the store and stages what is to be written, in the caller's transaction. */
export async function previewEvents(
  connection: Connection,
  index: IdIndex,
  store: StoreTable,
  backfill: string,
  change: 'insert' | 'correct',
  file: WrittenRows,
): Promise<EventsPreview> {
  const { number } = store;
  await loadRows(connection, store, file, LOADED);
  // Of an id that comes several times the last event counts, as if they had been written one after the other.
  const ids = ['h', ...idNames(store)].join(', ');
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${WANTED} AS SELECT * FROM ${LOADED}
      WHERE ord IN (SELECT max(ord) FROM ${LOADED} GROUP BY ${ids})`,
  );
  const columns = store.columns.map(({ column }) => column);
  const same = `row(${qualified(columns, 'w')}) IS NOT DISTINCT FROM row(${qualified(columns, 'e')})`;
  await findByIds(connection, index, store, {
    wanted: WANTED,
    into: FOUND,
    columns: ['seq', 'h', ...columns],
    found: `e.seq AS held, ${same} AS same`,
  });
  await connection.run(
    `CREATE TABLE IF NOT EXISTS ${stagedTable(number)} (${STAGED_COLUMNS}, ${columnList(store.columns)})`,
  );
  await forgetStaged(connection, store, backfill);
  await stage(connection, store, backfill, change);
  return {
    input: file.rows,
    ...(await counts(connection)),
    notFound:
      change === 'correct'
        ? await listed(connection, store, `${WANTED} WHERE ord NOT IN (SELECT ord FROM ${FOUND})`)
        : [],
    found: change === 'insert' ? await listed(connection, store, FOUND) : [],
  };
}

async function stage(
  connection: Connection,
  store: StoreTable,
  backfill: string,
  change: 'insert' | 'correct',
): Promise<void> {
  const names = store.columns.map(({ column }) => column).join(', ');
  const rows =
    change === 'correct'
      ? `SELECT $1, ord, held, same, h, ${names} FROM ${FOUND}`
      : `SELECT $1, ord, NULL, NULL, h, ${names} FROM ${WANTED} WHERE ord NOT IN (SELECT ord FROM ${FOUND})`;
  await connection.run(
    `INSERT INTO ${stagedTable(store.number)} (backfill, ord, held, same, h, ${names}) ${rows} ORDER BY ord`,
    [backfill],
  );
  const [last] = await connection.lists(`SELECT next_seq - 1 FROM store_state WHERE store = ${store.number}`);
  // What is written later than this was not seen by the preview.
  const seen = BigInt(last![0]!);
  const work = { store, backfill, direction: 'preview' as const };
  await noteCommit(connection, work, { after: seen, upTo: seen, position: seen, done: true });
}

async function counts(
  connection: Connection,
): Promise<{ unique: number; matched: number; unchanged: number }> {
  const [row] = await connection.lists(
    `SELECT (SELECT count(*) FROM ${WANTED}), count(*), count(*) FILTER (same) FROM ${FOUND}`,
  );
  const [unique, matched, unchanged] = row!.map(Number);
  return { unique: unique!, matched: matched!, unchanged: unchanged! };
}

const listed = (connection: Connection, store: StoreTable, from: string): Promise<ListedIds> =>
  connection.lists(`SELECT ${idTexts(store)} FROM ${from} ORDER BY ord LIMIT ${BACKFILL_LISTED_MAX}`);

/** Whether the store has ever had such a backfill. */
export async function hasStaged(connection: Connection, store: StoreTable): Promise<boolean> {
  const found = await connection.lists('SELECT 1 FROM duckdb_tables() WHERE table_name = $1', [
    stagedTable(store.number),
  ]);
  return found.length > 0;
}

/** Forgets the staged events of a backfill. */
export async function forgetStaged(
  connection: Connection,
  store: StoreTable,
  backfill: string,
): Promise<void> {
  if (!(await hasStaged(connection, store))) return;
  await connection.run(`DELETE FROM ${stagedTable(store.number)} WHERE backfill = $1`, [backfill]);
  await connection.run(
    `DELETE FROM backfill_commits WHERE store = $1 AND backfill = $2 AND direction = 'preview'`,
    [store.number, backfill],
  );
}
