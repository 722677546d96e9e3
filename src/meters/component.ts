// Owns the contract of a component: the shape of its configuration and its translation into a plan node.
import type { z } from 'zod';
import type { StoreTable } from '../data-plane/event-store-port.ts';
import type { EventDefinition } from '../definitions/types.ts';
import type { PlanField, PlanNode } from '../pipeline/plan.ts';
import type { ComponentKind, GraphProblem, MeterNode } from './types.ts';

/** A store as a component sees it. */
export interface ResolvedStore {
  readonly id: string;
  readonly name: string;
  readonly table: StoreTable;
  readonly definition: EventDefinition;
  /** Whether its events expire, or have. */
  readonly forgets: boolean;
}

/** What surrounds a component while its graph is compiled: everything is loaded before, nothing is awaited. */
export interface ResolveContext {
  readonly store: (idOrName: string) => ResolvedStore | undefined;
  /** The inbox store of a source that has one; absent before the meter is saved for the first time. */
  readonly inbox: (nodeId: string) => ResolvedStore | undefined;
  readonly definition: (idOrName: string) => EventDefinition | undefined;
  readonly owner: (nodeId: string) => number;
}

/** What a component reads: the union of its inputs' fields, and the time zone of the windows above it. */
export interface ComponentInput {
  readonly fields: readonly PlanField[];
  /** Group fields and zone of the nearest aggregate above, if every path has one. */
  readonly window?: { readonly groupBy: readonly string[]; readonly timeZone: string };
}

export interface Resolution {
  /** Fields of the output; empty for targets. */
  readonly fields: readonly PlanField[];
  /** Absent when a problem keeps the node from being planned. */
  readonly node?: PlanNode;
  readonly problems: readonly GraphProblem[];
}

export interface Component<Config = unknown> {
  readonly operator: string;
  readonly kind: ComponentKind;
  /** One sentence for people; the console shows it in the palette. */
  readonly summary: string;
  /** Shape of the configuration; the console's form comes from it. */
  readonly config: z.ZodType<Config>;
  /** Checks the configuration against what flows in, and translates it. Reports every problem at once. */
  readonly resolve: (
    config: Config,
    node: MeterNode,
    input: ComponentInput,
    context: ResolveContext,
  ) => Resolution;
}

/**
 * A component whose configuration's type stays inside its own file: whoever calls `resolve` hands over what
 * `config` has parsed.
 */
export const component = <Config>(definition: Component<Config>): Component =>
  definition as unknown as Component;

/** A problem of this component. */
export const problemAt = (node: MeterNode, code: string, message: string): GraphProblem => ({
  node: node.id,
  code,
  message,
});
