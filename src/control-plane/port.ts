// Owns what the control plane promises: documents by id and unique name, changed in transactions that
// carry their audit row. An adapter (sqlite/) keeps the promises.
import type { IdPrefix } from './ids.ts';

/** Who acts: an API key's id and name, or the server itself. */
export interface Actor {
  readonly id: string;
  readonly name: string;
}

export interface Stored<T> {
  readonly id: string;
  readonly name: string | null;
  readonly body: T;
  /** Rising integer of the document's collection order; the cursor of lists. */
  readonly position: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ListRequest {
  readonly limit: number;
  /** `position` to continue after. */
  readonly after?: number;
  /** Only documents put with this parent. */
  readonly parent?: string;
  readonly newestFirst?: boolean;
}

/** A named set of documents with a type prefix for its ids. Declared once, by the folder that owns it. */
export interface Collection<T> {
  readonly name: string;
  readonly prefix: IdPrefix;
  /** Whether changes are recorded in the audit, unless a change says otherwise (false for run progress). */
  readonly audited: boolean;
  /** Members of the body that never enter the audit (hashes, credentials). */
  readonly secretMembers?: readonly string[];
  readonly _body?: T;
}

export interface ControlReader {
  get<T>(collection: Collection<T>, id: string): Promise<Stored<T> | undefined>;
  /** By id or unique name. */
  find<T>(collection: Collection<T>, idOrName: string): Promise<Stored<T> | undefined>;
  list<T>(collection: Collection<T>, request: ListRequest): Promise<readonly Stored<T>[]>;
  count(collection: Collection<unknown>): Promise<number>;
}

export interface ControlTransaction extends ControlReader {
  /** Throws `conflict` with `options.nameTaken` as code if the name is taken. */
  insert<T>(
    collection: Collection<T>,
    body: T,
    options: {
      readonly id?: string;
      readonly name?: string;
      readonly parent?: string;
      readonly nameTaken?: string;
      readonly audited?: boolean;
    },
  ): Promise<Stored<T>>;
  update<T>(
    collection: Collection<T>,
    id: string,
    body: T,
    options?: { readonly name?: string; readonly nameTaken?: string; readonly audited?: boolean },
  ): Promise<Stored<T>>;
  remove<T>(collection: Collection<T>, id: string): Promise<void>;
  /** The next value of a named counter that never repeats (physical numbers, owner numbers). */
  nextNumber(counter: string): Promise<number>;
}

/** Which entries of the audit; every filter narrows. */
export interface AuditRequest {
  readonly limit: number;
  /** `position` to continue after. */
  readonly after?: number;
  readonly newestFirst?: boolean;
  /** About this document, by id or by a name it has had, and about its children (the backfills of a store). */
  readonly resource?: string;
  /** By the actor of this id or name. */
  readonly actor?: string;
  readonly action?: AuditEntry['action'];
  readonly collection?: string;
  /** Canonical instants, half-open. */
  readonly from?: string;
  readonly to?: string;
}

export interface AuditEntry {
  readonly position: number;
  readonly at: string;
  readonly actor: Actor;
  readonly action: 'create' | 'update' | 'delete';
  readonly collection: string;
  readonly documentId: string;
  /** Id of the document it belongs to. */
  readonly parent: string | null;
  readonly name: string | null;
  /** The body, and the name if it has one, without secrets; null where there was or is none. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface ControlPlane extends ControlReader {
  /** One transaction: all of `work` and its audit rows, or nothing. Synced when it resolves. */
  change<R>(actor: Actor, work: (transaction: ControlTransaction) => Promise<R>): Promise<R>;
  audit(request: AuditRequest): Promise<readonly AuditEntry[]>;
  close(): Promise<void>;
}
