// Owns the writers of all stores: opening them at the first write, and work that writes to several at once.
import { nowInstant } from '../../clock.ts';
import { WeirError } from '../../errors.ts';
import type { StoreTable } from '../event-store-port.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { claimSequences, nextSequence } from './sequences.ts';
import { StoreWriter, isClosing } from './store-writer.ts';
import { addWritten } from './writer-state.ts';

/** A caller waits this long for a store that loads its filter, and is then told to come again. */
const WARMING_WAIT_MS = 1_000;
const WARMING_RETRY_SECONDS = 2;

/** The ids of a store with fewer are loaded in less than a tenth of a second, when it is first written to. */
const WARMED_IDS_MIN = 250_000;

/** The place in a store from which a piece of work may take sequences: it moves `next` past those it used. */
export interface WriterTicket {
  readonly store: StoreTable;
  /** The first free sequence. */
  next: bigint;
}

export class StoreWriters {
  readonly #database: Database;
  readonly #writers = new Map<number, Promise<StoreWriter>>();
  readonly #opened = new Map<number, StoreWriter>();
  #warming = 0;
  #closing = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The store's writer; throws EVENT_STORE_WARMING while it takes long to load. */
  async writer(store: number): Promise<StoreWriter> {
    let late: NodeJS.Timeout | undefined;
    const waited = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(warming()), WARMING_WAIT_MS);
    });
    try {
      return await Promise.race([this.warmUp(store), waited]);
    } finally {
      clearTimeout(late);
    }
  }

  /** The store's writer, however long it takes to load. */
  warmUp(store: number): Promise<StoreWriter> {
    const known = this.#writers.get(store);
    if (known) return known;
    const opening = this.#open(store);
    this.#writers.set(store, opening);
    // Failing once, for instance on a full disk, is no reason to fail for ever.
    opening.catch(() => {
      if (this.#writers.get(store) === opening) this.#writers.delete(store);
    });
    return opening;
  }

  /** The stores of which loading the ids takes long, the last written first. */
  async large(): Promise<number[]> {
    const rows = await this.#database.withConnection((connection) =>
      connection.lists(
        `SELECT store FROM store_state WHERE next_seq > ${WARMED_IDS_MIN} ORDER BY last_write DESC NULLS LAST`,
      ),
    );
    return rows.map(([store]) => Number(store));
  }

  /** Loads the ids of these stores one after the other, before somebody waits for them. */
  async warmAll(stores: readonly number[]): Promise<void> {
    this.#warming = stores.length;
    for (const store of stores) {
      try {
        if (!this.#closing) await this.warmUp(store);
      } catch (error) {
        // It is tried again when the store is written to, and then whoever writes is told.
        if (!isClosing(error)) this.#database.report(error);
      }
      this.#warming -= 1;
    }
  }

  /** How many large stores are still to be loaded. */
  get warming(): number {
    return this.#warming;
  }

  async #open(store: number): Promise<StoreWriter> {
    const writer = await StoreWriter.open(this.#database, store);
    this.#opened.set(store, writer);
    return writer;
  }

  /**
   * A number that is the same as long as nothing has been written to the store; undefined while something is.
   * Everything that changes a store goes through its writer, and before it opens nothing does.
   */
  versionOf(store: number): number | undefined {
    const writer = this.#opened.get(store);
    return writer ? writer.version : 0;
  }

  /** Runs `work` while nothing else writes to the store. */
  async exclusive<R>(store: number, work: () => Promise<R>): Promise<R> {
    return (await this.warmUp(store)).exclusive(work);
  }

  /**
   * Runs `work` in one transaction that may write events of these stores by SQL, and other tables beside them.
   * It takes sequences from the tickets (by store number), each new event or change one, and moves `next` on;
   * the ids it wrote are known to later appends. Synced when it resolves; if it throws, nothing has happened.
   */
  async withWriters<R>(
    stores: readonly StoreTable[],
    work: (connection: Connection, tickets: ReadonlyMap<number, WriterTicket>) => Promise<R>,
  ): Promise<R> {
    const byNumber = new Map(stores.map((store) => [store.number, store]));
    // In one order for everybody, so that two such works never wait for each other.
    const ordered = [...byNumber.values()].sort((a, b) => a.number - b.number);
    const writers = await Promise.all(ordered.map((store) => this.warmUp(store.number)));
    const run = async (): Promise<R> => this.#written(ordered, writers, work);
    return writers.reduceRight<() => Promise<R>>((inner, writer) => () => writer.exclusive(inner), run)();
  }

  /** Makes the index of a store's ids anew, because ids of events that it covers have been replaced. */
  async relearn(store: number): Promise<void> {
    await (await this.warmUp(store)).relearn();
  }

  /** Closes a store's writer, because the store goes. */
  async forget(store: number): Promise<void> {
    const writer = this.#writers.get(store);
    this.#writers.delete(store);
    try {
      await (await writer)?.close();
    } catch (error) {
      // Its loading was given up, and whoever waited for it was told.
      if (!isClosing(error)) throw error;
    }
  }

  /** Gives up loading, and lets all queues run empty. */
  async close(): Promise<void> {
    this.#closing = true;
    const stopped = this.#database.indexes.stop();
    await Promise.all([...this.#writers.keys()].map((store) => this.forget(store)));
    await stopped;
  }

  async #written<R>(
    stores: readonly StoreTable[],
    writers: readonly StoreWriter[],
    work: (connection: Connection, tickets: ReadonlyMap<number, WriterTicket>) => Promise<R>,
  ): Promise<R> {
    return this.#database.withConnection(async (connection) => {
      for (const { state } of writers) {
        if (state.stale) state.next = await nextSequence(connection, state.claim.store);
        state.stale = true;
      }
      const tickets = stores.map((store, index): WriterTicket => ({
        store,
        next: writers[index]!.state.next,
      }));
      const result = await connection.transaction(async () => {
        const value = await work(connection, new Map(tickets.map((ticket) => [ticket.store.number, ticket])));
        for (const [index, ticket] of tickets.entries())
          await this.#claim(connection, writers[index]!, ticket);
        return value;
      });
      for (const [index, ticket] of tickets.entries()) {
        writers[index]!.state.next = ticket.next;
        writers[index]!.state.stale = false;
      }
      this.#database.noteWrite();
      return result;
    });
  }

  /** Claims what a work used, and adds its ids to the known ones: before the commit, since ids too many do no harm. */
  async #claim(connection: Connection, { state }: StoreWriter, { next }: WriterTicket): Promise<void> {
    if (next === state.next) return;
    await claimSequences(connection, state.claim, next, nowInstant());
    await addWritten(connection, state.known, state.claim.store, state.next);
  }
}

const warming = (): WeirError =>
  new WeirError('unavailable', 'EVENT_STORE_WARMING', 'The event store is still loading its ids.', {
    retryAfterSeconds: WARMING_RETRY_SECONDS,
  });
