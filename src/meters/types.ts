// Owns the nouns of meters: a graph of components, its versions. Does not own plans (pipeline/) or runs (runs/).

export type ComponentKind = 'source' | 'processor' | 'target';

/** One component of a meter's graph, as a person configured it. */
export interface MeterNode {
  readonly id: string;
  readonly name: string;
  readonly kind: ComponentKind;
  readonly operator: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Ids of the components whose rows it reads, in order. */
  readonly inputs: readonly string[];
}

/** Short forms. All but `direct` aggregate, each by the function of its name. */
export const PRESET_TYPES = ['direct', 'sum', 'max', 'min', 'count', 'avg', 'unique', 'latest'] as const;
export type PresetType = (typeof PRESET_TYPES)[number];

export const METER_TYPES = ['custom', ...PRESET_TYPES] as const;
export type MeterType = (typeof METER_TYPES)[number];

/** A meter's graph as saved: immutable, numbered from 1. */
export interface MeterVersion {
  readonly meter: string;
  readonly version: number;
  readonly nodes: readonly MeterNode[];
  readonly savedAt: string;
}

/** The catalogue entry of a meter. */
export interface Meter {
  readonly description?: string;
  readonly type: MeterType;
  /** The latest saved version. */
  readonly version: number;
  readonly nodes: readonly MeterNode[];
  /** The short form a preset was made from, as posted. */
  readonly preset?: Readonly<Record<string, unknown>>;
  /** Version of the last started run that was not a test; re-evaluation uses it. */
  readonly activeVersion?: number;
  /** Owner number of each target, by component id; a number is never given to another target. */
  readonly owners: Readonly<Record<string, number>>;
  /** Owner numbers of targets that are no more, whose records the first run without them retracts. */
  readonly retired?: readonly number[];
  /** Inbox store of each streaming or upload source, by component id; those of former versions stay. */
  readonly inboxes: Readonly<Record<string, string>>;
}

/** A finding about a graph: `node` is the component's id, or null for the graph as a whole. */
export interface GraphProblem {
  readonly node: string | null;
  readonly code: string;
  readonly message: string;
}
