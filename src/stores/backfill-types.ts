// Owns the nouns of backfills: reviewed changes to what a store holds.
import type { Actor, Collection } from '../control-plane/port.ts';

export type BackfillStatus = 'previewed' | 'running' | 'completed' | 'failed';

export interface BackfillBody {
  readonly kind: 'delete';
  /** Id of the store. */
  readonly store: string;
  readonly status: BackfillStatus;
  readonly counts: {
    readonly input: number;
    readonly unique: number;
    readonly matched: number;
    readonly notFound: number;
    readonly deleted?: number;
  };
  /** Ids as in URLs. */
  readonly notFound: readonly string[];
  readonly usageRecordsAffected: number;
  readonly createdBy: string;
  readonly confirmedBy?: string;
  readonly reconcile?: boolean;
  /** Ids that were left alone because they had changed since the preview. */
  readonly changedSincePreview?: readonly string[];
  /** Runs that evaluated the touched keys. */
  readonly runs?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

export const backfills: Collection<BackfillBody> = { name: 'backfills', prefix: 'bf', audited: true };

/** What depends on the events of a store (meters/, runs/), told here so that this folder knows nothing of it. */
export interface BackfillFollowers {
  /** How many usage records that hold now depend on these events. */
  affectedRecords(storeId: string, sequences: readonly bigint[]): Promise<number>;
  /** Evaluates what these changes touched (after < sequence <= upTo); gives the ids of the runs that do it. */
  afterBackfill(
    actor: Actor,
    storeId: string,
    span: { readonly after: bigint; readonly upTo: bigint },
    backfillId: string,
  ): Promise<readonly string[]>;
}
