// Owns what the data plane promises about backfills: reviewed changes to the events of a store. A preview
// remembers what it found; the steps of a confirmation and of a revert are commits that may be repeated.
import type { CanonicalValue } from '../definitions/types.ts';
import type { DoorRow } from '../definitions/rows.ts';
import type { Plan } from '../pipeline/plan.ts';
import type { FieldFilter, StoreTable, TimeRange } from './event-store-port.ts';

/** Ids (values of the id fields) that an answer lists at most; beside the list stands the whole count. */
export const BACKFILL_LISTED_MAX = 1_000;

/** Ids as values of the id fields, at most `BACKFILL_LISTED_MAX`. */
export type ListedIds = readonly (readonly CanonicalValue[])[];

/** What a preview by ids found. `unique` = `matched` + the ids that are not there. */
export interface IdsPreview {
  readonly input: number;
  readonly unique: number;
  readonly matched: number;
  readonly notFound: ListedIds;
}

/** What a preview of a file of events found; of an id that comes several times the last event counts. */
export interface EventsPreview extends IdsPreview {
  /** Ids that are there already. */
  readonly found: ListedIds;
  /** Events that are there with exactly this content. */
  readonly unchanged: number;
}

/** Events chosen by what they are, not by id. `from` and `to` bound the event time, half-open. */
export interface EventCondition {
  readonly range: TimeRange;
  readonly filters: readonly FieldFilter[];
}

/** The versions that meet a condition and had been committed up to a sequence. */
export interface MatchingEvents extends EventCondition {
  readonly upTo: bigint;
}

/** Versions of events that a preview of an erasure found. */
export interface ErasePreview {
  readonly events: number;
  readonly former: number;
}

/** Which events a backfill is about, for those who ask what depends on them. */
export type EventSelection =
  /** What its preview remembers: the versions found and the events of its file. */
  | { readonly backfill: string; /** Former versions too. */ readonly former?: boolean }
  | { readonly matching: MatchingEvents };

/** What a confirmation does with what was previewed. */
export type BackfillChange =
  | { readonly change: 'delete' }
  | { readonly change: 'insert' }
  | { readonly change: 'correct' }
  | { readonly change: 'delete-matching'; readonly matching: MatchingEvents }
  | {
      readonly change: 'erase';
      /** The field that names the subject; if it is an id field, ids are replaced by markers. */
      readonly field: string;
      /** Id of the store, as the plans name it, and the plans whose outputs may have counted its events. */
      readonly storeId: string;
      readonly dependents: readonly Plan[];
    };

export type BackfillDirection = 'confirm' | 'revert';

/** Totals of the commits of one direction of a backfill so far. */
export interface BackfillOutcome {
  /** Nothing is left: another step changes nothing and gives the same. */
  readonly done: boolean;
  readonly deleted: number;
  readonly inserted: number;
  /** Events replaced; of an erasure the versions that were blanked. */
  readonly replaced: number;
  /** Left alone, because they had changed since the preview or, for a revert, since the confirmation. */
  readonly skipped: number;
  readonly skippedIds: ListedIds;
  /** Every change it made has a sequence in after < sequence <= upTo; absent: it made none. */
  readonly span?: { readonly after: bigint; readonly upTo: bigint };
}

export interface BackfillPort {
  /** Finds the events with these ids and remembers the versions that a confirmation will delete. */
  previewIds(
    store: StoreTable,
    backfill: string,
    ids: readonly (readonly CanonicalValue[])[],
  ): Promise<IdsPreview>;
  /**
   * Keeps the events of a file that a confirmation will write: for `insert` those whose id is not there, for
   * `correct` those whose id is. If `rows` throws, nothing is kept. Memory is bounded for any number of rows.
   */
  previewEvents(
    store: StoreTable,
    backfill: string,
    change: 'insert' | 'correct',
    rows: AsyncIterable<readonly DoorRow[]>,
  ): Promise<EventsPreview>;
  /** Counts the events that meet the condition now. Remembers nothing: the sequence says which they were. */
  previewMatching(
    store: StoreTable,
    condition: EventCondition,
  ): Promise<{ readonly matched: number; readonly upTo: bigint }>;
  /**
   * Finds the current and the former versions whose field has the value, and remembers their sequences: the value
   * itself is remembered nowhere.
   */
  previewErase(store: StoreTable, backfill: string, subject: FieldFilter): Promise<ErasePreview>;

  /**
   * The next commit of a confirmation; call it until `done`. It acts on the previewed versions that still hold.
   * By id it also pins the ids. An erasure blanks the versions where they are, without a change in the feed, and
   * freezes the outputs that counted them; sending an erased event again is rejected (EVENT_ERASED). A crash between two commits loses nothing: the next call goes on.
   */
  confirmStep(store: StoreTable, backfill: string, change: BackfillChange): Promise<BackfillOutcome>;
  /**
   * The next commit that undoes a backfill other than an erasure, whatever it did: ids that are as it left them get their former
   * version back (or go, if they had none), the others are left alone. The last one unpins its ids.
   */
  revertStep(store: StoreTable, backfill: string): Promise<BackfillOutcome>;
  /** Forgets what a preview remembers, because it will not be confirmed. Idempotent. */
  forgetPreview(store: StoreTable, backfill: string): Promise<void>;
}
