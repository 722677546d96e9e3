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
  readonly required: boolean;
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

/** A definition proposed from a sample or a schema; only a schema has a name, and notes on what is lost. */
export interface DefinitionProposal extends Omit<EventDefinitionDraft, 'name'> {
  readonly name?: string;
  readonly notes?: readonly { readonly pointer: string; readonly message: string }[];
}

export interface EventDefinition extends EventDefinitionDraft {
  readonly id: string;
  readonly version: number;
  readonly timeZone: string;
}

export interface QueryAnswer {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly (readonly FieldValue[])[];
  /** There are more rows than were asked for. */
  readonly truncated: boolean;
}

export interface QueryColumn {
  readonly name: string;
  /** `double` is an approximation. */
  readonly type: FieldType | 'double' | 'interval';
}

export interface StoreUse {
  readonly meter: string;
  readonly meterName: string;
  readonly role: 'source' | 'target';
}

/** What keeps a store busy. */
export interface StoreWork {
  readonly activity: 'writing' | 'deleting';
  readonly kind: 'run' | 'import' | 'backfill' | 'removal';
  readonly id: string;
}

export interface EventStore {
  readonly id: string;
  readonly name: string;
  /** Id of the definition. */
  readonly eventDefinition: string;
  readonly timeZone: string;
  readonly status: {
    readonly usage: 'in_use' | 'orphan';
    readonly activity: 'idle' | 'writing' | 'deleting';
    readonly work: readonly StoreWork[];
  };
  readonly eventCount: number;
  readonly firstEventTime: string | null;
  readonly lastEventTime: string | null;
  readonly lastWriteAt: string | null;
  /** Whole days that events stay; null: without end. */
  readonly retentionDays: number | null;
  readonly retainedFrom: string | null;
  /** An estimate of the space on disk. */
  readonly sizeBytes: number;
  readonly expiredCount: number;
  readonly usedBy: readonly StoreUse[];
  /** The meter and source whose inbox it is. */
  readonly inbox: { readonly meter: string; readonly meterName: string; readonly node: string } | null;
}

export type FieldValue = string | number | boolean | null | object;

export interface StoredEvent {
  readonly eventId: string;
  readonly eventTime: string;
  readonly ingestSequence: string;
  /** Fields without a value are absent. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** A former version of an event: what it was until it was replaced or deleted. */
export interface EventVersion extends StoredEvent {
  /** What ended this version. */
  readonly change: 'replace' | 'delete';
  readonly changeSequence: string;
  /** What made the change, such as the id of a backfill. */
  readonly cause: string;
  /** When it was replaced or deleted. */
  readonly at: string;
}

export interface EventTrace {
  readonly meter: string;
  readonly meterName: string;
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

export type BackfillStatus = 'previewed' | 'running' | 'completed' | 'failed' | 'reverting' | 'reverted';

export interface Backfill {
  readonly id: string;
  readonly kind: string;
  readonly status: BackfillStatus;
  readonly reason?: string;
  /** Of a deletion by condition: which events. */
  readonly range?: {
    readonly from?: string;
    readonly to?: string;
    readonly filter?: Readonly<Record<string, string>>;
  };
  readonly counts: {
    readonly input: number;
    readonly unique: number;
    readonly matched: number;
    readonly notFound: number;
    readonly unchanged?: number;
    readonly deleted?: number;
    readonly inserted?: number;
    readonly replaced?: number;
    /** Of an erasure: former versions found, and versions blanked. */
    readonly former?: number;
    readonly erased?: number;
    readonly changedSincePreview?: number;
    readonly reverted?: number;
    readonly conflicts?: number;
  };
  readonly notFound: readonly string[];
  readonly alreadyThere?: readonly string[];
  readonly usageRecordsAffected: number;
  readonly changedSincePreview?: readonly string[];
  readonly conflicts?: readonly string[];
  /** Ids of the runs that evaluated the touched keys again. */
  readonly runs?: readonly string[];
  readonly createdAt: string;
  readonly createdBy: string;
  readonly confirmedBy?: string;
  readonly confirmedAt?: string;
  readonly revertedBy?: string;
  readonly revertedAt?: string;
  readonly error?: RunError | null;
}

export type NodeKind = 'source' | 'processor' | 'target';

export interface MeterNode {
  readonly id: string;
  readonly name: string;
  readonly kind: NodeKind;
  readonly operator: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
}

export interface Meter {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly type: string;
  readonly version: number;
  readonly activeVersion: number | null;
  /** Of its last run, or `never run`. */
  readonly status: string;
  /** Whether a source has changes that no run has covered; null in lists and before the first run. */
  readonly stale: boolean | null;
  readonly nodes: readonly MeterNode[];
  /** Inbox stores by component. */
  readonly inboxes: Readonly<Record<string, string>>;
  /** Where it takes events, if it has a streaming source. */
  readonly ingestUrl?: string;
}

export type DataScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'timeFrame'; readonly startDate: string; readonly endDate: string }
  | { readonly kind: 'timeFrame'; readonly from: string; readonly to: string };

/** A scope grown to whole windows and records; a null bound is open. */
export interface EffectiveScope {
  readonly from: string | null;
  readonly to: string | null;
}

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
  readonly code: string;
  readonly message?: string;
  readonly detail?: string;
}

