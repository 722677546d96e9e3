// Owns the nouns of event stores as the catalogue keeps them.
import type { Collection } from '../control-plane/port.ts';
import type { StoreTable } from '../data-plane/event-store-port.ts';
import type { EventDefinition } from '../definitions/types.ts';

export interface StoreBody {
  /** Id of its definition. */
  readonly definition: string;
  /** IANA zone in which dates of time frames are meant. */
  readonly timeZone: string;
  /** Its number in the data plane. */
  readonly number: number;
  /** Whole days that events stay; null: no more than have expired will; absent: it never had a retention. */
  readonly retentionDays?: number | null;
  /** Present while the store is the inbox of a meter's source: its events come in through that meter. */
  readonly inbox?: InboxOf;
}

/** Whose inbox a store is. */
export interface InboxOf {
  /** Id of the meter. */
  readonly meter: string;
  /** Component id of the source. */
  readonly node: string;
}

export const eventStores: Collection<StoreBody> = { name: 'event-stores', prefix: 'es', audited: true };

/** A store that is there, with all that reading and writing it needs. */
export interface OpenStore {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly definition: EventDefinition;
  readonly table: StoreTable;
  /** Whole days that events stay; null: without end. */
  readonly retentionDays: number | null;
  /** Whether events have ever expired, or will: what is evaluated over all of time would be frozen. */
  readonly forgets: boolean;
}

export type StoreRole = 'source' | 'target';

export interface StoreUse {
  readonly meter: string;
  readonly meterName: string;
  readonly role: StoreRole;
}

/** What uses stores (meters/), told here so that this folder knows nothing of it. */
export interface StoreUsers {
  usersOf(storeId: string): Promise<readonly StoreUse[]>;
  /** The same of all stores in one go; a store that nothing uses is absent. */
  usersOfAll(): Promise<ReadonlyMap<string, readonly StoreUse[]>>;
  /** Whether a run that reads or writes the store is going on. */
  isRunning(storeId: string): Promise<boolean>;
  /** The components, by meter, that read the store without end, and so cannot do with a retention on it. */
  readsWithoutEnd(storeId: string): Promise<readonly ComponentName[]>;
}

/** A component of a meter, as people call them. */
export interface ComponentName {
  readonly meterName: string;
  readonly component: string;
}

/** 1,000 stores of 22 columns cost 335 MB and half a second to open (measured on DuckDB). */
export const STORES_MAX = 1_000;
/** A century: longer than any records have to be kept. */
export const RETENTION_DAYS_MAX = 36_500;
