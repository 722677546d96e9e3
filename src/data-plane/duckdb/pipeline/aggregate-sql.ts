import type { AggregateCall, AggregateNode } from '../../../pipeline/plan.ts';
import { quotientSql, scaledSql, unscaledSql } from '../arithmetic-sql.ts';
import { sqlType } from '../layout.ts';
import { windowEndSql, windowStartSql } from '../window-sql.ts';
import { jsonValueSql, keyTextSql } from './key-text.ts';
import type { Relation } from './relation.ts';
import { columnAt, columnOf } from './relation.ts';
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
export function aggregateSql(node: AggregateNode, input: Relation, options: AggregateOptions): string {
  const hasWindow = node.window.unit !== 'all';
  const groups = node.groupBy.map((name) => columnOf(input.fields, name));
  const grouped = groups.map((_, index) => `g${index}`);
  const values = [...new Set(node.calls.flatMap((call) => (call.field === undefined ? [] : [call.field])))];
  const inner = [
    ...groups.map((column, index) => `${column} AS g${index}`),
    `${hasWindow ? windowStartSql(node.window, '_t', options.times) : 'CAST(NULL AS TIMESTAMP)'} AS _ws`,
    ...values.map((name, index) => `${columnOf(input.fields, name)} AS v${index}`),
    ...(hasWindow ? [] : ['_t']),
  ];
  const calls = node.calls.map((call, index) => partialSql(call, index, values, input, options.careful));
  const outer = [...grouped, '_ws', ...calls.flat(), ...(hasWindow ? [] : ['max(_t) AS _latest'])];
  const narrowed = options.touched === undefined ? '' : ` WHERE ${touchedSql(options.touched, grouped)}`;
  const source = `SELECT ${outer.join(', ')} FROM (SELECT * FROM (SELECT ${inner.join(', ')} FROM ${input.name}) AS x${narrowed}) GROUP BY ${[...grouped, '_ws'].join(', ')}`;
  return finishedSql(node, input, source, options);
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

/** Careful sums are made of two limbs: this many units and the rest. */
const LIMB = '1000000000000000000';

/** The engine's part of a function: exact sums, counts and extremes; no division here. */
function partialSql(
  call: AggregateCall,
  index: number,
  values: readonly string[],
  input: Relation,
  careful: boolean,
): string[] {
  if (call.function === 'count') {
    return [
      `${call.field === undefined ? 'count(*)' : `count(v${values.indexOf(call.field)})`} AS p${index}`,
    ];
  }
  const value = `v${values.indexOf(call.field ?? '')}`;
  if (call.function === 'min' || call.function === 'max') return [`${call.function}(${value}) AS p${index}`];
  const scale = input.fields.find((field) => field.name === call.field)?.scale ?? 0;
  const count = call.function === 'avg' ? [`count(${value}) AS q${index}`] : [];
  if (!careful) return [`sum(${value}) AS p${index}`, ...count];
  const units = unscaledSql(value, scale);
  return [`sum(${units} // ${LIMB}) AS hi${index}`, `sum(${units} % ${LIMB}) AS lo${index}`, ...count];
}

/** The sums of the careful form, put together from their limbs; null where they do not fit 38 digits. */
function limbSums(node: AggregateNode, input: Relation): string[] {
  return node.calls.flatMap((call, index) => {
    if (call.function !== 'sum' && call.function !== 'avg') return [];
    const scale = input.fields.find((field) => field.name === call.field)?.scale ?? 0;
    return [`TRY(${scaledSql(`(hi${index} * ${LIMB} + lo${index})`, scale)}) AS p${index}`];
  });
}

/** Window ends, keys, finality, quotients: computed on the groups, which are few, not on the rows. */
function finishedSql(
  node: AggregateNode,
  input: Relation,
  groups: string,
  options: AggregateOptions,
): string {
  const sums = options.careful ? limbSums(node, input) : [];
  const source = sums.length === 0 ? groups : `SELECT *, ${sums.join(', ')} FROM (${groups})`;
  const hasWindow = node.window.unit !== 'all';
  const end = hasWindow ? windowEndSql(node.window, '_ws', options.times) : 'CAST(NULL AS TIMESTAMP)';
  const bounds = hasWindow ? 2 : 0;
  const columns = node.fields.map((_, index) => {
    if (index < node.groupBy.length) return `g${index} AS ${columnAt(index)}`;
    const offset = index - node.groupBy.length;
    if (offset < bounds) return `${offset === 0 ? '_ws' : '_we'} AS ${columnAt(index)}`;
    const call = offset - bounds;
    return `${resultSql(node, input, call)} AS ${columnAt(index)}`;
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
    `${overflowSql(node, options.careful)} AS _error`,
    `${released} AS _released`,
  ];
  return `SELECT ${[...columns, ...hidden].join(', ')} FROM (SELECT *, ${end} AS _we FROM (${source}))`;
}

function resultSql(node: AggregateNode, input: Relation, index: number): string {
  const call = node.calls[index];
  if (!call) throw new Error(`the aggregate has no function at ${index}`);
  if (call.function === 'sum') return `coalesce(CAST(p${index} AS ${sqlType(call.type)}), 0)`;
  if (call.function === 'avg') {
    // An average of nothing is null: the quotient is asked for groups with a value only.
    const scale = input.fields.find((field) => field.name === call.field)?.scale ?? 0;
    return quotientSql(`p${index}`, scale, `nullif(q${index}, 0)`, 0);
  }
  return `p${index}`;
}

/** In careful mode a sum that does not fit comes back null although values went in. */
function overflowSql(node: AggregateNode, careful: boolean): string {
  if (!careful) return 'CAST(NULL AS VARCHAR)';
  const failed = node.calls.flatMap((call, index) =>
    call.function === 'sum' || call.function === 'avg'
      ? [`(p${index} IS NULL AND hi${index} IS NOT NULL)`]
      : [],
  );
  return failed.length === 0
    ? 'CAST(NULL AS VARCHAR)'
    : `CASE WHEN ${failed.join(' OR ')} THEN 'QUANTITY_OVERFLOW' END`;
}
