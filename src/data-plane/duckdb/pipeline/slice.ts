// Owns one slice: evaluate, reconcile, counts, rejected rows, coverage and checkpoint in one transaction.
import type { Plan, StoreTargetNode } from '../../../pipeline/plan.ts';
import { addCounts, NO_COUNTS } from '../../../pipeline/counts.ts';
import { keysMove, keysRepeat } from '../../../pipeline/keyed.ts';
import type { CommitContext, MicrosRange, ReconcileCounts, SliceResult } from '../../pipeline-port.ts';
import type { Connection } from '../connection.ts';
import { hasFrozenRecords } from '../erased.ts';
import type { WriterTicket } from '../store-writers.ts';
import { countNodes } from './counts.ts';
import { coverRange } from './coverage.ts';
import type { EvaluateOptions, TargetNode } from './evaluate.ts';
import { evaluate, isTarget, targetTable } from './evaluate.ts';
import { retainedFrom } from './frozen.ts';
import { addToPreview } from './preview.ts';
import { applyEventDifference, countEventDifference, findEventDifference } from './reconcile-store.ts';
import type { UsageReconcile } from './reconcile-usage.ts';
import { applyDifference, countDifference, findDifference, markRepeatedKeys } from './reconcile-usage.ts';
import { keepRejected } from './rejected.ts';
import { currentRows } from './relation.ts';
import type { ScanFrom } from './row-chain.ts';
import { withinSql } from './statement.ts';
import { TOUCHED_KEYS, TOUCHED_ROWS, aggregatesOf, timesOf, touchedTable } from './touched.ts';

/** What one evaluation speaks for. */
export interface Extent {
  /** Rows to evaluate. */
  readonly from: ScanFrom;
  /** Rows whose failures are kept: all of them in a slice, only the changed ones for touched keys. */
  readonly failuresFrom: ScanFrom;
  /** Condition on held records and rejected rows: `sf` within a slice, or the key among the touched ones. */
  readonly held: string;
  readonly rejected: string;
  readonly touched: boolean;
}

/** The extent of a slice of event time. */
export function sliceExtent(range: MicrosRange): Extent {
  const from: ScanFrom = (node) => currentRows(node, withinSql('t', range));
  // A record over all of time has no bounds: it belongs to the slice that is open at the start.
  const held = `(${range.from === undefined ? 'sf IS NULL OR ' : ''}${withinSql('sf', range)})`;
  return { from, failuresFrom: from, held, rejected: held, touched: false };
}

/** The extent of the touched keys; findTouched has made their tables. */
export const touchedExtent = (from: ScanFrom, changed: ScanFrom, range: MicrosRange): Extent => ({
  from,
  failuresFrom: changed,
  held: `(ukey IN (SELECT key FROM ${TOUCHED_KEYS}) AND ${withinSql('sf', range)})`,
  rejected: `key IN (SELECT key FROM ${TOUCHED_KEYS} UNION ALL SELECT key FROM ${TOUCHED_ROWS})`,
  touched: true,
});

/** Per store number: the place from which a target takes sequences. */
export type Tickets = ReadonlyMap<number, WriterTicket>;

export interface SliceWork {
  readonly plan: Plan;
  readonly context: CommitContext;
  readonly index: number;
  readonly extent: Extent;
  readonly tickets: Tickets;
  readonly careful: boolean;
  /** Now, microseconds: the time of the revisions. */
  readonly at: bigint;
}

/** Evaluates and reconciles inside the caller's transaction. */
export async function applySlice(connection: Connection, work: SliceWork): Promise<SliceResult> {
  const { plan, extent } = work;
  await evaluateExtent(connection, work);
  const frozenBefore = await retainedFrom(connection, plan);
  let result = NO_COUNTS;
  for (const node of plan.nodes.filter(isTarget)) {
    result = addCounts(result, await applyTarget(connection, { ...work, frozenBefore }, node));
  }
  const nodes = await countNodes(connection, plan, extent.from);
  const counts = extent.touched ? await countNodes(connection, plan, extent.failuresFrom) : nodes;
  await keepRejected(connection, {
    plan,
    run: work.context.run,
    counts,
    from: extent.failuresFrom,
    scope: extent.rejected,
  });
  return { nodes, result, rowsRead: rowsRead(plan, nodes) };
}

