// Owns the keys that a set of changed events touches: the (group, window) pairs of aggregates and the keys
// of row outputs, derived from the old and the new rows of the change feed.
import type { AggregateNode, Plan, PlanNode, ScanNode, UsageTargetNode } from '../../../pipeline/plan.ts';
import type { ChangeSpan, MicrosRange } from '../../pipeline-port.ts';
import type { Connection } from '../connection.ts';
import { eventTable, formerTable } from '../layout.ts';
import { windowEndSql, windowStartSql } from '../window-sql.ts';
import { keySql } from './aggregate-sql.ts';
import { columnOf, currentRows } from './relation.ts';
import type { ScanFrom } from './row-chain.ts';
import { positionOf, readBy, rowChain } from './row-chain.ts';
import { Statement, withinSql } from './statement.ts';

/** Keys of target rows that are touched: (key VARCHAR). */
export const TOUCHED_KEYS = 'weir_touched_keys';

/** Keys of the changed rows themselves, under which components above an aggregate reject them: (key VARCHAR). */
export const TOUCHED_ROWS = 'weir_touched_rows';

/** Groups of an aggregate that are touched: k0, k1, ..., ks (window start). */
export const touchedTable = (plan: Plan, id: string): string => `weir_touched_${positionOf(plan, id)}`;

/** Microsecond bounds of event times; both zero when there are no rows. */
export interface Times {
  readonly from: bigint;
  readonly to: bigint;
}

/** The columns of a store that plans read. */
export const columnsOfStore = (node: ScanNode): string =>
  ['seq', 'h', ...node.store.columns.map((column) => column.column)].join(', ');

/** The old and the new rows of the changes, as the FROM of a scan. */
export function changedRows(changes: readonly ChangeSpan[]): ScanFrom {
  return (node) => {
    const span = changes.find((candidate) => candidate.storeId === node.storeId);
    const columns = columnsOfStore(node);
    const events = eventTable(node.store.number);
    if (!span) return `(SELECT ${columns} FROM ${events} WHERE FALSE)`;
    const within = (sequence: string): string =>
      `${sequence} > ${span.after} AND ${sequence} <= ${span.upTo}`;
    return `(SELECT ${columns} FROM ${events} WHERE ${within('seq')} UNION ALL
      SELECT ${columns} FROM ${formerTable(node.store.number)} WHERE ${within('change_seq')})`;
  };
}

/** Aggregates directly above row components only, which is what keyed evaluation is for. */
export const aggregatesOf = (plan: Plan): AggregateNode[] =>
  plan.nodes.filter((node): node is AggregateNode => node.node === 'aggregate');

/** Bounds of the event times that the scans give. */
export async function timesOf(connection: Connection, plan: Plan, from: ScanFrom): Promise<Times> {
  const scans = plan.nodes.filter((node): node is ScanNode => node.node === 'scan');
  const times = scans.map((scan) => `SELECT min(t) AS low, max(t) AS high FROM ${from(scan)}`);
  const [row] = await connection.rows(
    `SELECT epoch_us(min(low)) AS low, epoch_us(max(high)) AS high FROM (${times.join(' UNION ALL ')})`,
  );
  const low = row?.['low'];
  if (low === null || low === undefined) return { from: 0n, to: 1n };
  return { from: BigInt(low), to: BigInt(row?.['high'] ?? 0) + 1n };
}

/**
 * Makes the tables of touched groups, TOUCHED_KEYS and TOUCHED_ROWS from the rows that `from` gives.
 * Grows with the number of those rows.
 */
export async function findTouched(connection: Connection, plan: Plan, from: ScanFrom): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${TOUCHED_KEYS} (key VARCHAR)`);
  const times = await timesOf(connection, plan, from);
  for (const node of aggregatesOf(plan)) await touchGroups(connection, plan, node, from, times);
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${TOUCHED_ROWS} (key VARCHAR)`);
  for (const node of plan.nodes) {
    if (node.node === 'scan') await insertRowKeys(connection, plan, node.id, from, TOUCHED_ROWS);
    if (node.node === 'usage-records') await touchRowKeys(connection, plan, node, from);
  }
}

