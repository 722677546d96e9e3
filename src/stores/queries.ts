// Owns the turns of queries: one at a time, so that several people asking do not take the machine from the events
// that are being written; a few wait, more are told to come again.
import type { QueryAnswer, QueryPort } from '../data-plane/query-port.ts';
import { WeirError } from '../errors.ts';
import type { OpenStore } from './types.ts';

export const QUERY_ROWS_DEFAULT = 1_000;
export const QUERY_ROWS_MAX = 10_000;

/** With 10 s for each, who waits longest waits 80 s: within what HTTP clients bear. */
const WAITING_MAX = 8;

export interface StoreQuery {
  readonly sql: string;
  readonly limit: number;
}

export class QueryService {
  readonly #queries: QueryPort;
  readonly #closing = new AbortController();
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(queries: QueryPort) {
    this.#queries = queries;
  }

  /**
   * Answers a read-only statement over the events of a store (docs/reference/queries.md). Throws the errors of
   * the port, and QUERY_OVERLOADED when too many wait.
   */
  async query(store: OpenStore, query: StoreQuery, signal: AbortSignal): Promise<QueryAnswer> {
    if (this.#waiting > WAITING_MAX) {
      const message = `${WAITING_MAX} queries are waiting already.`;
      throw new WeirError('overloaded', 'QUERY_OVERLOADED', message, { retryAfterSeconds: 5 });
    }
    this.#waiting += 1;
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const turn = this.#last.then(() => {
      if (!either.aborted) return this.#queries.query(store.table, { ...query, signal: either });
      throw new WeirError('unavailable', 'QUERY_CANCELED', 'The query was canceled before it began.');
    });
    // Whoever is next waits for the end, however it ends.
    this.#last = turn.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Cancels what runs and waits; resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#last;
  }
}
