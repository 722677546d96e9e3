// Owns the nouns of runs.
import type { Actor, Collection } from '../control-plane/port.ts';
import type { NodeCounts, ReconcileCounts, RevisionReason } from '../data-plane/pipeline-port.ts';
import type { FileCounts } from '../stores/imports.ts';

/**
 * States of a run:
 *   queued     accepted, waiting for its turn; one run of a meter at a time
 *   running    slices are being committed
 *   stopping   asked to stop; ends after the slice that is being committed, or at once if forced
 *   completed  all of the scope is evaluated            (final)
 *   failed     `error` says why; nothing is half done   (final)
 *   canceled   stopped before the end                   (final)
 * A server that dies leaves runs queued, running or stopping: at start the first two go on at their first
 * uncommitted slice, the third is canceled.
 */
export type RunStatus = 'queued' | 'running' | 'stopping' | 'completed' | 'failed' | 'canceled';
export const FINAL_STATUSES: readonly RunStatus[] = ['completed', 'failed', 'canceled'];

export type RunMode = 'batch' | 'replay';

/** What was asked for: dates in the zone of the source store, or instants. */
export type RunScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'timeFrame'; readonly startDate: string; readonly endDate: string }
  | { readonly kind: 'timeFrame'; readonly from: string; readonly to: string };

/** Instants, half-open; null: open. */
export interface EffectiveScope {
  readonly from: string | null;
  readonly to: string | null;
}

export interface RunSource {
  /** Name or id of an uploaded file, for upload sources. */
  readonly file?: string | undefined;
  readonly scope?: RunScope | undefined;
}

export interface Run {
  readonly meter: string;
  readonly meterName: string;
  readonly version: number;
  readonly mode: RunMode;
  readonly dryRun: boolean;
  readonly status: RunStatus;
  readonly scope: RunScope;
  readonly sources: Readonly<Record<string, RunSource>>;
  /** The scope in instants, before it was grown; several when sources have scopes of their own. */
  readonly ranges: readonly EffectiveScope[];
  readonly effectiveScope: EffectiveScope | null;
  /** Outputs that start before it are frozen for this run; null: all sources keep all of their events. */
  readonly retainedFrom: string | null;
  /** The instant as of which windows are final. */
  readonly asOf: string;
  readonly reason: RevisionReason;
  /** The changes of a backfill that this run follows, and nothing else; sequences as text. */
  readonly changes?: readonly { readonly storeId: string; readonly after: string; readonly upTo: string }[];
  /** Id of that backfill. */
  readonly backfill?: string;
  /** Last sequence of each source store when the run began, as text: changes after it are looked at again. */
  readonly startSequences?: Readonly<Record<string, string>>;
  /** What became of the events of ingested files, by source component. */
  readonly ingested?: Readonly<Record<string, FileCounts>>;
  /** In whose name everything of the run is done, however long after. */
  readonly startedBy: Actor;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly slicesTotal: number | null;
  readonly nodes: readonly NodeCounts[];
  readonly result: ReconcileCounts | null;
  readonly rowsRead: number;
  readonly error: { readonly code: string; readonly detail: string } | null;
}

export const runs: Collection<Run> = { name: 'runs', prefix: 'run', audited: false };

/** What is known of a run while it goes on; kept in memory, since the data plane knows the slices. */
export interface RunProgress {
  readonly slicesDone: number;
  readonly slicesTotal: number | null;
  readonly rowsRead: number;
  readonly rowsPerSecond: number | null;
  readonly secondsLeft: number | null;
}

/** Status of a meter, from its last run. */
export const meterStatus = (last: RunStatus | undefined): RunStatus | 'never run' => last ?? 'never run';
