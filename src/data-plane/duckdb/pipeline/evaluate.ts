// Owns the one evaluation of a plan: groups, target rows and failed rows as temporary tables of one
// connection, whether a slice is committed, previewed, or only touched keys are looked at.
import type {
  AggregateNode,
  Plan,
  PlanNode,
  StoreTargetNode,
  UsageTargetNode,
} from '../../../pipeline/plan.ts';
import type { Connection } from '../connection.ts';
import { aggregateSql } from './aggregate-sql.ts';
import type { Relation } from './relation.ts';
import type { ScanFrom } from './row-chain.ts';
import { aggregateTable, positionOf, readBy, rowChain } from './row-chain.ts';
import { Statement } from './statement.ts';
import { storeRowsSql } from './store-target-sql.ts';
import { touchedGroupsFrom } from './touched-groups.ts';
import { usageRowsSql } from './usage-target-sql.ts';

export type TargetNode = UsageTargetNode | StoreTargetNode;

export interface EvaluateOptions {
  readonly from: ScanFrom;
  /** Bounds of the event times of all scanned rows, microseconds. */
  readonly times: { readonly from: bigint; readonly to: bigint };
  readonly asOf: bigint;
  /** Sums that fail their group alone when they overflow; slower (aggregate-sql.ts). */
  readonly careful: boolean;
  /** For touched keys: table of keys per aggregate, by component id. */
  readonly touched?: ReadonlyMap<string, string>;
}

export const isTarget = (node: PlanNode): node is TargetNode =>
  node.node === 'usage-records' || node.node === 'event-store';

/** The temporary table of the rows that a target should hold. */
export const targetTable = (plan: Plan, id: string): string => `weir_rows_${positionOf(plan, id)}`;

/** Makes the temporary tables of every aggregate and target of the plan. Tables of an earlier call are replaced. */
export async function evaluate(connection: Connection, plan: Plan, options: EvaluateOptions): Promise<void> {
  for (const node of plan.nodes) {
    if (node.node === 'aggregate') await evaluateAggregate(connection, plan, node, options);
    else if (isTarget(node)) await evaluateTarget(connection, plan, node, options);
  }
}

/** Makes the temporary table of one aggregate's groups. Throws SumOverflow. */
export async function evaluateAggregate(
  connection: Connection,
  plan: Plan,
  node: AggregateNode,
  options: EvaluateOptions,
): Promise<void> {
  const statement = new Statement();
  const touched = options.touched?.get(node.id);
  const from =
    touched === undefined
      ? options.from
      : await touchedGroupsFrom(connection, plan, node, touched, options.from);
  const chain = rowChain(plan, node.inputs, from, statement);
  const input = readBy(node.inputs, relationsOf(node.inputs, chain.relation));
  const position = positionOf(plan, node.id);
  const { times, asOf, careful } = options;
  const how = { times, asOf, careful, position, ...(touched === undefined ? {} : { touched }) };
  const select = aggregateSql(node, input, how, statement);
  const table = aggregateTable(plan, node.id);
  try {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE ${table} AS ${chain.with} ${select}`,
      statement.values,
    );
  } catch (error) {
    if (options.careful || !(error instanceof Error) || !/Overflow in|out of range/i.test(error.message))
      throw error;
    throw new SumOverflow(error);
  }
}

/**
 * A fast sum went beyond 38 digits, which fails the whole statement and its transaction: the evaluation is
 * done again in a new one, with `careful`, which fails the one group.
 */
export class SumOverflow extends Error {
  constructor(cause: Error) {
    super('a sum does not fit 38 digits', { cause });
  }
}

/** Does the work with fast sums, and again with careful ones if a sum overflows. */
export async function retryingCarefully<T>(work: (careful: boolean) => Promise<T>): Promise<T> {
  try {
    return await work(false);
  } catch (error) {
    if (error instanceof SumOverflow) return work(true);
    throw error;
  }
}

const relationsOf = (
  ids: readonly string[],
  relation: (id: string) => Relation,
): ReadonlyMap<string, Relation> => new Map(ids.map((id) => [id, relation(id)]));

async function evaluateTarget(
  connection: Connection,
  plan: Plan,
  node: TargetNode,
  options: EvaluateOptions,
): Promise<void> {
  const statement = new Statement();
  const chain = rowChain(plan, node.inputs, options.from, statement);
  const input = readBy(node.inputs, relationsOf(node.inputs, chain.relation));
  const select =
    node.node === 'usage-records'
      ? usageRowsSql(node, input, options.asOf, statement)
      : storeRowsSql(node, input);
  const table = targetTable(plan, node.id);
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} AS ${chain.with} ${select}`, statement.values);
}
