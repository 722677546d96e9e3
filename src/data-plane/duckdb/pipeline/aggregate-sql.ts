import type { AggregateNode } from '../../../pipeline/plan.ts';
import type { CallSql } from './aggregate-functions.ts';
import { FUNCTIONS } from './aggregate-functions.ts';
import { windowEndSql, windowStartSql } from '../window-sql.ts';
import { jsonValueSql, keyTextSql } from './key-text.ts';
import type { Relation } from './relation.ts';
import { columnAt, columnOf } from './relation.ts';
import type { Statement } from './statement.ts';
import { instantSql } from './statement.ts';

export interface AggregateOptions {
  /** Bounds of the event times that flow in, microseconds: zone transitions are looked up in them. */
  readonly times: { readonly from: bigint; readonly to: bigint };
  readonly asOf: bigint;
  /**
   * Sums in two limbs of 18 digits, so that a sum beyond 38 digits fails its group alone. Slower, so it is
   * the second try, after the engine has refused a sum.
   */
  readonly careful: boolean;
  /** Table of the (group, window start) pairs to keep, columns k0, k1, ..., ks; absent: all. */
  readonly touched?: string;
  /** Position of the node in its plan. */
  readonly position: number;
}

/** The groups of an aggregate: fields, hidden columns, `_error`, `_released`, as a SELECT over its input. */
export function aggregateSql(
  node: AggregateNode,
  input: Relation,
  options: AggregateOptions,
  statement: Statement,
): string {
  const hasWindow = node.window.unit !== 'all';
  const groups = node.groupBy.map((name) => columnOf(input.fields, name));
  const grouped = [...groups.map((_, index) => `g${index}`), '_ws'];
  const calls = callsOf(node, input, options.careful);
  const inner = [
    ...groups.map((column, index) => `${column} AS g${index}`),
    `${hasWindow ? windowStartSql(node.window, '_t', options.times) : 'CAST(NULL AS TIMESTAMP)'} AS _ws`,
    ...calls.flatMap(({ call, value, index }) => [
      ...(call.field === undefined ? [] : [`${columnOf(input.fields, call.field)} AS ${value}`]),
      ...(call.operations === undefined
        ? []
        : [`${columnOf(input.fields, call.operations.field)} AS o${index}`]),
    ]),
    '_t',
    `${ORDER} AS _order`,
  ];
  const partials = calls.flatMap((sql) => FUNCTIONS[sql.call.function].partial(sql));
  const outer = [...grouped, ...partials, ...(hasWindow ? [] : ['max(_t) AS _latest'])];
  const marks = calls.flatMap((sql) => markSql(sql, grouped, statement));
  const narrowed =
    options.touched === undefined ? '' : ` WHERE ${touchedSql(options.touched, grouped.slice(0, -1))}`;
  const rows = `SELECT ${['*', ...marks].join(', ')} FROM (SELECT ${inner.join(', ')} FROM ${input.name}) AS x${narrowed}`;
  const source = `SELECT ${outer.join(', ')} FROM (${rows}) GROUP BY ${grouped.join(', ')}`;
  return finishedSql(node, calls, source, options);
}

/**
 * Orders rows by event time and ingest sequence. Events of several stores at one instant follow the order of
 * the sources, and groups of an earlier aggregate, which have no sequence, that of their keys.
 */
const ORDER = 'row(_t, coalesce(_seq, 0), _src, CASE WHEN _seq IS NULL THEN _key END)';

function callsOf(node: AggregateNode, input: Relation, careful: boolean): CallSql[] {
  return node.calls.map((call, index) => ({
    call,
    index,
    value: call.field === undefined ? '' : `v${index}`,
    scale: input.fields.find((field) => field.name === call.field)?.scale ?? 0,
    careful,
    order: '_order',
    elapsed: '(epoch_us(_t) - epoch_us(_ws))',
    width: '(epoch_us(_we) - epoch_us(_ws))',
    stays: `s${index}`,
  }));
}

/** Whether a row adds its item to a set and is the last of the group that says anything about it. */
function markSql(
  { call, index, value, stays }: CallSql,
  grouped: readonly string[],
  statement: Statement,
): string[] {
  if (call.operations === undefined) return [];
  const [add, remove] = [statement.text(call.operations.add), statement.text(call.operations.remove)];
  const speaks = `(${value} IS NOT NULL AND coalesce(o${index} IN (${add}, ${remove}), FALSE))`;
  const last = `row_number() OVER (PARTITION BY ${[...grouped, value, speaks].join(', ')} ORDER BY _order DESC) = 1`;
  return [`(${speaks} AND o${index} = ${add} AND ${last}) AS ${stays}`];
}

