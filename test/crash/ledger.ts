// What one client has sent, and what it may rely on: the promise that a crash has to keep.
import { randomEvent, sameEvent } from './events.ts';
import type { CrashEvent } from './events.ts';
import type { Random } from './random.ts';

export interface Expected {
  readonly accepted: number;
  readonly duplicates: number;
  readonly replaced: number;
}

const EVENTS_MAX = 1_000;

/**
 * The events of one client, whose ids nobody else uses and who waits for each answer before it goes on. So at
 * a crash at most one of its requests is in doubt.
 */
export class Ledger {
  readonly #name: string;
  readonly #random: Random;
  readonly #held = new Map<string, CrashEvent>();
  #pending: readonly CrashEvent[] | undefined;
  /** In doubt before the last crash; sent once more, as clients do. */
  #again: readonly CrashEvent[] | undefined;
  #ids = 0;
  #batches = 0;

  constructor(name: string, random: Random) {
    this.#name = name;
    this.#random = random;
  }

  /** What the store must hold of this client. */
  get events(): ReadonlyMap<string, CrashEvent> {
    return this.#held;
  }

  /** The next request: new events, events sent before, and new content for events sent before. */
  nextBatch(): readonly CrashEvent[] {
    const batch = this.#again ?? this.#makeBatch();
    this.#again = undefined;
    this.#pending = batch;
    return batch;
  }

  /** What the answer to the pending request has to say. */
  expected(): Expected {
    const counts = { accepted: 0, duplicates: 0, replaced: 0 };
    for (const event of this.#pending ?? []) {
      const held = this.#held.get(event.id);
      counts[held === undefined ? 'accepted' : sameEvent(held, event) ? 'duplicates' : 'replaced'] += 1;
    }
    return counts;
  }

  /** The pending request was answered: from now on its events must be there. */
  acknowledged(): void {
    for (const event of this.#pending ?? []) this.#held.set(event.id, event);
    this.#pending = undefined;
  }

  /** The server died before it answered: the pending request is there as a whole or not at all. */
  settle(stored: ReadonlyMap<string, CrashEvent>): 'nothing in doubt' | 'there' | 'absent' {
    const pending = this.#pending;
    if (!pending) return 'nothing in doubt';
    const telling = pending.filter((event) => !sameEvent(this.#held.get(event.id), event));
    const written = telling.filter((event) => sameEvent(stored.get(event.id), event)).length;
    if (written !== 0 && written !== telling.length) {
      throw new Error(`${this.#name}: ${written} of ${telling.length} events of one request are there`);
    }
    if (this.#random.chance(0.5)) this.#again = pending;
    if (written > 0) this.acknowledged();
    this.#pending = undefined;
    return written > 0 ? 'there' : 'absent';
  }

  /** A backfill has been done, or undone: from now on this is what must be there. */
  hold(events: ReadonlyMap<string, CrashEvent>): void {
    this.#held.clear();
    for (const [id, event] of events) this.#held.set(id, event);
    this.#again = undefined;
  }

  /** An id that was never used. */
  newId(): string {
    return `${this.#name}-${(this.#ids += 1)}`;
  }

  /** Gives up some events, to be deleted by a backfill while others are written; never sent again. */
  surrender(count: number): string[] {
    const ids = [...this.#held.keys()].filter(() => this.#random.chance(0.5)).slice(0, count);
    for (const id of ids) this.#held.delete(id);
    this.#again = undefined;
    return ids;
  }

  #makeBatch(): CrashEvent[] {
    const random = this.#random;
    this.#batches += 1;
    const batch = `${this.#name}.${this.#batches}`;
    const known = [...this.#held.values()];
    const events = new Map<string, CrashEvent>();
    const size = 1 + random.below(random.chance(0.2) ? EVENTS_MAX : EVENTS_MAX / 20);
    while (events.size < size) {
      const old = known.length > 0 && random.chance(0.4) ? random.pick(known) : undefined;
      const id = old?.id ?? this.newId();
      events.set(id, old && random.chance(0.5) ? old : randomEvent(random, id, batch));
    }
    return [...events.values()];
  }
}
