// Owns deleting events by id in two steps: a preview that remembers the versions it found, and a confirmation
// that deletes those versions and no others.
import { nowInstant } from '../../clock.ts';
import type { CanonicalValue } from '../../definitions/types.ts';
import type { DeleteOutcome, DeletePreview, StoreTable } from '../event-store-port.ts';
import type { Connection } from './connection.ts';
import { idColumnsOf, sameIdSql } from './id-columns.ts';
import { idHashSql } from './id-hash.ts';
import type { IdIndex } from './id-index.ts';
import { eventTable, formerTable, pinTable, sqlType } from './layout.ts';
import { readableSql } from './stored-events.ts';
import type { StoreWriters, WriterTicket } from './store-writers.ts';

const NOT_FOUND_LISTED_MAX = 1_000;

const WANTED = 'weir_wanted';
const FOUND = 'weir_found';
const GONE = 'weir_gone';

const idNames = (store: StoreTable, qualifier = ''): string =>
  idColumnsOf(store)
    .map(({ column }) => qualifier + column)
    .join(', ');

const idTexts = (store: StoreTable): string => idColumnsOf(store).map(readableSql).join(', ');

/** Finds the events with these ids and remembers them under `backfill`, in the caller's transaction. */
export async function previewDelete(
  connection: Connection,
  index: IdIndex,
  store: StoreTable,
  backfill: string,
  ids: readonly (readonly CanonicalValue[])[],
): Promise<DeletePreview> {
  await loadIds(connection, store, ids);
  const candidates = await index.sequencesSql(connection, WANTED);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${FOUND} AS SELECT w.ord, e.seq FROM ${WANTED} AS w
      JOIN (SELECT seq, h, ${idNames(store)} FROM ${eventTable(store.number)} WHERE seq IN ${candidates}) AS e
      ON ${sameIdSql(store, 'e', 'w')}`,
  );
  await connection.run('DELETE FROM backfill_items WHERE store = $1 AND backfill = $2', [
    store.number,
    backfill,
  ]);
  await connection.run(`INSERT INTO backfill_items SELECT $1, $2, seq FROM ${FOUND}`, [
    store.number,
    backfill,
  ]);
  const rows = await connection.lists(`SELECT seq FROM ${FOUND} ORDER BY seq`);
  const sequences = rows.map(([sequence]) => BigInt(sequence!));
  const [unique] = await connection.lists(`SELECT count(*) FROM ${WANTED}`);
  const notFound = await connection.lists(
    `SELECT ${idTexts(store)} FROM ${WANTED} WHERE ord NOT IN (SELECT ord FROM ${FOUND})
      ORDER BY ord LIMIT ${NOT_FOUND_LISTED_MAX}`,
  );
  return { input: ids.length, unique: Number(unique?.[0]), matched: sequences.length, notFound, sequences };
}

/** Deletes the previewed versions that still hold and pins their ids. Once is enough: repeating it tells the same. */
export async function confirmDelete(
  writers: StoreWriters,
  store: StoreTable,
  backfill: string,
): Promise<DeleteOutcome> {
  return writers.withWriters([store], async (connection, tickets) => {
    const ticket = tickets.get(store.number)!;
    const commit = `delete:${store.number}:${backfill}`;
    const [done] = await connection.lists('SELECT 1 FROM commits WHERE commit_id = $1', [commit]);
    const at = nowInstant();
    if (!done) {
      await deleteFound(connection, ticket, backfill, at);
      await connection.run('INSERT INTO commits VALUES ($1, CAST($2 AS TIMESTAMP))', [commit, at]);
    }
    return outcomeOf(connection, ticket, backfill);
  });
}

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
      SELECT min(ord) AS ord, ${idHashSql(columns)} AS h, ${idNames(store)} FROM (${given}) GROUP BY ALL`,
    [JSON.stringify(ids)],
  );
}

async function deleteFound(
  connection: Connection,
  ticket: WriterTicket,
  backfill: string,
  at: string,
): Promise<void> {
  const { store } = ticket;
  const events = eventTable(store.number);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${GONE} AS
      SELECT e.seq, ${ticket.next} + row_number() OVER (ORDER BY e.seq) - 1 AS change_seq FROM ${events} AS e
      WHERE e.seq IN (SELECT seq FROM backfill_items WHERE store = $1 AND backfill = $2)`,
    [store.number, backfill],
  );
  const columns = ['seq', 'h', 'owner', 'sf', 'st', ...store.columns.map(({ column }) => column)];
  await connection.run(
    `INSERT INTO ${formerTable(store.number)} (${columns.join(', ')}, change_seq, change, cause, changed_at)
      SELECT ${columns.map((column) => `e.${column}`).join(', ')}, g.change_seq, 'delete', $1, CAST($2 AS TIMESTAMP)
      FROM ${events} AS e JOIN ${GONE} AS g ON e.seq = g.seq`,
    [backfill, at],
  );
  await connection.run(
    `INSERT INTO ${pinTable(store.number)} (h, ${idNames(store)}, backfill)
      SELECT h, ${idNames(store)}, $1 FROM ${events} WHERE seq IN (SELECT seq FROM ${GONE})`,
    [backfill],
  );
  // The engine counts the rows of a DELETE, not those of a CREATE TABLE AS.
  const deleted = await connection.run(`DELETE FROM ${events} WHERE seq IN (SELECT seq FROM ${GONE})`);
  ticket.next += BigInt(deleted);
}

/** Read from what the backfill left behind, so that it is the same whenever it is asked for. */
async function outcomeOf(
  connection: Connection,
  ticket: WriterTicket,
  backfill: string,
): Promise<DeleteOutcome> {
  const { store } = ticket;
  const former = formerTable(store.number);
  const own = `change = 'delete' AND cause = $1`;
  const [counts] = await connection.lists(`SELECT count(*), max(change_seq) FROM ${former} WHERE ${own}`, [
    backfill,
  ]);
  const changedSincePreview = await connection.lists(
    `SELECT ${idTexts(store)} FROM ${former} WHERE NOT (${own})
      AND seq IN (SELECT seq FROM backfill_items WHERE store = $2 AND backfill = $1) ORDER BY seq`,
    [backfill, store.number],
  );
  const last = counts?.[1];
  return {
    deleted: Number(counts?.[0]),
    changedSincePreview,
    lastSequence: last === null || last === undefined ? ticket.next - 1n : BigInt(last),
  };
}
