// Owns what a store retains: the instant before which its events have expired, and removing them. An expiry takes
// no sequence and is not in the change feed: outputs that counted the events are frozen, not retracted.
import type { Expiry, StoreTable } from '../event-store-port.ts';
import { hasStaged } from './backfill-staged.ts';
import type { Connection } from './connection.ts';
import { idColumnsOf, sameIdSql } from './id-columns.ts';
import { canonicalSql, eventTable, formerTable, pinTable, stagedTable } from './layout.ts';

/** One row per store that has, or had, a retention. */
export const RETENTION_TABLE =
  'CREATE TABLE IF NOT EXISTS store_retention (store INTEGER, retained_from TIMESTAMP, expired BIGINT)';

const EXPIRED_PINS = 'weir_expired_pins';
const INSTANT = { type: 'datetime' } as const;

/** The instant before which the events of a store have expired; null: none ever has. */
export async function readRetainedFrom(connection: Connection, store: number): Promise<string | null> {
  const [row] = await connection.lists(
    `SELECT ${canonicalSql('retained_from', INSTANT)} FROM store_retention WHERE store = ${store}`,
  );
  return row?.[0] ?? null;
}

/** Whether anything is left to do to have all events before the instant expired. */
export async function isExpiryDue(connection: Connection, store: number, before: string): Promise<boolean> {
  const [row] = await connection.lists(
    `SELECT EXISTS (SELECT 1 FROM store_retention WHERE store = ${store} AND retained_from >= CAST($1 AS TIMESTAMP))
      AND NOT EXISTS (SELECT 1 FROM ${eventTable(store)} WHERE t < CAST($1 AS TIMESTAMP))
      AND NOT EXISTS (SELECT 1 FROM ${formerTable(store)} WHERE t < CAST($1 AS TIMESTAMP))`,
    [before],
  );
  return row?.[0] !== 'true';
}

/** The event time of the event that so many before the instant precede; undefined: there are fewer. */
export async function timeAfterEvents(
  connection: Connection,
  store: number,
  before: string,
  events: number,
): Promise<string | undefined> {
  const [row] = await connection.lists(
    `SELECT ${canonicalSql('t', INSTANT)} FROM (SELECT t FROM ${eventTable(store)}
      WHERE t < CAST($1 AS TIMESTAMP) ORDER BY t LIMIT 1 OFFSET ${BigInt(events)})`,
    [before],
  );
  return row?.[0] ?? undefined;
}

/**
 * Removes the events before the instant, their former versions, what previewed backfills would write there, and the pins of ids of which nothing is left, and
 * notes the instant, in the caller's transaction. The index of hashes forgets them when its runs are merged.
 */
export async function expire(connection: Connection, store: StoreTable, before: string): Promise<Expiry> {
  const { number } = store;
  await connection.run(
    `INSERT INTO store_retention SELECT ${number}, CAST($1 AS TIMESTAMP), 0
      WHERE NOT EXISTS (SELECT 1 FROM store_retention WHERE store = ${number})`,
    [before],
  );
  await notePins(connection, store, before);
  const condition = 'WHERE t < CAST($1 AS TIMESTAMP)';
  const expired = await connection.run(`DELETE FROM ${eventTable(number)} ${condition}`, [before]);
  await connection.run(`DELETE FROM ${formerTable(number)} ${condition}`, [before]);
  if (await hasStaged(connection, store)) {
    await connection.run(`DELETE FROM ${stagedTable(number)} ${condition}`, [before]);
  }
  await releasePins(connection, store);
  await connection.run(
    `UPDATE store_retention SET retained_from = greatest(retained_from, CAST($1 AS TIMESTAMP)),
      expired = expired + ${expired} WHERE store = ${number}`,
    [before],
  );
  return { expired, retainedFrom: (await readRetainedFrom(connection, number))! };
}

const idNames = (store: StoreTable): string =>
  ['h', ...idColumnsOf(store).map(({ column }) => column)].join(', ');

/** The pinned ids of which a version expires: pins are few, so this stays small however much expires. */
async function notePins(connection: Connection, store: StoreTable, before: string): Promise<void> {
  const pins = pinTable(store.number);
  const versions = [eventTable(store.number), formerTable(store.number)].map(
    (table) =>
      `SELECT ${idNames(store)} FROM ${table} WHERE t < CAST($1 AS TIMESTAMP) AND h IN (SELECT h FROM ${pins})`,
  );
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${EXPIRED_PINS} AS ${versions.join(' UNION ')}`, [
    before,
  ]);
}

async function releasePins(connection: Connection, store: StoreTable): Promise<void> {
  const holds = (table: string): string =>
    `EXISTS (SELECT 1 FROM ${table} AS x WHERE ${sameIdSql(store, 'x', 'p')})`;
  await connection.run(
    `DELETE FROM ${pinTable(store.number)} AS p WHERE ${holds(EXPIRED_PINS)}
      AND NOT ${holds(eventTable(store.number))} AND NOT ${holds(formerTable(store.number))}`,
  );
}
