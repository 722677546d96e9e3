// Owns what the data plane promises about runs of plans: evaluate, reconcile, commit, look up. Instants are
// canonical text, or bigint microseconds where arithmetic is done on them.
import type { Plan } from '../pipeline/plan.ts';
import type { EventSelection } from './backfill-port.ts';

/** Half-open, in microseconds; a missing bound is open. */
export interface MicrosRange {
  readonly from?: bigint;
  readonly to?: bigint;
}

/** Rows of one UTC day over all sources of a plan. */
export interface DayLoad {
  readonly day: bigint;
  readonly rows: number;
}

/** What is known before slices are cut. */
export interface Outline {
  readonly days: readonly DayLoad[];
  /** Distinct spans [from, to) of records that the plan's targets hold now and that are not instants. */
  readonly held: readonly { readonly from: bigint; readonly to: bigint }[];
}

export interface NodeCounts {
  readonly id: string;
  readonly in: number;
  readonly out: number;
  readonly dropped: number;
  readonly rejected: number;
}

export interface ReconcileCounts {
  readonly inserted: number;
  readonly revised: number;
  readonly retracted: number;
  readonly unchanged: number;
  readonly frozen: number;
  readonly pinned: number;
}

export interface SliceResult {
  readonly nodes: readonly NodeCounts[];
  readonly result: ReconcileCounts;
  readonly rowsRead: number;
}

/** Why a revision was made; kept with it. */
export type RevisionReason = 'batch' | 'replay' | 'late-event' | 'backfill' | 'new-version' | 'retract';

export interface CommitContext {
  readonly run: string;
  readonly reason: RevisionReason;
  /** The instant as of which windows are final, microseconds. */
  readonly asOf: bigint;
}

/** The changes of one store that a re-evaluation looks at: after < sequence <= upTo. */
export interface Changes {
  readonly spans: readonly ChangeSpan[];
  /** Whether these are all that the meter has not covered: then everything is covered up to their ends. */
  readonly complete: boolean;
}

export interface ChangeSpan {
  readonly storeId: string;
  readonly after: bigint;
  readonly upTo: bigint;
}

export interface PreviewRow {
  readonly accountNumber: string;
  readonly unitOfMeasure: string;
  readonly before: string;
  readonly after: string;
  readonly inserted: number;
  readonly revised: number;
  readonly retracted: number;
}

export interface RejectedRow {
  readonly position: number;
  readonly run: string;
  readonly node: string;
  readonly code: string;
  /** What the door said; null where the code says it all. */
  readonly message: string | null;
  readonly input: Readonly<Record<string, string | null>>;
  readonly eventTime: string | null;
}

/** One event behind a usage record. */
export interface LineageEvent {
  readonly storeId: string;
  readonly sequence: bigint;
}

/** What became of one event at one component. */
export interface TraceNode {
  readonly id: string;
  readonly outcome: 'passed' | 'dropped' | 'rejected' | 'aggregated' | 'written';
  readonly code?: string;
  readonly records: readonly string[];
}

export interface PipelinePort {
  outline(plan: Plan, range: MicrosRange): Promise<Outline>;

  /** Stores the slices of a run; repeating it changes nothing. The first list stored wins and is returned. */
  storeSlices(run: string, slices: readonly MicrosRange[]): Promise<readonly MicrosRange[]>;
  /** Results of the slices that are committed, by index. */
  committedSlices(run: string): Promise<ReadonlyMap<number, SliceResult>>;

  /**
   * Evaluates the plan over [from, to), reconciles its targets there, and commits both with the slice's
   * result. A slice that is committed is not done again: its stored result is returned.
   */
  commitSlice(plan: Plan, context: CommitContext, index: number, range: MicrosRange): Promise<SliceResult>;

  /** Evaluates only the keys that the changes touched, of a keyed plan (pipeline/keyed.ts); one commit, repeatable under `index`. */
  commitTouched(plan: Plan, context: CommitContext, index: number, changes: Changes): Promise<SliceResult>;

  /** UTC days (their first instant) of the events, old and new, that the changes touch. */
  touchedDays(plan: Plan, changes: readonly ChangeSpan[]): Promise<readonly bigint[]>;
  /** Records that ranges committed one by one have together covered these changes. */
  coverChanges(plan: Plan, changes: Changes): Promise<void>;

  /** The instant as of which all that this version covers was evaluated; undefined: it covers nothing. */
  coveredAsOf(plan: Plan): Promise<bigint | undefined>;
  /** Records that the windows that closed until then were evaluated. */
  coverAsOf(plan: Plan, asOf: bigint): Promise<void>;

  /** What commitSlice would do; adds to the stored preview of the run and writes nothing else. */
  previewSlice(plan: Plan, context: CommitContext, index: number, range: MicrosRange): Promise<SliceResult>;
  /** In the order of account and unit. */
  preview(
    run: string,
    limit: number,
    after?: readonly [account: string, unit: string],
  ): Promise<readonly PreviewRow[]>;

  /** Changes that no run of this version of the meter has covered, per store; empty when it is up to date. */
  uncovered(plan: Plan): Promise<readonly ChangeSpan[]>;
  /** Whether there is such a change that could change an output: one that is not frozen. */
  isStale(plan: Plan): Promise<boolean>;

  /** The instant before which outputs of the plan are frozen, as canonical text; null: its sources keep all events. */
  retainedFrom(plan: Plan): Promise<string | null>;
  /** Forgets rejected rows of a meter whose event time is before the instant: their outputs are frozen. */
  expireRejected(meterId: string, before: string): Promise<void>;
  /** How many current usage records of the plan depend on these events of one store (keyed plans: exactly). */
  affectedRecords(plan: Plan, storeId: string, events: EventSelection): Promise<number>;

  /** Keeps events of an uploaded file that the door rejected, beside the rows that components reject. */
  keepRejectedInput(
    meterId: string,
    run: string,
    node: string,
    rows: readonly { readonly code: string; readonly message: string; readonly input: string }[],
  ): Promise<void>;
  /** In the order in which they were kept. */
  rejected(run: string, limit: number, after?: number): Promise<readonly RejectedRow[]>;
  /**
   * The events behind the current revision of a record, in (store, sequence) order; empty for an unknown record.
   * Throws LINEAGE_NOT_KEPT for a frozen record, whose events may be gone.
   */
  lineage(plan: Plan, record: string, limit: number, after?: LineageEvent): Promise<readonly LineageEvent[]>;
  trace(plan: Plan, storeId: string, sequence: bigint): Promise<readonly TraceNode[]>;

  /** Retracts all current records of a target that is no more; says how many. */
  retractOwner(owner: number, context: CommitContext): Promise<number>;
  /** Removes coverage and rejected rows of a meter that is no more. */
  forgetMeter(meterId: string): Promise<void>;
  /** Stops the statement that is running for this run, if any (forced stop). */
  interrupt(run: string): Promise<void>;
}
