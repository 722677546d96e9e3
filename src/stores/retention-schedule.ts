// Owns when events expire: at start, every hour, and when a day begins in the zone of a store.
import type { Log } from '../log.ts';
import type { RetentionService } from './retention.ts';

export class RetentionSchedule {
  readonly #retention: Pick<RetentionService, 'round'>;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(retention: Pick<RetentionService, 'round'>, log: Log) {
    this.#retention = retention;
    this.#log = log;
  }

  /** Begins with a round at once, in the background. */
  start(): void {
    this.#plan(0);
  }

  /** Resolves when no round is going on and none will come. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  #plan(delay: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#round = this.#next();
    }, delay);
    this.#timer.unref();
  }

  async #next(): Promise<void> {
    let delay = HOUR_MS;
    try {
      delay = await this.#retention.round();
    } catch (error) {
      this.#log.error('the round of retention failed', { error });
    }
    this.#plan(delay);
  }
}

const HOUR_MS = 3_600_000;
