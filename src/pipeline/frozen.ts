// Owns until when changes of events matter no more: a change whose outputs are all frozen makes no meter stale.
import { windowContaining } from './calendar.ts';
import type { Plan, PlanNode } from './plan.ts';
import type { Window } from './windows.ts';

/**
 * The instant from which on a changed event may change an output, when outputs that start before `retainedFrom`
 * (microseconds) are frozen: it, or the end of the window that it cuts. Undefined: no event may.
 */
export function frozenUntil(plan: Plan, retainedFrom: bigint): bigint | undefined {
  const ends = plan.nodes
    .filter(({ node }) => node === 'usage-records' || node === 'event-store')
    .flatMap((target) => outputsOf(plan, target))
    .map((output) => (output === 'row' ? retainedFrom : endOfCut(output, retainedFrom)));
  return ends.reduce((least, end) => {
    if (least === undefined || end === undefined) return least ?? end;
    return end < least ? end : least;
  }, undefined);
}

/** What starts the outputs of a target: per way up to a source the last window, or the row itself. */
function outputsOf(plan: Plan, node: PlanNode): (Window | 'row')[] {
  if (node.node === 'scan') return ['row'];
  if (node.node === 'aggregate') return [node.window];
  return node.inputs.flatMap((id) => {
    const input = plan.nodes.find((candidate) => candidate.id === id);
    return input ? outputsOf(plan, input) : [];
  });
}

/** The end of the window that the instant cuts, or the instant where it cuts none; undefined: it has no end. */
function endOfCut(window: Window, instant: bigint): bigint | undefined {
  const { start, end } = windowContaining(window, instant);
  if (end === null) return undefined;
  return start === instant ? instant : end;
}
