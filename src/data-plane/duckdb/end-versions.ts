// Owns how versions of events end: they move from the events to the former versions, each under the sequence of
// the change that ended it.
import type { Connection } from './connection.ts';
import { eventTable, formerTable } from './layout.ts';
import { deleteBySequence, sequenceSet } from './read-by-sequence.ts';
import type { StoreTable } from '../event-store-port.ts';

/** Who ended versions, and when (canonical instant). */
export interface ChangeCause {
  readonly cause: string;
  readonly at: string;
}

/** All columns of an event, the hidden ones first. */
export const eventColumns = (store: StoreTable): string[] => [
  'seq',
  'h',
  'owner',
  'sf',
  'st',
  ...store.columns.map(({ column }) => column),
];

/** These columns of a relation. */
export const qualified = (columns: readonly string[], relation: string): string =>
  columns.map((column) => `${relation}.${column}`).join(', ');

/**
 * Ends the versions in the temporary table `held` (all columns of events) that the temporary table `ended` names:
 * seq, change_seq, and change ('replace' or 'delete').
 */
export async function endVersions(
  connection: Connection,
  store: StoreTable,
  tables: { readonly held: string; readonly ended: string },
  { cause, at }: ChangeCause,
): Promise<number> {
  const columns = eventColumns(store);
  await connection.run(
    `INSERT INTO ${formerTable(store.number)} (${columns.join(', ')}, change_seq, change, cause, changed_at)
      SELECT ${qualified(columns, 'e')}, x.change_seq, x.change, $1, CAST($2 AS TIMESTAMP)
      FROM ${tables.held} AS e JOIN ${tables.ended} AS x ON e.seq = x.seq ORDER BY x.change_seq`,
    [cause, at],
  );
  const set = await sequenceSet(connection, tables.ended);
  return deleteBySequence(connection, eventTable(store.number), set);
}
