// Owns what the data plane promises about events. An adapter (duckdb/) keeps the promises; domain folders
// know only this file. Sequences are bigint; instants are canonical text (definitions/types.ts).
import type { CanonicalValue, Column } from '../definitions/types.ts';
import type { DecodeFormat, DecodeOptions } from '../definitions/decode/options.ts';
import type { RowDefinition } from '../definitions/decode/row-sink.ts';
import type { DoorRow, RejectedEvent } from '../definitions/rows.ts';

/** Where an event store lives in the data plane, and its columns. Built by stores/ from the catalogue. */
export interface StoreTable {
  /** Physical number: never reused, never shown. */
  readonly number: number;
  readonly columns: readonly Column[];
  /** Names of the event-id columns, in the order of the definition. */
  readonly idFields: readonly string[];
}

/** What a write did. Every event of the request counts in exactly one of the four. */
export interface AppendOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly replaced: number;
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly message: string }[];
  /** The last sequence of the commit; what a later read of the feed starts from. */
  readonly lastSequence: bigint;
}

export interface StoredEvent {
  readonly sequence: bigint;
  readonly eventTime: string;
  /** In the order of `StoreTable.columns`. */
  readonly values: readonly CanonicalValue[];
}

/** Half-open `[from, to)`; a missing bound is open. */
export interface TimeRange {
  readonly from?: string;
  readonly to?: string;
}

export interface FieldFilter {
  readonly field: string;
  readonly value: CanonicalValue;
}

/** A place in the order (event time, sequence). */
export interface EventPosition {
  readonly eventTime: string;
  readonly sequence: bigint;
}

export interface ReadEvents {
  readonly range?: TimeRange;
  readonly filters?: readonly FieldFilter[];
  readonly after?: EventPosition;
  readonly descending?: boolean;
  readonly limit: number;
}

export interface HistogramRequest {
  readonly range?: TimeRange;
  readonly bucket: 'minute' | 'hour' | 'day' | 'month';
  readonly timeZone: string;
  readonly groupBy?: string;
}

export interface HistogramBucket {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly group?: CanonicalValue;
}

export interface StoreStatistics {
  readonly eventCount: number;
  readonly firstEventTime: string | null;
  readonly lastEventTime: string | null;
  readonly lastSequence: bigint;
  readonly lastWriteAt: string | null;
  /** An estimate of the space on disk, a minute old at most: events and former versions, in whole blocks. */
  readonly sizeBytes: number;
  /** Events before it have expired; null: none ever has. */
  readonly retainedFrom: string | null;
  /** How many events have expired since the store was made. */
  readonly expiredCount: number;
}

/** What an expiry did. */
export interface Expiry {
  readonly expired: number;
  /** What the store retains now: never earlier than it was before. */
  readonly retainedFrom: string;
}

/** A former version of an event, kept for the audit. */
export interface FormerEvent extends StoredEvent {
  readonly change: 'replace' | 'delete';
  readonly changeSequence: bigint;
  readonly cause: string;
  readonly at: string;
}

export type ExportFormat = 'ndjson' | 'csv' | 'parquet';

/**
 * Rows ready to be written, made by the adapter's encoder (`RowEncoder`), perhaps on another thread. Only the
 * adapter that made them knows what `pages` hold.
 */
export interface EncodedRows {
  readonly rowCount: number;
  /** Per row its position in the request, which rejections name. */
  readonly positions: Uint32Array;
  /** Per row the halves of its id's hash. */
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  /** All in one buffer, which nothing else shares: it can be handed from thread to thread. */
  readonly pages: readonly Uint8Array[];
}

/** A part of a request to append: as the door hands it on, or encoded already. */
export type RowBatch = readonly DoorRow[] | EncodedRows;

/** How many rows a batch has. */
export const rowCountOf = (batch: RowBatch): number => ('pages' in batch ? batch.rowCount : batch.length);

/** Events as they come, to be read by the door. The chunks are not used again by who sends them. */
export interface EventBody {
  readonly definition: RowDefinition;
  readonly format: DecodeFormat;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly options: DecodeOptions;
  /** Events before this instant are rejected: EVENT_BEFORE_RETENTION. */
  readonly retainedFrom: string | null;
}

/** What the door made of a part of a body: rows to append, and what it rejected. */
export interface DecodedBatch {
  readonly rows: RowBatch;
  readonly rejected: readonly RejectedEvent[];
  /** Fields not in the definition that were ignored. */
  readonly ignoredFields: number;
}

export interface EventStorePort {
  /** Idempotent: creating a store that is there changes nothing. */
  createStore(store: StoreTable): Promise<void>;
  /** Idempotent: adds the columns that are missing (a newer version of the definition). */
  extendStore(store: StoreTable): Promise<void>;
  /** Idempotent. */
  dropStore(number: number): Promise<void>;

  /**
   * Takes a body through the door (definitions/decode), on another thread where that pays: what `decodeEvents`
   * gives, and throws, with the rows ready for `append`.
   */
  decode(store: StoreTable, body: EventBody): AsyncIterable<DecodedBatch>;

  /**
   * Writes the events of one request as one commit, deduplicated by event id at any age: same content is a
   * duplicate, other content replaces and keeps the former version. Resolves after the commit is synced.
   * Requests that arrive together share a group commit. If `rows` throws, nothing is written.
   * Memory is bounded: large requests are staged on disk.
   */
  append(store: StoreTable, rows: AsyncIterable<RowBatch>): Promise<AppendOutcome>;

  statistics(store: StoreTable): Promise<StoreStatistics>;
  /** Of many stores at once, in their order. */
  statisticsOf(stores: readonly StoreTable[]): Promise<readonly StoreStatistics[]>;
  /** Ordered by (event time, sequence). */
  readEvents(store: StoreTable, request: ReadEvents): Promise<readonly StoredEvent[]>;
  getEvent(store: StoreTable, id: readonly CanonicalValue[]): Promise<StoredEvent | undefined>;
  /** Current events of these sequences; those that are gone are left out. */
  eventsBySequence(store: StoreTable, sequences: readonly bigint[]): Promise<readonly StoredEvent[]>;
  /** Former versions of one event, newest first. */
  formerVersions(store: StoreTable, id: readonly CanonicalValue[]): Promise<readonly FormerEvent[]>;
  histogram(store: StoreTable, request: HistogramRequest): Promise<readonly HistogramBucket[]>;
  /**
   * The events as a file, in (event time, sequence) order, as of one moment, in bounded memory at any pace of the
   * reader. When the reader leaves, or `signal` is aborted (EXPORT_CANCELED), the work ends at once.
   */
  exportEvents(
    store: StoreTable,
    range: TimeRange,
    format: ExportFormat,
    signal?: AbortSignal,
  ): AsyncIterable<Uint8Array>;

  /** The instant before which events have expired; null: none ever has. Quick enough to ask for every write. */
  retainedFrom(store: StoreTable): Promise<string | null>;
  /**
   * Removes the events before the instant with everything that is kept of them, and moves `retainedFrom` there,
   * in one commit that is not in the change feed. Repeating it changes nothing; it never moves back.
   */
  expire(store: StoreTable, before: string): Promise<Expiry>;
  /** Whether `expire` would change anything. */
  isExpiryDue(store: StoreTable, before: string): Promise<boolean>;
  /** The event time of the event that so many before the instant precede; undefined: there are fewer. */
  timeAfterEvents(store: StoreTable, before: string, events: number): Promise<string | undefined>;
}
