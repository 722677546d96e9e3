// Owns the end of events: those older than their store's retention leave it, in whole days, never while a run
// reads them. What happened is in the data plane's own commit, so a crash leaves nothing half done.
import type { ControlPlane } from '../control-plane/port.ts';
import type { EventStorePort } from '../data-plane/event-store-port.ts';
import type { Log } from '../log.ts';
import type { StoreCatalogue } from './catalogue.ts';
import type { StoreReaders } from './readers.ts';
import { endOfDay, retainedFromOf, untilNextDay } from './retained-from.ts';
import { STORES_MAX, eventStores } from './types.ts';
import type { OpenStore } from './types.ts';

/** What depends on the events of a store (runs/), told here so that this folder knows nothing of it. */
export interface ExpiryFollowers {
  /** Forgets what is kept of events that have expired, beside the events themselves. May be repeated. */
  afterExpiry(storeId: string): Promise<void>;
}

export interface RetentionParts {
  readonly control: ControlPlane;
  readonly events: EventStorePort;
  readonly catalogue: StoreCatalogue;
  readonly readers: StoreReaders;
  readonly followers: ExpiryFollowers;
  /** Now, as an instant. */
  readonly now: () => string;
  readonly log: Log;
}

/** Events that one commit removes at most, in whole days; a day that has more leaves at once. */
export const expiry_rows_max = 1_000_000;
/** After a round that found a store being read, the next comes sooner. */
const BUSY_MS = 60_000;
const HOUR_MS = 3_600_000;

export class RetentionService {
  readonly #parts: RetentionParts;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Removes what has expired from one store. False: a run reads it, so what is due stays for now. */
  async enforce(idOrName: string): Promise<boolean> {
    const { catalogue, readers, events, now } = this.#parts;
    const { retentionDays, timeZone } = await catalogue.describe(idOrName);
    if (retentionDays === null) return true;
    const store = await catalogue.open(idOrName);
    const before = retainedFromOf(retentionDays, timeZone, now());
    if (await events.isExpiryDue(store.table, before)) {
      const done = await readers.alone(store.id, async () => this.#expire(store, before));
      if (done === undefined) return false;
    }
    await this.#parts.followers.afterExpiry(store.id);
    return true;
  }

  /** Removes what has expired from every store; gives the milliseconds after which the next round is due. */
  async round(): Promise<number> {
    const { control, log, now } = this.#parts;
    let next = HOUR_MS;
    for (const { id, body } of await control.list(eventStores, { limit: STORES_MAX })) {
      if (typeof body.retentionDays !== 'number') continue;
      try {
        if (!(await this.enforce(id))) next = Math.min(next, BUSY_MS);
      } catch (error) {
        // The others expire all the same; this one is tried again by the next round.
        log.error('the events of a store could not expire', { store: id, error });
      }
      next = Math.min(next, untilNextDay(body.timeZone, now()));
    }
    return next;
  }

  /** Day by day where there is much, so that those who write to the store need not wait long. */
  async #expire(store: OpenStore, before: string): Promise<true> {
    const { events, log } = this.#parts;
    for (;;) {
      const filled = await events.timeAfterEvents(store.table, before, expiry_rows_max);
      const until = filled === undefined ? before : least(endOfDay(store.timeZone, filled), before);
      const { expired, retainedFrom } = await events.expire(store.table, until);
      if (expired > 0) log.info('events expired', { store: store.id, expired, retainedFrom });
      if (until === before) return true;
    }
  }
}

/** Canonical instants of four-digit years sort as text. */
const least = (left: string, right: string): string => (left < right ? left : right);
