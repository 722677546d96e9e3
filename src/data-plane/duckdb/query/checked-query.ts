// Owns the way from a user's statement to one of ours: parsed by the engine, then written anew part by part from
// what is allowed. What runs is only what was written here; nothing of the user's text is passed on but names in
// quotes, literals and allowed words.
import type { StoreTable } from '../../event-store-port.ts';
import type { Connection } from '../connection.ts';
import { identifierSql } from '../export-sql.ts';
import { eventTable } from '../layout.ts';
import { TABLE_COST } from './limits.ts';
import { nodeOf, parseQuery } from './parsed-tree.ts';
import type { Relation, Scope } from './scope.ts';
import { statement } from './selects.ts';
import { Translation } from './translation.ts';

export const EVENT_TIME_NAME = '_event_time';
export const SEQUENCE_NAME = '_ingest_sequence';

export interface CheckedQuery {
  /** `WITH ...`, to be written before the rest: `events` and the CTEs of the statement. */
  readonly ctes: string;
  readonly select: string;
  /** ` at line 2, column 5` where the statement first names this column, or nothing. */
  placeOfColumn(name: string): string;
}

/** Never the name of a CTE of a user's, which are renamed. */
const EVENTS = 'weir_events';

/** Throws QUERY_INVALID, QUERY_NOT_ALLOWED with everything that is refused, QUERY_TOO_COMPLEX. */
export async function checkQuery(
  connection: Connection,
  store: StoreTable,
  sql: string,
): Promise<CheckedQuery> {
  const tree = await parseQuery(connection, sql);
  const fields = fieldColumns(store);
  const reserved = reservedColumns(fields);
  const names = new Set([...fields, ...reserved].map(({ name }) => name.toLowerCase()));
  const translation = new Translation(sql, names);
  const events: Relation = {
    sql: EVENTS,
    cost: TABLE_COST,
    columns: fields.length + reserved.length,
    columnCost: 1,
  };
  const scope: Scope = { tables: new Map([['events', events]]), columnCost: 1, aliases: new Map() };
  const { ctes, body } = statement(nodeOf(tree['node']), scope, translation);
  translation.finish(body.cost);
  // `*` is the fields; the other columns are there for a statement that names them.
  const columns = [...fields, ...reserved.filter(({ name }) => translation.mentions(name))];
  const list = columns.map(({ expression, name }) => `${expression} AS ${identifierSql(name)}`).join(', ');
  const table = `${EVENTS} AS NOT MATERIALIZED (SELECT ${list} FROM ${eventTable(store.number)})`;
  return {
    ctes: `WITH ${[table, ...ctes].join(', ')}`,
    select: body.sql,
    placeOfColumn: (name) => translation.placeOfColumn(name),
  };
}

interface NamedColumn {
  readonly name: string;
  readonly expression: string;
}

/** The fields by name; a definition has no two that differ by case only, which SQL would not tell apart. */
const fieldColumns = (store: StoreTable): NamedColumn[] =>
  store.columns.map(({ name, column, type }) => ({
    name,
    expression: type === 'json' ? `CAST(${column} AS JSON)` : column,
  }));

/** Event time and ingest sequence under names of their own, unless a field has the name. */
function reservedColumns(fields: readonly NamedColumn[]): NamedColumn[] {
  const columns = [
    { name: EVENT_TIME_NAME, expression: 't' },
    { name: SEQUENCE_NAME, expression: 'seq' },
  ];
  return columns.filter(({ name }) => !fields.some((field) => field.name.toLowerCase() === name));
}