async function touchGroups(
  connection: Connection,
  plan: Plan,
  node: AggregateNode,
  from: ScanFrom,
  times: Times,
): Promise<void> {
  const statement = new Statement();
  const chain = rowChain(plan, node.inputs, from, statement);
  const input = readBy(node.inputs, new Map(node.inputs.map((id) => [id, chain.relation(id)])));
  const hasWindow = node.window.unit !== 'all';
  const start = hasWindow ? windowStartSql(node.window, '_t', times) : 'CAST(NULL AS TIMESTAMP)';
  const groups = node.groupBy.map((name, index) => `${columnOf(input.fields, name)} AS k${index}`);
  const table = touchedTable(plan, node.id);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS ${chain.with} SELECT DISTINCT ${[...groups, `${start} AS ks`].join(', ')} FROM ${input.name}`,
    statement.values,
  );
  const key = keySql(
    node,
    node.groupBy.map((_, index) => `k${index}`),
    hasWindow ? 'ks' : undefined,
  );
  await connection.run(`INSERT INTO ${TOUCHED_KEYS} SELECT ${key} FROM ${table}`);
}

/** Keys of rows that reach a target without an aggregate. */
async function touchRowKeys(
  connection: Connection,
  plan: Plan,
  node: UsageTargetNode,
  from: ScanFrom,
): Promise<void> {
  const rowInputs = node.inputs.filter((id) => !hasAggregate(plan, id));
  for (const id of rowInputs) await insertRowKeys(connection, plan, id, from, TOUCHED_KEYS);
}

async function insertRowKeys(
  connection: Connection,
  plan: Plan,
  id: string,
  from: ScanFrom,
  table: string,
): Promise<void> {
  const statement = new Statement();
  const chain = rowChain(plan, [id], from, statement);
  await connection.run(
    `INSERT INTO ${table} ${chain.with} SELECT DISTINCT _key FROM ${chain.relation(id).name}`,
    statement.values,
  );
}

/** Whether an aggregate is at or above this node. */
export function hasAggregate(plan: Plan, id: string): boolean {
  const node = plan.nodes.find((candidate): candidate is PlanNode => candidate.id === id);
  if (!node || node.node === 'scan') return false;
  return node.node === 'aggregate' || node.inputs.some((input) => hasAggregate(plan, input));
}

/**
 * The time from the first to the end of the last touched window; without bounds where outputs are rows or windows are
 * over all of time. The records of the touched keys start in it too, so that those of other times are not looked at.
 */
export async function touchedRange(connection: Connection, plan: Plan): Promise<MicrosRange> {
  const aggregates = aggregatesOf(plan);
  if (aggregates.length === 0 || aggregates.some((node) => node.window.unit === 'all')) return {};
  const starts = await Promise.all(
    aggregates.map((node) => startsOf(connection, touchedTable(plan, node.id))),
  );
  const times = { from: least(starts.map((s) => s.from)), to: greatest(starts.map((s) => s.to)) };
  const ends = aggregates.map(
    (node) =>
      `SELECT min(ks) AS low, max(${windowEndSql(node.window, 'ks', times)}) AS high FROM ${touchedTable(plan, node.id)}`,
  );
  const [row] = await connection.rows(
    `SELECT epoch_us(min(low)) AS low, epoch_us(max(high)) AS high FROM (${ends.join(' UNION ALL ')})`,
  );
  return { from: BigInt(row?.['low'] ?? 0), to: BigInt(row?.['high'] ?? 0) };
}

/**
 * The current rows to evaluate for the touched keys: for aggregates those of the touched time (the aggregates keep the
 * touched groups only), for row outputs the events whose id changed.
 */
export function touchedRows(plan: Plan, changed: ScanFrom, range: MicrosRange): ScanFrom {
  if (aggregatesOf(plan).length > 0) return (node) => currentRows(node, withinSql('t', range));
  return (node) => currentRows(node, `h IN (SELECT h FROM ${changed(node)})`);
}

async function startsOf(connection: Connection, table: string): Promise<Times> {
  const [row] = await connection.rows(
    `SELECT epoch_us(min(ks)) AS low, epoch_us(max(ks)) AS high FROM ${table}`,
  );
  const low = row?.['low'];
  if (low === null || low === undefined) return { from: 0n, to: 1n };
  return { from: BigInt(low), to: BigInt(row?.['high'] ?? 0) + 1n };
}

const least = (values: readonly bigint[]): bigint => values.reduce((a, b) => (b < a ? b : a));
const greatest = (values: readonly bigint[]): bigint => values.reduce((a, b) => (b > a ? b : a));