/** The key of the group that a row of the input goes into; the same text as `_key` of the group. */
export function groupKeySql(node: AggregateNode, input: Relation, times: AggregateOptions['times']): string {
  const columns = node.groupBy.map((name) => columnOf(input.fields, name));
  const start = node.window.unit === 'all' ? undefined : windowStartSql(node.window, '_t', times);
  return keySql(node, columns, start);
}

/** Key text of a group: its typed values and its window's start. */
export function keySql(node: AggregateNode, columns: readonly string[], start: string | undefined): string {
  const values = columns.map((column, index) =>
    jsonValueSql(column, node.fields[index] ?? { type: 'string' }),
  );
  return keyTextSql([...values, start === undefined ? "'null'" : jsonValueSql(start, { type: 'datetime' })]);
}

const touchedSql = (table: string, grouped: readonly string[]): string => {
  const same = grouped.map((group, index) => `k.k${index} IS NOT DISTINCT FROM x.${group}`);
  return `EXISTS (SELECT 1 FROM ${table} AS k WHERE ${[...same, 'k.ks IS NOT DISTINCT FROM x._ws'].join(' AND ')})`;
};

/** Window ends, keys, finality, results: computed on the groups, which are few, not on the rows. */
function finishedSql(
  node: AggregateNode,
  calls: readonly CallSql[],
  groups: string,
  options: AggregateOptions,
): string {
  const combined = calls.flatMap((sql) => FUNCTIONS[sql.call.function].combined?.(sql) ?? []);
  const source = combined.length === 0 ? groups : `SELECT *, ${combined.join(', ')} FROM (${groups})`;
  const hasWindow = node.window.unit !== 'all';
  const end = hasWindow ? windowEndSql(node.window, '_ws', options.times) : 'CAST(NULL AS TIMESTAMP)';
  const bounds = hasWindow ? 2 : 0;
  const columns = node.fields.map((_, index) => {
    if (index < node.groupBy.length) return `g${index} AS ${columnAt(index)}`;
    const offset = index - node.groupBy.length;
    if (offset < bounds) return `${offset === 0 ? '_ws' : '_we'} AS ${columnAt(index)}`;
    return `r${offset - bounds} AS ${columnAt(index)}`;
  });
  const grouped = node.groupBy.map((_, index) => `g${index}`);
  const key = keySql(node, grouped, hasWindow ? '_ws' : undefined);
  const fin = hasWindow ? `_we + INTERVAL (${node.graceMicros}) MICROSECONDS` : 'CAST(NULL AS TIMESTAMP)';
  const released =
    node.release === 'final' ? `coalesce(${fin} <= ${instantSql(options.asOf)}, FALSE)` : 'TRUE';
  const hidden = [
    `${hasWindow ? '_ws' : '_latest'} AS _t`,
    '_ws AS _sf',
    '_we AS _st',
    `${fin} AS _fin`,
    `${key} AS _key`,
    `${options.position} AS _src`,
    'CAST(NULL AS BIGINT) AS _seq',
    `${overflowSql(calls)} AS _error`,
    `${released} AS _released`,
  ];
  const results = calls.map((sql) => `${FUNCTIONS[sql.call.function].result(sql)} AS r${sql.index}`);
  const bounded = `SELECT *, ${end} AS _we FROM (${source})`;
  return `SELECT ${[...columns, ...hidden].join(', ')} FROM (SELECT ${['*', ...results].join(', ')} FROM (${bounded}))`;
}

/** The group whose value does not fit is rejected; the others are not. */
function overflowSql(calls: readonly CallSql[]): string {
  const failed = calls.flatMap((sql) => {
    const condition = FUNCTIONS[sql.call.function].failed?.(sql);
    return condition === undefined ? [] : [`(${condition})`];
  });
  return failed.length === 0
    ? 'CAST(NULL AS VARCHAR)'
    : `CASE WHEN ${failed.join(' OR ')} THEN 'QUANTITY_OVERFLOW' END`;
}
