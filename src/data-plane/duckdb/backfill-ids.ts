// Owns the preview of a delete backfill: finding events by id and remembering the versions that were found.
import type { CanonicalValue } from '../../definitions/types.ts';
import { BACKFILL_LISTED_MAX } from '../backfill-port.ts';
import type { IdsPreview } from '../backfill-port.ts';
import type { StoreTable } from '../event-store-port.ts';
import type { Connection } from './connection.ts';
import { findByIds } from './find-by-id.ts';
import type { IdIndex } from './id-index.ts';
import { idColumnsOf } from './id-columns.ts';
import { idHashSql } from './id-hash.ts';
import { sqlType } from './layout.ts';
import { readableSql } from './stored-events.ts';

const WANTED = 'weir_wanted';
const FOUND = 'weir_found';

/** Finds the events with these ids and remembers them under `backfill`, in the caller's transaction. */
export async function previewIds(
  connection: Connection,
  index: IdIndex,
  store: StoreTable,
  backfill: string,
  ids: readonly (readonly CanonicalValue[])[],
): Promise<IdsPreview> {
  await loadIds(connection, store, ids);
  const columns = ['seq', 'h', ...idNames(store)];
  await findByIds(connection, index, store, { wanted: WANTED, into: FOUND, columns, found: 'e.seq' });
  const key = [store.number, backfill];
  await connection.run('DELETE FROM backfill_items WHERE store = $1 AND backfill = $2', key);
  const matched = await connection.run(`INSERT INTO backfill_items SELECT $1, $2, seq FROM ${FOUND}`, key);
  const [unique] = await connection.lists(`SELECT count(*) FROM ${WANTED}`);
  const notFound = await connection.lists(
    `SELECT ${idTexts(store)} FROM ${WANTED} WHERE ord NOT IN (SELECT ord FROM ${FOUND})
      ORDER BY ord LIMIT ${BACKFILL_LISTED_MAX}`,
  );
  return { input: ids.length, unique: Number(unique?.[0]), matched, notFound };
}

/** Names of the id columns. */
export const idNames = (store: StoreTable): string[] => idColumnsOf(store).map(({ column }) => column);

/** SELECT list of the id columns as canonical text. */
export const idTexts = (store: StoreTable): string => idColumnsOf(store).map(readableSql).join(', ');

/** The distinct ids with their hashes, in the order they were given. */
async function loadIds(
  connection: Connection,
  store: StoreTable,
  ids: readonly (readonly CanonicalValue[])[],
): Promise<void> {
  const columns = idColumnsOf(store);
  const typed = columns.map(
    (column, index) => `CAST(r[${index + 1}] AS ${sqlType(column)}) AS ${column.column}`,
  );
  const given = `SELECT row_number() OVER () AS ord, ${typed.join(', ')}
    FROM (SELECT unnest(from_json($1, '[["VARCHAR"]]')) AS r)`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${WANTED} AS
      SELECT min(ord) AS ord, ${idHashSql(columns)} AS h, ${idNames(store).join(', ')} FROM (${given}) GROUP BY ALL`,
    [JSON.stringify(ids)],
  );
}
