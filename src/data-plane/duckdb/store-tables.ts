// Owns the tables of one event store: making, extending and dropping them. All of it may be repeated.
import type { StoreTable } from '../event-store-port.ts';
import type { Connection } from './connection.ts';
import {
  HIDDEN_COLUMNS,
  columnList,
  eventTable,
  formerTable,
  pinTable,
  stagedTable,
  sqlType,
} from './layout.ts';
import { idColumnsOf } from './id-columns.ts';

const BACKFILL_TABLES = ['backfill_items', 'backfill_commits', 'backfill_skipped'] as const;

/** Makes the tables of a store that are missing. */
export async function createStoreTables(connection: Connection, store: StoreTable): Promise<void> {
  const { number } = store;
  const events = `${HIDDEN_COLUMNS}, ${columnList(store.columns)}`;
  const change = 'change_seq BIGINT, change VARCHAR, cause VARCHAR, changed_at TIMESTAMP';
  const ids = columnList(idColumnsOf(store));
  for (const sql of [
    `CREATE TABLE IF NOT EXISTS ${eventTable(number)} (${events})`,
    `CREATE TABLE IF NOT EXISTS ${formerTable(number)} (${events}, ${change})`,
    `CREATE TABLE IF NOT EXISTS ${pinTable(number)} (h UBIGINT, ${ids}, backfill VARCHAR)`,
    `INSERT INTO store_state SELECT ${number}, 1, 0, NULL
      WHERE NOT EXISTS (SELECT 1 FROM store_state WHERE store = ${number})`,
  ]) {
    await connection.run(sql);
  }
}

/** Adds the columns that a newer version of the definition has. The caller holds the store's writer. */
export async function extendStoreTables(connection: Connection, store: StoreTable): Promise<void> {
  for (const table of [eventTable, formerTable, stagedTable]) {
    for (const column of store.columns) {
      await connection.run(
        `ALTER TABLE IF EXISTS ${table(store.number)} ADD COLUMN IF NOT EXISTS ${column.column} ${sqlType(column)}`,
      );
    }
  }
}

/** Drops everything the data plane holds of a store. The caller has closed the store's writer. */
export async function dropStoreTables(connection: Connection, number: number): Promise<void> {
  for (const table of [eventTable, formerTable, pinTable, stagedTable]) {
    await connection.run(`DROP TABLE IF EXISTS ${table(number)}`);
  }
  for (const table of [
    'store_state',
    'store_retention',
    'erased_events',
    'frozen_events',
    ...BACKFILL_TABLES,
  ]) {
    await connection.run(`DELETE FROM ${table} WHERE store = ${number}`);
  }
}
