// Owns the way back from a record to its events, and from an event to its records. Both are found by
// evaluating the plan again over the keys in question: no id is stored per record.
import type { AggregateNode, Plan, PlanNode, UsageTargetNode } from '../../../pipeline/plan.ts';
import type { LineageEvent, TraceNode } from '../../pipeline-port.ts';
import type { Connection } from '../connection.ts';
import { eventTable } from '../layout.ts';
import type { EvaluateOptions } from './evaluate.ts';
import { evaluate, evaluateAggregate, isTarget, retryingCarefully, targetTable } from './evaluate.ts';
import { groupKeySql } from './aggregate-sql.ts';
import { currentRows } from './relation.ts';
import type { ScanFrom } from './row-chain.ts';
import { aggregateTable, positionOf, readBy, rowChain } from './row-chain.ts';
import { Statement, withinSql } from './statement.ts';
import { timesOf } from './touched.ts';
import { usageKeySql } from './usage-target-sql.ts';

/** (src INTEGER, seq BIGINT, key VARCHAR): the rows behind a record, going up the plan step by step. */
const BEHIND = 'weir_behind';

export interface RecordPlace {
  readonly ukey: string;
  readonly range: { readonly from?: bigint; readonly to?: bigint };
}

/**
 * The events behind a record, in (source, sequence) order. Evaluates the record's own window only; time
 * grows with the events of that window.
 */
export async function eventsBehind(
  connection: Connection,
  plan: Plan,
  target: UsageTargetNode,
  place: RecordPlace,
  asOf: bigint,
  limit: number,
  after?: LineageEvent,
): Promise<LineageEvent[]> {
  const from: ScanFrom = (node) => currentRows(node, withinSql('t', place.range));
  const options = { from, times: await timesOf(connection, plan, from), asOf };
  const direct = groupsOf(plan, target);
  for (const node of plan.nodes) {
    // The groups that the record is made of need not be computed: its key is known.
    if (node.node !== 'aggregate' || direct?.includes(node.id)) continue;
    await retryingCarefully((careful) => evaluateAggregate(connection, plan, node, { ...options, careful }));
  }
  if (direct) await startAtGroups(connection, plan, direct, place.ukey);
  else await startBehind(connection, plan, target, place.ukey, from);
  for (const node of plan.nodes.toReversed()) {
    if (node.node === 'aggregate') await stepAbove(connection, plan, node, options);
  }
  return readBehind(connection, plan, limit, after);
}

/** The aggregates that a target under default keys reads directly, if it reads nothing else and nothing else reads them. */
function groupsOf(plan: Plan, target: UsageTargetNode): readonly string[] | undefined {
  const only = target.inputs.every((id) => {
    const readers = plan.nodes.filter((node) => node.node !== 'scan' && node.inputs.includes(id));
    return readers.length === 1 && plan.nodes.some((node) => node.id === id && node.node === 'aggregate');
  });
  return only && !target.uniqueKey ? target.inputs : undefined;
}

async function startAtGroups(
  connection: Connection,
  plan: Plan,
  groups: readonly string[],
  ukey: string,
): Promise<void> {
  const statement = new Statement();
  const rows = groups.map((id) => `(${positionOf(plan, id)}, CAST(NULL AS BIGINT), ${statement.text(ukey)})`);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${BEHIND} AS SELECT * FROM (VALUES ${rows.join(', ')}) AS v(src, seq, key)`,
    statement.values,
  );
}

async function startBehind(
  connection: Connection,
  plan: Plan,
  target: UsageTargetNode,
  ukey: string,
  from: ScanFrom,
): Promise<void> {
  const statement = new Statement();
  const chain = rowChain(plan, target.inputs, from, statement);
  const input = readBy(target.inputs, new Map(target.inputs.map((id) => [id, chain.relation(id)])));
  const key = usageKeySql(target, input);
  const wanted = statement.text(ukey);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${BEHIND} AS ${chain.with} SELECT _src AS src, _seq AS seq, _key AS key FROM ${input.name} WHERE ${key} = ${wanted}`,
    statement.values,
  );
}

/** Adds the rows that went into the groups of this aggregate that are already known to be behind the record. */
async function stepAbove(
  connection: Connection,
  plan: Plan,
  node: AggregateNode,
  options: Pick<EvaluateOptions, 'from' | 'times'>,
): Promise<void> {
  const statement = new Statement();
  const chain = rowChain(plan, node.inputs, options.from, statement);
  const input = readBy(node.inputs, new Map(node.inputs.map((id) => [id, chain.relation(id)])));
  const key = groupKeySql(node, input, options.times);
  await connection.run(
    `INSERT INTO ${BEHIND} ${chain.with} SELECT _src, _seq, _key FROM ${input.name}
      WHERE ${key} IN (SELECT key FROM ${BEHIND} WHERE src = ${positionOf(plan, node.id)})`,
    statement.values,
  );
}

