// Owns the nouns of backfills: reviewed changes to what a store holds.
import type { Actor, Collection } from '../control-plane/port.ts';
import type { EventSelection } from '../data-plane/backfill-port.ts';
import type { Plan } from '../pipeline/plan.ts';

export const BACKFILL_KINDS = ['delete', 'insert', 'correct', 'delete-range', 'truncate', 'erase'] as const;
export type BackfillKindName = (typeof BACKFILL_KINDS)[number];

/**
 * The life of a backfill:
 *
 *   previewed --confirm--> running --> completed --revert--> reverting --> reverted
 *                           |  ^                              |    ^
 *                           v  | confirm again                v    | revert again
 *                          failed                            failed (with `revertedBy`)
 *
 * A failure keeps what is committed, and the same call goes on from there. A server that dies goes on at its next
 * start. A reverted backfill stays reverted; a previewed one may be discarded. An erasure cannot be reverted.
 */
export const BACKFILL_STATUSES = [
  'previewed',
  'running',
  'completed',
  'failed',
  'reverting',
  'reverted',
] as const;
export type BackfillStatus = (typeof BACKFILL_STATUSES)[number];

export interface BackfillCounts {
  /** Rows of the file; of a kind without one the events that were found. */
  readonly input: number;
  /** Distinct ids among them. */
  readonly unique: number;
  /** Ids that are in the store. */
  readonly matched: number;
  /** Ids that are not. */
  readonly notFound: number;
  /** Of a correction: events that have this content already; they are pinned and otherwise left as they are. */
  readonly unchanged?: number;
  /** Of an erasure: former versions that were found beside the events. */
  readonly former?: number;
  readonly deleted?: number;
  readonly inserted?: number;
  readonly replaced?: number;
  /** Versions, current and former, that are blanked. */
  readonly erased?: number;
  /** Left alone because they had changed since the preview. */
  readonly changedSincePreview?: number;
  /** By a revert: changes undone, and changes left because the event had changed since. */
  readonly reverted?: number;
  readonly conflicts?: number;
}

/** The condition of a delete-range: event time in [from, to), fields with these values. */
export interface BackfillRange {
  readonly from?: string;
  readonly to?: string;
  readonly filter?: Readonly<Record<string, string>>;
}

export interface BackfillBody {
  readonly kind: BackfillKindName;
  /** Id of the store. */
  readonly store: string;
  readonly status: BackfillStatus;
  readonly reason?: string;
  readonly range?: BackfillRange;
  /** Of an erasure: the field that names the subject. Its value is not kept. */
  readonly subject?: { readonly field: string };
  /** Of a kind with a condition: the last sequence that the preview saw, as text. */
  readonly upTo?: string;
  readonly counts: BackfillCounts;
  /** Ids as in URLs, the first 1,000 of them. */
  readonly notFound: readonly string[];
  /** Of an insert: ids that are there already, which it leaves alone; the first 1,000. */
  readonly alreadyThere?: readonly string[];
  readonly usageRecordsAffected: number;
  readonly createdBy: Actor;
  readonly confirmedBy?: Actor;
  readonly confirmedAt?: string;
  readonly reconcile?: boolean;
  readonly completedAt?: string;
  /** Ids that were left alone because they had changed since the preview; the first 1,000. */
  readonly changedSincePreview?: readonly string[];
  /** Runs that evaluated the touched keys, those of the revert last. */
  readonly runs?: readonly string[];
  readonly revertedBy?: Actor;
  readonly revertReconcile?: boolean;
  readonly revertedAt?: string;
  /** Ids that a revert left alone because they had changed since the confirmation; the first 1,000. */
  readonly conflicts?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

export const backfills: Collection<BackfillBody> = { name: 'backfills', prefix: 'bf', audited: true };

/** What depends on the events of a store (meters/, runs/), told here so that this folder knows nothing of it. */
export interface BackfillFollowers {
  /** How many usage records that hold now depend on these events. */
  affectedRecords(storeId: string, events: EventSelection): Promise<number>;
  /** The plans, as they were last run, of what reads the store. */
  plansOf(storeId: string): Promise<readonly Plan[]>;
  /** Evaluates what these changes touched (after < sequence <= upTo); gives the ids of the runs that do it. */
  afterBackfill(
    actor: Actor,
    storeId: string,
    span: { readonly after: bigint; readonly upTo: bigint },
    backfillId: string,
  ): Promise<readonly string[]>;
}
