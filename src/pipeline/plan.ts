// Owns the compiled plan of a meter: an immutable graph of small relational nodes that an adapter turns
// into its engine's language. A plan says what, never how; it holds no SQL and no state.
import type { StoreTable } from '../data-plane/event-store-port.ts';
import type { Expression, ValueType } from './expressions/types.ts';
import type { Window } from './windows.ts';

/** A named, typed column of a relation between two nodes. */
export interface PlanField extends ValueType {
  readonly name: string;
}

export type AggregateFunction =
  'sum' | 'count' | 'min' | 'max' | 'avg' | 'first' | 'latest' | 'unique' | 'weightedSum' | 'percentile';

export interface AggregateCall {
  readonly name: string;
  readonly function: AggregateFunction;
  /** Absent for a count of rows. */
  readonly field?: string;
  readonly type: ValueType;
  /** Of a percentile: the share of the values that are not above it, in (0, 1]; canonical decimal text. */
  readonly rank?: string;
  /** Of a weighted sum: the level before the first event; canonical decimal text. */
  readonly initial?: string;
  /** Of a count of unique items that come and go: the field that says which, and its two values. */
  readonly operations?: { readonly field: string; readonly add: string; readonly remove: string };
}

/** A constant, or a field of the input, that fills a column of a target. */
export type Binding = { readonly field: string } | { readonly constant: string };

interface NodeBase {
  /** Id of the component it was compiled from. */
  readonly id: string;
  /** Fields of its output. */
  readonly fields: readonly PlanField[];
}

export interface ScanNode extends NodeBase {
  readonly node: 'scan';
  readonly store: StoreTable;
  readonly storeId: string;
}
export interface FilterNode extends NodeBase {
  readonly node: 'filter';
  readonly inputs: readonly string[];
  readonly predicate: Expression;
}
export interface MapNode extends NodeBase {
  readonly node: 'map';
  readonly inputs: readonly string[];
  /** In the order of `fields`. */
  readonly expressions: readonly Expression[];
}
export interface AggregateNode extends NodeBase {
  readonly node: 'aggregate';
  readonly inputs: readonly string[];
  readonly groupBy: readonly string[];
  readonly window: Window;
  readonly calls: readonly AggregateCall[];
  readonly release: 'provisional' | 'final';
  readonly graceMicros: bigint;
}

export interface UsageTargetNode extends NodeBase {
  readonly node: 'usage-records';
  readonly inputs: readonly string[];
  /** Owner number of (meter, target). */
  readonly owner: number;
  readonly bindings: {
    readonly quantity: Binding;
    readonly accountNumber: Binding;
    readonly subscriptionNumber?: Binding;
    readonly chargeNumber?: Binding;
    readonly unitOfMeasure: Binding;
    readonly startDateTime?: Binding;
    readonly endDateTime?: Binding;
    readonly description?: Binding;
  };
  readonly custom: Readonly<Record<string, Binding>>;
  readonly uniqueKey?: readonly string[];
  readonly timeZone: string;
}
export interface StoreTargetNode extends NodeBase {
  readonly node: 'event-store';
  readonly inputs: readonly string[];
  readonly owner: number;
  readonly store: StoreTable;
  readonly storeId: string;
  /** Per column of the store: the input field that fills it, or null. */
  readonly mapping: Readonly<Record<string, string | null>>;
}

export type PlanNode = ScanNode | FilterNode | MapNode | AggregateNode | UsageTargetNode | StoreTargetNode;

/** Nodes in topological order: inputs before those who read them. */
export interface Plan {
  readonly meterId: string;
  readonly meterVersion: number;
  readonly nodes: readonly PlanNode[];
}

/** Ids of the stores that a plan reads. */
export const storesRead = (plan: Plan): string[] =>
  plan.nodes.flatMap((node) => (node.node === 'scan' ? [node.storeId] : []));

/** Ids of the stores that a plan writes. */
export const storesWritten = (plan: Plan): string[] =>
  plan.nodes.flatMap((node) => (node.node === 'event-store' ? [node.storeId] : []));
