// Owns reading events: pages in (event time, sequence) order, one event by id, its former versions, figures.
import type { CanonicalValue, Column } from '../../definitions/types.ts';
import { WeirError } from '../../errors.ts';
import type {
  FieldFilter,
  FormerEvent,
  ReadEvents,
  StoreTable,
  StoredEvent,
  TimeRange,
} from '../event-store-port.ts';
import type { Connection } from './connection.ts';
import { idColumnsOf } from './id-columns.ts';
import { idHash } from './id-hash.ts';
import type { IdIndex } from './id-index.ts';
import { canonicalSql, eventTable, formerTable } from './layout.ts';
import { Statement } from './pipeline/statement.ts';
import { bySequenceSql, sequencesOf } from './read-by-sequence.ts';
import { storedEventSql, storedEventWidth, toStoredEvent } from './stored-events.ts';

const INSTANT = { type: 'datetime' } as const;

/** A page of events, ordered by (event time, sequence). */
export async function readEvents(
  connection: Connection,
  store: StoreTable,
  request: ReadEvents,
): Promise<StoredEvent[]> {
  const statement = new Statement();
  const conditions = [
    ...rangeConditions(statement, request.range),
    ...(request.filters ?? []).map((filter) => filterCondition(statement, store, filter)),
    ...pageConditions(statement, request),
  ];
  const direction = request.descending ? 'DESC' : 'ASC';
  const events = eventTable(store.number);
  const order = `ORDER BY t ${direction}, seq ${direction}`;
  // The page is found by its sequences first: the engine would otherwise render and sort whole rows (1 million
  // events: 31 ms against 2.9 s).
  const page = `SELECT seq FROM ${events} ${whereSql(conditions)} ${order} LIMIT ${BigInt(request.limit)}`;
  const rows = await connection.lists(
    `SELECT ${storedEventSql(store)} FROM ${events} WHERE seq IN (${page}) ${order}`,
    statement.values,
  );
  return rows.map((row) => toStoredEvent(store, row));
}

/** The event with this id (values of the id fields), if it is there. */
export async function getEvent(
  connection: Connection,
  index: IdIndex,
  store: StoreTable,
  id: readonly CanonicalValue[],
): Promise<StoredEvent | undefined> {
  const statement = new Statement();
  const found = sequencesOf(await index.sequences(connection, [idHash(id)]));
  const rows = bySequenceSql(eventTable(store.number), '*', found);
  const [row] = await connection.lists(
    `SELECT ${storedEventSql(store)} FROM (${rows}) ${whereSql(idConditions(statement, store, id))}`,
    statement.values,
  );
  return row && toStoredEvent(store, row);
}

/** Current events of these sequences; those that are gone are left out. */
export async function eventsBySequence(
  connection: Connection,
  store: StoreTable,
  sequences: readonly bigint[],
): Promise<StoredEvent[]> {
  const wanted = bySequenceSql(eventTable(store.number), '*', sequencesOf(sequences));
  const rows = await connection.lists(`SELECT ${storedEventSql(store)} FROM (${wanted}) ORDER BY seq`);
  return rows.map((row) => toStoredEvent(store, row));
}

/** Former versions of one event, newest first. */
export async function formerVersions(
  connection: Connection,
  store: StoreTable,
  id: readonly CanonicalValue[],
): Promise<FormerEvent[]> {
  const statement = new Statement();
  const conditions = [`h = ${idHash(id)}`, ...idConditions(statement, store, id)];
  const rows = await connection.lists(
    `SELECT ${storedEventSql(store)}, change_seq, change, cause, ${canonicalSql('changed_at', INSTANT)}
      FROM ${formerTable(store.number)} ${whereSql(conditions)} ORDER BY change_seq DESC, seq DESC`,
    statement.values,
  );
  return rows.map((row) => {
    const [changeSequence, change, cause, at] = row.slice(storedEventWidth(store));
    return {
      ...toStoredEvent(store, row),
      change: change === 'delete' ? 'delete' : 'replace',
      changeSequence: BigInt(changeSequence!),
      cause: cause!,
      at: at!,
    };
  });
}

/** Conditions that the event time is in a range. */
export function rangeConditions(statement: Statement, range: TimeRange = {}): string[] {
  return [
    ...(range.from === undefined ? [] : [`t >= ${statement.parameter(range.from, INSTANT)}`]),
    ...(range.to === undefined ? [] : [`t < ${statement.parameter(range.to, INSTANT)}`]),
  ];
}

export const whereSql = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;

/** The column of a field, by the name that its user gave it; throws EVENT_FIELD_NOT_FOUND. */
export function columnNamed(store: StoreTable, name: string): Column {
  const column = store.columns.find((candidate) => candidate.name === name);
  if (!column) throw new WeirError('invalid', 'EVENT_FIELD_NOT_FOUND', `There is no field "${name}".`);
  return column;
}

/** Condition that a field has a value (canonical), or none. */
export function filterCondition(
  statement: Statement,
  store: StoreTable,
  { field, value }: FieldFilter,
): string {
  const column = columnNamed(store, field);
  if (value === null) return `${column.column} IS NULL`;
  return `${column.column} = ${statement.parameter(value, column)}`;
}

function idConditions(statement: Statement, store: StoreTable, id: readonly CanonicalValue[]): string[] {
  return idColumnsOf(store).map(
    (column, index) =>
      `${column.column} IS NOT DISTINCT FROM ${statement.parameter(id[index] ?? null, column)}`,
  );
}

/** After a position: with a plain bound on the time beside it, which lets the engine skip what is before. */
function pageConditions(statement: Statement, { after, descending }: ReadEvents): string[] {
  if (!after) return [];
  const time = statement.parameter(after.eventTime, INSTANT);
  const beyond = descending ? '<' : '>';
  return [`t ${beyond}= ${time}`, `(t ${beyond} ${time} OR seq ${beyond} ${after.sequence})`];
}
