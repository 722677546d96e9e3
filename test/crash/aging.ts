// A store of the crash suite whose events expire: its retention gets shorter from round to round.
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { randomEvent } from './events.ts';
import type { Random } from './random.ts';
import { eventPages, untilDeath } from './weir.ts';
import type { Weir } from './weir.ts';

const STORE = '/v1/event-stores/aging';
const DAYS = 60;
const BATCH = 400;
const DAY_MS = 86_400_000;

export class Aging {
  readonly #random: Random;
  /** Event time of every event that was acknowledged. */
  readonly #written = new Map<string, string>();
  #days = DAYS;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Writes events of the days that are still retained. */
  async prepare(weir: Weir): Promise<void> {
    const events = Array.from({ length: BATCH }, (_, at) => {
      const age = this.#random.below((this.#days - 1) * DAY_MS);
      const id = `a${this.#written.size + at}`;
      return { ...randomEvent(this.#random, id, 'aging'), at: microseconds(Date.now() - age) };
    });
    const answer = await weir.post(`${STORE}/events`, events);
    expect(answer).toMatchObject({ accepted: BATCH, rejected: [] });
    for (const { id, at } of events) this.#written.set(id, at);
  }

  /** Makes the retention some days shorter; the server may die before it has taken it. */
  shorten(weir: Weir): Promise<void> {
    this.#days -= 1 + this.#random.below(3);
    return untilDeath(async () => this.#set(weir));
  }

  /** Every event from the store's `retainedFrom` on is there, and none before it. */
  async check(weir: Weir): Promise<void> {
    await this.#set(weir);
    for (;;) {
      const { retainedFrom } = await weir.get<{ retainedFrom: string }>(STORE);
      const expected = [...this.#written].filter(([, at]) => at >= retainedFrom).map(([id]) => id);
      const held = (await eventPages(weir, 'aging')).map(({ fields }) => fields['id'] ?? '');
      expect(expected.filter((id) => !held.includes(id))).toEqual([]);
      const age = Date.now() - Date.parse(retainedFrom);
      if (held.length === expected.length && age <= (this.#days + 1) * DAY_MS) break;
      await pause(20);
    }
  }

  async #set(weir: Weir): Promise<void> {
    await weir.put(STORE, { name: 'aging', eventDefinition: 'crash', retentionDays: this.#days });
  }
}

const microseconds = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');