export interface Run {
  readonly id: string;
  readonly meter: string;
  readonly meterName: string;
  readonly version: number;
  readonly mode: RunMode;
  readonly dryRun: boolean;
  readonly status: RunStatus;
  readonly scope: DataScope;
  readonly effectiveScope: EffectiveScope | null;
  /** Outputs that start before it were frozen. */
  readonly retainedFrom: string | null;
  readonly asOf: string;
  /** `replay`, `batch`, `backfill`, ... */
  readonly reason: string;
  readonly startedBy: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly progress: RunProgress;
  readonly nodes: readonly NodeCounts[];
  readonly result: RunResult | null;
  readonly error: RunError | null;
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
  readonly node: string;
  readonly code: string;
  readonly message: string;
  readonly eventTime: string | null;
  readonly input: Readonly<Record<string, FieldValue>>;
}

export type UsageState = 'current' | 'retracted';

export interface UsageRevision {
  readonly revision: number;
  readonly quantity: string;
  readonly previousQuantity: string | null;
  readonly state: UsageState;
  readonly run: string;
  readonly reason: string;
  readonly at: string;
  readonly changeNumber: number;
}

export interface UsageRecord extends UsageRevision {
  readonly id: string;
  readonly meter: string;
  readonly meterName: string;
  readonly accountNumber: string | null;
  readonly subscriptionNumber: string | null;
  readonly chargeNumber: string | null;
  readonly unitOfMeasure: string | null;
  readonly startDateTime: string | null;
  /** Exclusive. */
  readonly endDateTime: string | null;
  readonly timeZone: string | null;
  readonly description: string | null;
  readonly custom: Readonly<Record<string, FieldValue>> | null;
  /** Whether its window was over as of its run. */
  readonly final: boolean;
}

/** An event behind a usage record, and the store that holds it. */
export interface LineageEvent extends StoredEvent {
  readonly store: string;
  readonly storeName: string;
}

/** A change: who, when, and what it was before and after. */
export interface AuditEntry {
  readonly at: string;
  readonly actor: { readonly id: string; readonly name: string };
  readonly action: 'create' | 'update' | 'delete';
  readonly collection: string;
  readonly resource: string;
  readonly name: string | null;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

export const ROLES = ['viewer', 'runner', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface ApiKey {
  readonly id: string;
  readonly name: string | null;
  readonly role: Role;
  /** How it begins; null where nothing is kept of it (WEIR_ADMIN_KEY). */
  readonly prefix: string | null;
  readonly createdAt: string;
  /** Null: never. */
  readonly lastUsedAt: string | null;
}

/** A key as it is made: the only answer that has its text. */
export interface NewApiKey extends ApiKey {
  readonly key: string;
}
