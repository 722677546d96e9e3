// Owns the shapes of the API's answers that the command line reads (docs/reference/api, /openapi.json).

export interface Definition {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly fields: readonly {
    readonly name: string;
    readonly type: string;
    readonly required?: boolean;
    readonly scale?: number;
  }[];
  readonly eventIdFields: readonly string[];
  readonly eventTimeField?: string | null;
  readonly timeZone: string;
}

/** A definition proposed from a sample (with counts) or a schema (with notes). */
export interface DefinitionProposal {
  readonly name?: string;
  readonly description?: string;
  readonly fields: Definition['fields'];
  readonly eventIdFields: readonly string[];
  readonly eventTimeField?: string;
  readonly timeZone: string;
  readonly candidates: { readonly eventId: readonly string[]; readonly eventTime: readonly string[] };
  readonly notes?: readonly { readonly pointer: string; readonly message: string }[];
  readonly eventsRead?: number;
  readonly eventsRejected?: number;
}

export interface DefinitionVersion {
  readonly version: number;
  readonly savedAt: string;
  readonly savedBy: { readonly id: string; readonly name: string };
  readonly changes: readonly { readonly pointer: string; readonly kind: string }[];
}

export interface Store {
  readonly id: string;
  readonly name: string;
  /** Id. */
  readonly eventDefinition: string;
  readonly status: { readonly usage: string; readonly activity: string };
  readonly eventCount: number;
  readonly firstEventTime: string | null;
  readonly lastEventTime: string | null;
  readonly lastWriteAt: string | null;
  readonly sizeBytes: number;
  readonly timeZone: string;
  readonly retentionDays: number | null;
  readonly retainedFrom: string | null;
  readonly expiredCount: number;
  readonly usedBy: readonly { readonly meterName: string; readonly role: string }[];
  readonly inbox: { readonly meterName: string; readonly node: string } | null;
}

export interface HistogramBucket {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  /** Of a histogram by group: null for the events without a value. */
  readonly group?: string | null;
}

export interface RejectedEntry {
  readonly index: number;
  readonly code: string;
  readonly message: string;
  readonly pointer?: string;
  readonly line?: number;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
}

export interface WriteAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly replaced: number;
  readonly rejected: readonly RejectedEntry[];
}

/** A file that the server reads into a store. */
export interface ImportAnswer {
  readonly id: string;
  readonly status: string;
  /** Null until it has completed. */
  readonly counts: {
    readonly accepted: number;
    readonly duplicates: number;
    readonly replaced: number;
    readonly rejected: number;
  } | null;
  /** The first ones only. */
  readonly rejected: readonly RejectedEntry[];
  readonly error: { readonly code: string; readonly detail: string } | null;
}

export interface HistogramBucket {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly group?: string | null;
}

export interface MeterNode {
  readonly id: string;
  readonly name?: string;
  readonly kind: string;
  readonly operator: string;
  readonly config: unknown;
  readonly inputs: readonly string[];
}

export interface Meter {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly version: number;
  readonly status?: string;
  readonly nodes?: readonly MeterNode[];
  /** Inbox stores by component. */
  readonly inboxes?: Readonly<Record<string, string>>;
  readonly ingestUrl?: string;
}

export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'timeFrame'; readonly startDate: string; readonly endDate: string }
  | { readonly kind: 'timeFrame'; readonly from: string; readonly to: string };

export interface RunResult {
  readonly inserted: number;
  readonly revised: number;
  readonly retracted: number;
  readonly unchanged: number;
  readonly frozen: number;
  readonly pinned: number;
}

export interface Run {
  readonly id: string;
  readonly meterName: string;
  readonly version: number;
  readonly mode: string;
  readonly dryRun?: boolean;
  readonly status: string;
  readonly scope: Scope;
  /** Null bounds are open; null until it is known. */
  readonly effectiveScope: { readonly from: string | null; readonly to: string | null } | null;
  readonly asOf?: string | null;
  readonly startedAt?: string | null;
  readonly progress?: {
    readonly slicesDone: number;
    readonly slicesTotal: number | null;
    readonly rowsRead: number;
    readonly rowsPerSecond: number | null;
    readonly secondsLeft: number | null;
  };
  readonly nodes?: readonly {
    readonly id: string;
    readonly in: number;
    readonly out: number;
    readonly dropped: number;
    readonly rejected: number;
  }[];
  /** Files that upload sources took in. */
  readonly ingested?: readonly {
    readonly node: string;
    readonly accepted: number;
    readonly duplicates: number;
    readonly replaced: number;
    readonly rejected: number;
  }[];
  readonly result?: RunResult | null;
  readonly error?: { readonly code: string; readonly detail: string } | null;
}

export interface PreviewItem {
  readonly accountNumber: string | null;
  readonly unitOfMeasure: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly inserted: number;
  readonly revised: number;
  readonly retracted: number;
}

export interface UsageRecord {
  readonly id: string;
  readonly meterName: string;
  readonly accountNumber: string | null;
  readonly quantity: string;
  readonly unitOfMeasure: string | null;
  readonly startDateTime: string | null;
  readonly endDateTime: string | null;
  readonly revision: number;
  readonly state: string;
  readonly run?: string;
}

export interface Revision {
  readonly revision: number;
  readonly quantity: string;
  readonly previousQuantity: string | null;
  readonly state: string;
  readonly run: string | null;
  readonly reason: string;
  readonly at: string;
  readonly changeNumber: number;
}

export interface EventAnswer {
  readonly eventId: string;
  readonly eventTime: string;
  readonly ingestSequence: number | string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Backfill {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly reason?: string;
  readonly counts: {
    readonly input: number;
    readonly unique: number;
    readonly matched: number;
    readonly notFound: number;
    readonly unchanged?: number;
    readonly former?: number;
    readonly deleted?: number;
    readonly inserted?: number;
    readonly replaced?: number;
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
  readonly runs?: readonly string[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly confirmedBy?: string;
  readonly revertedBy?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** A row that a component of a run rejected. */
export interface RejectedRow {
  readonly node: string;
  readonly code: string;
  readonly message: string;
  readonly eventTime: string | null;
  readonly input: Readonly<Record<string, unknown>>;
}