/** Evaluates inside the caller's transaction and adds to the run's preview; the targets stay as they are. */
export async function previewExtent(connection: Connection, work: SliceWork): Promise<SliceResult> {
  const { plan, extent } = work;
  await evaluateExtent(connection, work);
  const reconciled = { ...work, frozenBefore: await retainedFrom(connection, plan) };
  let result = NO_COUNTS;
  for (const node of plan.nodes.filter(isTarget)) {
    if (node.node === 'usage-records') {
      const reconcile = await usageReconcile(connection, reconciled, node);
      await markRepeatedKeys(connection, reconcile);
      await findDifference(connection, reconcile);
      result = addCounts(result, await countDifference(connection, reconcile));
      await addToPreview(connection, work.context.run, work.index, reconcile);
    } else {
      await findEventDifference(connection, storeReconcile(reconciled, node));
      result = addCounts(result, await countEventDifference(connection));
    }
  }
  const nodes = await countNodes(connection, plan, extent.from);
  return { nodes, result, rowsRead: rowsRead(plan, nodes) };
}

async function evaluateExtent(connection: Connection, work: SliceWork): Promise<void> {
  const { plan, extent } = work;
  const touched = extent.touched
    ? new Map(aggregatesOf(plan).map((node) => [node.id, touchedTable(plan, node.id)]))
    : undefined;
  const options: EvaluateOptions = {
    from: extent.from,
    times: await timesOf(connection, plan, extent.from),
    asOf: work.context.asOf,
    careful: work.careful,
    ...(touched ? { touched } : {}),
  };
  await evaluate(connection, plan, options);
}

/** An evaluated slice, and before what its outputs are frozen. */
interface ReconcileWork extends SliceWork {
  readonly frozenBefore: bigint | undefined;
}

async function applyTarget(
  connection: Connection,
  work: ReconcileWork,
  node: TargetNode,
): Promise<ReconcileCounts> {
  if (node.node === 'event-store') return applyStoreTarget(connection, work, node);
  const reconcile = await usageReconcile(connection, work, node);
  await markRepeatedKeys(connection, reconcile);
  await findDifference(connection, reconcile);
  const counts = await countDifference(connection, reconcile);
  await applyDifference(connection, node.owner, work.context, work.at);
  return counts;
}

async function applyStoreTarget(
  connection: Connection,
  work: ReconcileWork,
  node: StoreTargetNode,
): Promise<ReconcileCounts> {
  await findEventDifference(connection, storeReconcile(work, node));
  const counts = await countEventDifference(connection);
  const ticket = work.tickets.get(node.store.number);
  if (!ticket) throw new Error(`no writer is held for the store of ${node.id}`);
  ticket.next = await applyEventDifference(connection, node, work.context.run, ticket.next, work.at);
  return counts;
}

const usageReconcile = async (
  connection: Connection,
  work: ReconcileWork,
  node: Extract<TargetNode, { node: 'usage-records' }>,
): Promise<UsageReconcile> => ({
  node,
  rows: targetTable(work.plan, node.id),
  scope: work.extent.held,
  keysMove: !work.extent.touched && keysMove(work.plan, node.id),
  keysRepeat: keysRepeat(work.plan, node.id),
  frozenBefore: work.frozenBefore,
  countedErased: await hasFrozenRecords(connection, node.owner),
});

const storeReconcile = (work: ReconcileWork, node: StoreTargetNode) => ({
  node,
  rows: targetTable(work.plan, node.id),
  scope: work.extent.held,
  frozenBefore: work.frozenBefore,
});

const rowsRead = (plan: Plan, nodes: SliceResult['nodes']): number =>
  plan.nodes.reduce((total, node, index) => total + (node.node === 'scan' ? (nodes[index]?.out ?? 0) : 0), 0);

/** Records coverage and checkpoint of a slice, in the same transaction. */
export async function checkpoint(
  connection: Connection,
  work: Pick<SliceWork, 'plan' | 'context' | 'index'>,
  result: SliceResult,
  range?: MicrosRange,
): Promise<void> {
  if (range) await coverRange(connection, work.plan, range, work.context.asOf);
  await connection.run(`INSERT INTO slice_results VALUES ($1, ${work.index}, $2)`, [
    work.context.run,
    JSON.stringify(result),
  ]);
}
