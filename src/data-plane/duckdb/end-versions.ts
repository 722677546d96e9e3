// Owns how versions of events end: they move from the events to the former versions, each under the sequence of
// the change that ended it.
import type { Connection } from './connection.ts';
import { eventTable, formerTable } from './layout.ts';
import { deleteBySequence, sequenceSet, takeBySequence } from './read-by-sequence.ts';
import type { SequenceSet } from './read-by-sequence.ts';
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

/** Tables of one commit that ends versions: `held`, all columns of events; `ended`: seq, change_seq, change. */
export interface EndingTables {
  readonly held: string;
  readonly ended: string;
}

/**
 * Ends the versions in the temporary table `held` (all columns of events) that the temporary table `ended` names:
 * seq, change_seq, and change ('replace' or 'delete').
 */
export async function endVersions(
  connection: Connection,
  store: StoreTable,
  tables: EndingTables,
  cause: ChangeCause,
): Promise<number> {
  await keepFormer(connection, store, tables, cause);
  const set = await sequenceSet(connection, tables.ended);
  return deleteBySequence(connection, eventTable(store.number), set);
}

/** Takes the versions with these sequences that still hold out of the events, into the new temporary table `held`. */
export const takeVersions = (
  connection: Connection,
  store: StoreTable,
  set: SequenceSet,
  held: string,
): Promise<number> =>
  takeBySequence(connection, eventTable(store.number), eventColumns(store).join(', '), set, held);

/** Keeps versions that were taken as former versions, each under the sequence of the change that ended it. */
export async function keepFormer(
  connection: Connection,
  store: StoreTable,
  { held, ended }: EndingTables,
  { cause, at }: ChangeCause,
): Promise<void> {
  const columns = eventColumns(store);
  await connection.run(
    `INSERT INTO ${formerTable(store.number)} (${columns.join(', ')}, change_seq, change, cause, changed_at)
      SELECT ${qualified(columns, 'e')}, x.change_seq, x.change, $1, CAST($2 AS TIMESTAMP)
      FROM ${held} AS e JOIN ${ended} AS x ON e.seq = x.seq ORDER BY x.change_seq`,
    [cause, at],
  );
}
