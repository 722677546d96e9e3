import type { AggregateNode, Plan, PlanNode, ScanNode, UsageTargetNode } from './plan.ts';

/**
 * Whether a plan can be evaluated for touched keys alone: every target writes usage records under default
 * keys, no row passes a second grouping, no groups come together again, and either all targets are behind an aggregate or none is. Other
 * plans are evaluated over the closed scope of the touched times (architecture.md, change feed).
 */
export function isKeyed(plan: Plan): boolean {
  const depths = plan.nodes.flatMap((node) => {
    if (node.node === 'usage-records') return [targetDepth(plan, node)];
    return node.node === 'event-store' ? [Infinity] : [];
  });
  return depths.every((depth) => depth === 0) || depths.every((depth) => depth === 1);
}

/** Groups that come together can share a key, and a change that touches one of them must reject the other too. */
function targetDepth(plan: Plan, node: UsageTargetNode): number {
  const depth = depthOf(plan, node);
  return node.uniqueKey || (depth > 0 && keysRepeat(plan, node.id)) ? Infinity : depth;
}

/** Groupings on the way to the node; Infinity when ways differ or one has more than one. */
function depthOf(plan: Plan, node: PlanNode): number {
  if (node.node === 'scan') return 0;
  const depths = node.inputs.map((id) =>
    depthOf(plan, plan.nodes.find((candidate) => candidate.id === id) ?? node),
  );
  const [first = 0] = depths;
  if (depths.some((depth) => depth !== first)) return Infinity;
  const own = node.node === 'aggregate' ? first + 1 : first;
  return own > 1 ? Infinity : own;
}

/** Whether two rows of one evaluation can carry one key: rows that come together again, or keys of the user's. */
export function keysRepeat(plan: Plan, id: string): boolean {
  const node = plan.nodes.find((candidate) => candidate.id === id);
  if (!node || node.node === 'scan' || node.node === 'aggregate') return false;
  if (node.node === 'usage-records' && node.uniqueKey) return true;
  return node.inputs.length > 1 || node.inputs.some((input) => keysRepeat(plan, input));
}

/**
 * Whether the key of a row says nothing about its scope, so that the record with its key may be held
 * outside: an event that moved in time keeps its id, a key of the user's may have no time in it.
 */
export function keysMove(plan: Plan, id: string): boolean {
  const node = plan.nodes.find((candidate) => candidate.id === id);
  if (!node || node.node === 'scan') return true;
  if (node.node === 'aggregate') return false;
  if (node.node === 'usage-records' && node.uniqueKey) return true;
  return node.inputs.some((input) => keysMove(plan, input));
}

/**
 * Whether a key of the user's can be given by rows of any time: neither a window's bound, nor the event time,
 * nor the whole event id is in it. Rows that share it are found only by looking at all of time at once.
 */
export function keysSpanTime(plan: Plan): boolean {
  return plan.nodes.some(
    (node) =>
      node.node === 'usage-records' &&
      node.uniqueKey !== undefined &&
      !holds(plan, node, node.uniqueKey, isTime) &&
      !holdsEventId(plan, node, node.uniqueKey),
  );
}

type Origin = (node: ScanNode | AggregateNode, field: string) => boolean;

const isTime: Origin = (node, field) =>
  node.node === 'scan'
    ? node.store.columns.some(({ name, column }) => name === field && column === 't')
    : node.window.unit !== 'all' && (field === 'windowStart' || field === 'windowEnd');

function holdsEventId(plan: Plan, target: UsageTargetNode, key: readonly string[]): boolean {
  const [only, ...others] = plan.nodes.filter((node) => node.node === 'scan');
  return (
    others.length === 0 &&
    (only?.store.idFields ?? []).every((id) =>
      holds(plan, target, key, (node, field) => node.node === 'scan' && field === id),
    )
  );
}

const holds = (plan: Plan, target: UsageTargetNode, key: readonly string[], origin: Origin): boolean =>
  key.some((name) => target.inputs.every((id) => comesFrom(plan, id, name, origin)));

/** Whether the field comes, on every way up and unchanged, from such a field of a scan or an aggregate. */
function comesFrom(plan: Plan, id: string, name: string, origin: Origin): boolean {
  const node = plan.nodes.find((candidate) => candidate.id === id);
  switch (node?.node) {
    case 'scan':
    case 'aggregate':
      return origin(node, name);
    case 'filter':
      return node.inputs.every((input) => comesFrom(plan, input, name, origin));
    case 'map': {
      const copied = node.expressions[node.fields.findIndex((field) => field.name === name)];
      return (
        copied?.node === 'field' && node.inputs.every((input) => comesFrom(plan, input, copied.name, origin))
      );
    }
    case 'usage-records':
    case 'event-store':
    case undefined:
      return false;
  }
}
