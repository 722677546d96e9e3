import type { StoreTargetNode } from '../../../pipeline/plan.ts';
import { idColumnsOf } from '../id-columns.ts';
import { idHashSql } from '../id-hash.ts';
import { sqlType } from '../layout.ts';
import type { Relation } from './relation.ts';
import { columnOf } from './relation.ts';

/** The events that the target should hold: the store's columns, hash, scope, `error` for rows without id or time. */
export function storeRowsSql(node: StoreTargetNode, input: Relation): string {
  const values = node.store.columns.map((column) => {
    const from = node.mapping[column.name];
    const value = from === null || from === undefined ? 'NULL' : columnOf(input.fields, from);
    return `CAST(${value} AS ${sqlType(column)}) AS ${column.column}`;
  });
  const ids = idColumnsOf(node.store);
  const required = node.store.columns.filter(
    (column) => column.required && !node.store.idFields.includes(column.name),
  );
  const error = `CASE WHEN ${ids.map((column) => `${column.column} IS NULL`).join(' OR ')} THEN 'EVENT_ID_MISSING'
    WHEN ${['t IS NULL', ...required.map((column) => `${column.column} IS NULL`)].join(' OR ')} THEN 'EVENT_INVALID' END`;
  const rows = `SELECT ${values.join(', ')}, _sf AS sf, _st AS st, _key AS key, _src AS src, _seq AS seq FROM ${input.name}`;
  return `SELECT *, ${idHashSql(ids)} AS h, ${error} AS error FROM (${rows})`;
}
