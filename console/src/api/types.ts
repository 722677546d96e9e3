// Every answer of the API that the console reads. Instants and quantities are text; counts are numbers.

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export const FIELD_TYPES = ['string', 'integer', 'decimal', 'boolean', 'datetime', 'date', 'json'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface EventField {
  readonly name: string;
  readonly type: FieldType;
  readonly required?: boolean;
  readonly scale?: number;
  readonly format?: string;
  readonly description?: string;
}

export interface EventDefinitionDraft {
  readonly name: string;
  readonly description?: string;
  readonly fields: readonly EventField[];
  readonly eventIdFields: readonly string[];
  readonly eventTimeField?: string;
  readonly timeZone?: string;
}

export interface EventDefinition extends EventDefinitionDraft {
  readonly id: string;
  readonly version?: number;
}

export interface StoreUse {
  /** Id or name of the meter. */
  readonly meter: string;
  readonly role: 'source' | 'target';
}

export interface EventStore {
  readonly id: string;
  readonly name: string;
  /** Id or name of the definition. */
  readonly eventDefinition: string;
  readonly timeZone?: string;
  readonly retentionDays?: number | null;
  readonly status: {
    readonly usage: 'in_use' | 'orphan';
    readonly activity: 'idle' | 'writing' | 'deleting';
  };
  readonly eventCount: number;
  readonly firstEventTime: string | null;
  readonly lastEventTime: string | null;
  readonly lastWriteTime?: string | null;
  readonly retainedFrom: string | null;
  readonly usedBy: readonly StoreUse[];
}

export type FieldValue = string | number | boolean | null | object;

export interface StoredEvent {
  readonly eventId: string;
  readonly eventTime: string;
  readonly ingestSequence: number | string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** A former version of an event: what it was until it was replaced or deleted. */
export interface EventVersion {
  readonly ingestSequence: number | string;
  readonly eventTime?: string;
  readonly change?: 'replace' | 'delete';
  /** When it was replaced or deleted. */
  readonly at?: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export interface EventTrace {
  readonly meter: string;
  readonly version: number;
  readonly nodes: readonly { readonly id: string; readonly outcome: string; readonly code?: string }[];
  readonly records: readonly string[];
}

export const BUCKET_UNITS = ['minute', 'hour', 'day', 'month'] as const;
export type BucketUnit = (typeof BUCKET_UNITS)[number];

export interface HistogramBucket {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly group?: string | null;
}

export interface EventRejection {
  readonly index: number;
  readonly code: string;
  readonly message: string;
  readonly pointer: string;
}

export interface WriteResult {
  readonly accepted: number;
  readonly duplicates: number;
  readonly replaced: number;
  readonly rejected: readonly EventRejection[];
}

export type BackfillStatus = 'previewed' | 'running' | 'completed' | 'failed' | 'reverting' | 'reverted';

export interface Backfill {
  readonly id: string;
  readonly kind: string;
  readonly status: BackfillStatus;
  readonly counts: {
    readonly input?: number;
    readonly unique?: number;
    readonly matched?: number;
    readonly notFound?: number;
    readonly deleted?: number;
    readonly inserted?: number;
    readonly replaced?: number;
  };
  readonly notFound?: readonly string[];
  readonly usageRecordsAffected?: number | null;
  readonly changedSincePreview?: readonly string[];
  readonly conflicts?: readonly string[];
  /** Ids of the runs that evaluated the touched keys again. */
  readonly runs?: readonly string[];
  readonly createdAt?: string;
  readonly createdBy?: string;
  readonly error?: RunError | string | null;
}

export type NodeKind = 'source' | 'processor' | 'target';

export interface MeterNode {
  readonly id: string;
  readonly name?: string;
  readonly kind: NodeKind;
  readonly operator: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs?: readonly string[];
}

export interface Meter {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly version: number;
  readonly activeVersion?: number | null;
  readonly status?: string;
  readonly stale?: boolean;
  readonly nodes?: readonly MeterNode[];
  readonly ingestUrl?: string;
  readonly updatedAt?: string;
}

export type DataScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'timeFrame'; readonly startDate: string; readonly endDate: string }
  | { readonly kind: 'timeFrame'; readonly from: string; readonly to: string };

export type RunMode = 'test' | 'batch' | 'live' | 'replay';
export type RunStatus = 'queued' | 'running' | 'stopping' | 'paused' | 'completed' | 'failed' | 'canceled';

export interface RunRequest {
  readonly mode: RunMode;
  readonly dryRun?: boolean;
  readonly scope?: DataScope;
  readonly sources?: Readonly<Record<string, { readonly file?: string; readonly scope?: DataScope }>>;
}

export interface RunProgress {
  readonly slicesDone: number;
  readonly slicesTotal: number | null;
  readonly rowsRead: number;
  readonly rowsWritten?: number;
  readonly rowsPerSecond: number | null;
  readonly secondsLeft: number | null;
}

export interface NodeCounts {
  readonly id: string;
  readonly in: number;
  readonly out: number;
  readonly dropped: number;
  readonly rejected: number;
}

export interface RunResult {
  readonly inserted: number;
  readonly revised: number;
  readonly retracted: number;
  readonly unchanged: number;
  readonly frozen: number;
  readonly pinned: number;
}

export interface RunError {
  readonly code?: string;
  readonly message?: string;
  readonly detail?: string;
}

export interface Run {
  readonly id: string;
  /** Id or name of the meter. */
  readonly meter: string;
  readonly version: number;
  readonly mode: RunMode;
  readonly dryRun?: boolean;
  readonly status: RunStatus;
  readonly scope?: DataScope | null;
  readonly effectiveScope?: DataScope | null;
  readonly asOf?: string | null;
  readonly startedAt?: string | null;
  readonly endedAt?: string | null;
  readonly createdAt?: string;
  readonly startedBy?: string | null;
  readonly progress?: RunProgress | null;
  readonly nodes?: readonly NodeCounts[];
  readonly result?: RunResult | null;
  readonly error?: RunError | string | null;
}

export interface PreviewRow {
  readonly accountNumber: string | null;
  readonly unitOfMeasure: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly inserted: number;
  readonly revised: number;
  readonly retracted: number;
}

export interface RejectedRow {
  readonly position?: number;
  readonly node?: string;
  readonly code: string;
  readonly message: string;
  readonly eventId?: string | null;
  readonly input?: unknown;
}

export type UsageState = 'current' | 'retracted';

export interface UsageRecord {
  readonly id: string;
  readonly meter: string;
  readonly accountNumber: string | null;
  readonly subscriptionNumber?: string | null;
  readonly chargeNumber?: string | null;
  readonly quantity: string;
  readonly unitOfMeasure: string | null;
  readonly startDateTime: string;
  readonly endDateTime: string;
  readonly timeZone?: string;
  readonly description?: string | null;
  readonly uniqueKey?: unknown;
  readonly custom?: Readonly<Record<string, FieldValue>>;
  readonly revision: number;
  readonly previousQuantity?: string | null;
  readonly state: UsageState;
  readonly final?: boolean;
  readonly run?: string | null;
}

export interface UsageRevision {
  readonly revision: number;
  readonly quantity: string;
  readonly previousQuantity: string | null;
  readonly state: UsageState;
  readonly run: string | null;
  readonly reason: string | null;
  readonly at: string;
  readonly changeNumber: number | string;
}

/** An event behind a usage record; `eventStore` says where it is when the meter reads several. */
export interface LineageEvent extends StoredEvent {
  readonly eventStore?: string;
  readonly store?: string;
}
