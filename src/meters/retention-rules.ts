// Owns which components cannot do with sources whose events expire: those that look back without end.
import type { Plan, PlanNode } from '../pipeline/plan.ts';
import type { ResolveContext } from './component.ts';
import type { GraphProblem } from './types.ts';

/** The components that read this store without end: windows over all of time. Others see the events of a window. */
export function readersWithoutEnd(nodes: Plan['nodes'], storeId: string): PlanNode[] {
  return nodes.filter(
    (node) =>
      node.node === 'aggregate' && node.window.unit === 'all' && sourcesOf(nodes, node).includes(storeId),
  );
}

/**
 * A component that looks back without end over a store that forgets would be frozen for ever after the first
 * expiry: RETENTION_BREAKS_METER.
 */
export function retentionProblems(
  nodes: Plan['nodes'],
  context: Pick<ResolveContext, 'store'>,
): GraphProblem[] {
  const stores = new Set(nodes.flatMap((node) => (node.node === 'scan' ? [node.storeId] : [])));
  return [...stores].flatMap((storeId) => {
    const store = context.store(storeId);
    if (!store?.forgets) return [];
    const message = `reads all of the time of ${store.name}, whose events expire`;
    return readersWithoutEnd(nodes, storeId).map(({ id }) => ({
      node: id,
      code: 'RETENTION_BREAKS_METER',
      message,
    }));
  });
}

function sourcesOf(nodes: Plan['nodes'], node: PlanNode): string[] {
  if (node.node === 'scan') return [node.storeId];
  return node.inputs.flatMap((id) => {
    const input = nodes.find((candidate) => candidate.id === id);
    return input ? sourcesOf(nodes, input) : [];
  });
}
