import type { Column } from '../../../definitions/types.ts';
import type { StoreTargetNode } from '../../../pipeline/plan.ts';
import { canonicalSql, sqlType } from '../layout.ts';
import type { Relation } from './relation.ts';
import { columnOf } from './relation.ts';

/** The id columns of the store that a target writes, in the order of the definition. */
export function idColumns(node: StoreTargetNode): Column[] {
  return node.store.idFields.map((name) => {
    const column = node.store.columns.find((candidate) => candidate.name === name);
    if (!column) throw new Error(`the store has no id field ${name}`);
    return column;
  });
}

/** The hash of an event's id, as the event store computes it (layout.ts, eventTable). */
export const idHashSql = (columns: readonly Column[]): string =>
  `md5_number_lower(concat_ws(chr(31), ${columns.map((column) => canonicalSql(column.column, column)).join(', ')}))`;

/** The events that the target should hold: the store's columns, hash, scope, `error` for rows without id or time. */
export function storeRowsSql(node: StoreTargetNode, input: Relation): string {
  const values = node.store.columns.map((column) => {
    const from = node.mapping[column.name];
    const value = from === null || from === undefined ? 'NULL' : columnOf(input.fields, from);
    return `CAST(${value} AS ${sqlType(column)}) AS ${column.column}`;
  });
  const ids = idColumns(node);
  const required = node.store.columns.filter(
    (column) => column.required && !node.store.idFields.includes(column.name),
  );
  const error = `CASE WHEN ${ids.map((column) => `${column.column} IS NULL`).join(' OR ')} THEN 'EVENT_ID_MISSING'
    WHEN ${['t IS NULL', ...required.map((column) => `${column.column} IS NULL`)].join(' OR ')} THEN 'EVENT_INVALID' END`;
  const rows = `SELECT ${values.join(', ')}, _sf AS sf, _st AS st, _key AS key, _src AS src, _seq AS seq FROM ${input.name}`;
  return `SELECT *, ${idHashSql(ids)} AS h, ${error} AS error FROM (${rows})`;
}
