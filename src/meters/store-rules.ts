import type { ResolveContext } from './component.ts';
import { hasInbox } from './inboxes.ts';
import type { GraphProblem, MeterNode } from './types.ts';

/** The store that a component reads or writes, by id where it exists: named in its configuration, or its inbox. */
export function storeOf(
  node: MeterNode,
  context: Pick<ResolveContext, 'store' | 'inbox'>,
): string | undefined {
  const { store } = node.config;
  if (hasInbox(node)) return context.inbox(node.id)?.id;
  if (node.operator !== 'event-store' || typeof store !== 'string') return undefined;
  return context.store(store)?.id ?? store;
}

/** Rules of event-store.md: a store is a target once, and never source and target of one meter. */
export function storeRuleProblems(nodes: readonly MeterNode[], context: ResolveContext): GraphProblem[] {
  const sources = new Set<string>();
  for (const node of nodes) {
    const store = node.kind === 'source' ? storeOf(node, context) : undefined;
    if (store !== undefined) sources.add(store);
  }
  const targets = new Set<string>();
  return nodes.flatMap((node) => {
    const store = node.kind === 'target' ? storeOf(node, context) : undefined;
    if (store === undefined) return [];
    const name = context.store(store)?.name ?? store;
    const problems: GraphProblem[] = [];
    if (targets.has(store)) {
      const message = `the event store ${name} is the target of another component of this meter`;
      problems.push({ node: node.id, code: 'METER_TARGET_STORE_REPEATED', message });
    }
    if (sources.has(store)) {
      const message = `the event store ${name} is a source of this meter too`;
      problems.push({ node: node.id, code: 'METER_STORE_IS_SOURCE_AND_TARGET', message });
    }
    targets.add(store);
    return problems;
  });
}

/** A meter as the cycle check sees it: which stores it reads and writes, by id. */
export interface MeterStores {
  readonly meter: string;
  readonly sources: readonly string[];
  readonly targets: readonly string[];
}

/**
 * The path of a cycle through stores and meters (store -> meter -> store ...), if there is one.
 * Grows with meters times stores; both are bounded by their limits.
 */
export function storeCycle(meters: readonly MeterStores[]): readonly string[] | undefined {
  const finished = new Set<string>();
  const visit = (store: string, path: readonly string[]): readonly string[] | undefined => {
    const at = path.indexOf(store);
    if (at >= 0) return [...path.slice(at), store];
    if (finished.has(store)) return undefined;
    for (const { meter, targets } of meters.filter(({ sources }) => sources.includes(store))) {
      for (const target of targets) {
        const cycle = visit(target, [...path, store, meter]);
        if (cycle) return cycle;
      }
    }
    finished.add(store);
    return undefined;
  };
  for (const store of new Set(meters.flatMap(({ sources }) => sources))) {
    const cycle = visit(store, []);
    if (cycle) return cycle;
  }
  return undefined;
}
