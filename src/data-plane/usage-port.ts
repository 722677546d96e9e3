// Owns what the data plane promises about usage records: reading them, their history, their export.
import type { ExportFormat } from './event-store-port.ts';

export interface UsageRow {
  /** Owner number of the target that wrote it. */
  readonly owner: number;
  /** Names the record for ever: the change number of its first revision. */
  readonly record: string;
  readonly uniqueKey: string;
  readonly accountNumber: string | null;
  readonly subscriptionNumber: string | null;
  readonly chargeNumber: string | null;
  readonly quantity: string;
  readonly unitOfMeasure: string | null;
  readonly startDateTime: string | null;
  readonly endDateTime: string | null;
  readonly timeZone: string | null;
  readonly description: string | null;
  /** JSON object of texts, or null. */
  readonly custom: string | null;
  readonly final: boolean;
  readonly state: 'current' | 'retracted';
  readonly revision: number;
  readonly previousQuantity: string | null;
  readonly run: string;
  readonly reason: string;
  readonly at: string;
  readonly changeNumber: string;
}

export interface UsageFilter {
  /** Owner numbers; absent: all. */
  readonly owners?: readonly number[];
  readonly account?: string;
  /** Records whose period starts in [from, to). */
  readonly from?: string;
  readonly to?: string;
  readonly state?: 'current' | 'retracted';
}

export interface UsageExport {
  readonly filter: UsageFilter;
  readonly format: ExportFormat;
  /** Every revision above this change number and up to `upTo`, in order; absent: the current revisions. */
  readonly changesSince?: bigint;
  readonly upTo: bigint;
  readonly final?: boolean;
  /** Names of meters by owner number, for the `meter` column. */
  readonly meters: ReadonlyMap<number, string>;
  /** Ends the work when it is aborted (EXPORT_CANCELED). */
  readonly signal?: AbortSignal;
}

export interface UsagePort {
  /** Identifies this data file's history; a restored copy gets another. */
  readonly timeline: string;
  /** In the order of records; `after` is the last record of the page before. */
  list(filter: UsageFilter, limit: number, after?: string): Promise<readonly UsageRow[]>;
  get(record: string): Promise<UsageRow | undefined>;
  /** All revisions, newest first. */
  history(record: string): Promise<readonly UsageRow[]>;
  /** The last published change number. */
  lastChange(): Promise<bigint>;
  /** A file of usage, in bounded memory. */
  export(request: UsageExport): AsyncIterable<Uint8Array>;
}