async function readBehind(
  connection: Connection,
  plan: Plan,
  limit: number,
  after?: LineageEvent,
): Promise<LineageEvent[]> {
  const scans = plan.nodes.flatMap((node, position) => (node.node === 'scan' ? [{ node, position }] : []));
  const stores = [...new Set(scans.map(({ node }) => node.storeId))].sort();
  const number = `CASE src ${scans.map(({ node, position }) => `WHEN ${position} THEN ${stores.indexOf(node.storeId)}`).join(' ')} END`;
  const beyond = after ? `AND (store, seq) > (${stores.indexOf(after.storeId)}, ${after.sequence})` : '';
  const rows = await connection.rows(
    `SELECT DISTINCT store, seq FROM (SELECT ${number} AS store, seq FROM ${BEHIND} WHERE seq IS NOT NULL)
      WHERE TRUE ${beyond} ORDER BY store, seq LIMIT ${limit}`,
  );
  return rows.map((row) => ({
    storeId: stores[Number(row['store'])] ?? '',
    sequence: BigInt(String(row['seq'])),
  }));
}

/**
 * What became of one event at each component: the plan is evaluated over that event alone, and for the keys
 * that it gives the records that hold them are named.
 */
export async function traceEvent(
  connection: Connection,
  plan: Plan,
  storeId: string,
  sequence: bigint,
  asOf: bigint,
): Promise<TraceNode[]> {
  const from: ScanFrom = (node) =>
    `${eventTable(node.store.number)} WHERE ${node.storeId === storeId ? `seq = ${sequence}` : 'FALSE'}`;
  const options = { from, times: await timesOf(connection, plan, from), asOf };
  await retryingCarefully((careful) => evaluate(connection, plan, { ...options, careful }));
  const traced: TraceNode[] = [];
  const reached = new Map<string, boolean>();
  for (const node of plan.nodes) {
    const arrives =
      node.node === 'scan' ? node.storeId === storeId : node.inputs.some((input) => reached.get(input));
    if (!arrives) continue;
    const found = await outcomeAt(connection, plan, node, from);
    reached.set(node.id, found.outcome === 'passed' || found.outcome === 'aggregated');
    traced.push(found);
  }
  return traced;
}

async function outcomeAt(
  connection: Connection,
  plan: Plan,
  node: PlanNode,
  from: ScanFrom,
): Promise<TraceNode> {
  if (isTarget(node)) return targetOutcome(connection, plan, node);
  if (node.node === 'aggregate') {
    const [row] = await connection.rows(
      `SELECT _error AS code FROM ${aggregateTable(plan, node.id)} LIMIT 1`,
    );
    const code = row?.['code'];
    return typeof code === 'string'
      ? { id: node.id, outcome: 'rejected', code, records: [] }
      : { id: node.id, outcome: 'aggregated', records: [] };
  }
  const statement = new Statement();
  const chain = rowChain(plan, [node.id], from, statement);
  const failed = chain.failed(node.id);
  const code = failed === undefined ? 'NULL' : `(SELECT min(_error) FROM ${failed})`;
  const [row] = await connection.rows(
    `${chain.with} SELECT (SELECT count(*) FROM ${chain.relation(node.id).name}) AS passed, ${code} AS code`,
    statement.values,
  );
  if (typeof row?.['code'] === 'string')
    return { id: node.id, outcome: 'rejected', code: row['code'], records: [] };
  return { id: node.id, outcome: Number(row?.['passed']) > 0 ? 'passed' : 'dropped', records: [] };
}

async function targetOutcome(connection: Connection, plan: Plan, node: PlanNode): Promise<TraceNode> {
  const table = targetTable(plan, node.id);
  const [row] = await connection.rows(`SELECT error AS code FROM ${table} LIMIT 1`);
  // The one event alone may fail where its group does not (a missing quantity), so records decide first.
  const records =
    node.node === 'usage-records'
      ? await connection.rows(
          `SELECT record FROM usage_records WHERE owner = ${node.owner} AND NOT retracted AND ukey IN (SELECT ukey FROM ${table}) ORDER BY record`,
        )
      : [];
  const ids = records.map((record) => String(record['record']));
  if (ids.length === 0 && typeof row?.['code'] === 'string') {
    return { id: node.id, outcome: 'rejected', code: row['code'], records: [] };
  }
  return { id: node.id, outcome: 'written', records: ids };
}
