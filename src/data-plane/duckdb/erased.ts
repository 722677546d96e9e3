// Owns what is remembered of erasures: which versions of events are blanked, and which outputs counted them. An
// erasure is not in the change feed, so these marks are what keeps runs from making the outputs anew
// (docs/adr/0015).
import type { Connection } from './connection.ts';

/**
 * erased_events: versions, current or former, whose fields are blanked; `marker` stands for an id that was itself
 * the subject. frozen_events: rows of a target store that were made from erased events. frozen_records: the same for
 * usage records, by the number that names a record for ever.
 */
export const ERASED_TABLES: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS erased_events (store INTEGER, seq BIGINT, marker BIGINT)',
  'CREATE TABLE IF NOT EXISTS frozen_events (store INTEGER, seq BIGINT)',
  'CREATE TABLE IF NOT EXISTS frozen_records (owner INTEGER, record BIGINT)',
];

/** SQL set of the sequences of a store's erased versions. */
export const erasedSql = (store: number): string => `(SELECT seq FROM erased_events WHERE store = ${store})`;

/** SQL set of the sequences of rows that runs leave alone: erased themselves, or made from what was erased. */
export const keptRowsSql = (store: number): string =>
  `(SELECT seq FROM erased_events WHERE store = ${store} UNION SELECT seq FROM frozen_events WHERE store = ${store})`;

/** SQL set of the records of an owner that counted erased events. */
export const frozenRecordsSql = (owner: number): string =>
  `(SELECT record FROM frozen_records WHERE owner = ${owner})`;

/** Whether an owner has records that counted erased events. */
export async function hasFrozenRecords(connection: Connection, owner: number): Promise<boolean> {
  const [row] = await connection.lists(`SELECT EXISTS ${frozenRecordsSql(owner)}`);
  return row?.[0] === 'true';
}
