// Owns the id indexes of all stores: each is opened when it is first needed, by readers and the writer alike.
import type { Database } from './database.ts';
import { IdIndex } from './id-index.ts';
import { removeRuns } from './id-run-chain.ts';
import { nextSequence } from './sequences.ts';

export class IdIndexes {
  readonly #database: Database;
  readonly #indexes = new Map<number, Promise<IdIndex>>();
  #stopped = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The index of a store. */
  of(store: number): Promise<IdIndex> {
    const known = this.#indexes.get(store);
    if (known) return known;
    const opening = this.#open(store);
    this.#indexes.set(store, opening);
    opening.catch(() => this.#indexes.delete(store));
    return opening;
  }

  /** Closes the index of a store that goes, and removes its files. */
  async remove(store: number): Promise<void> {
    const opened = this.#indexes.get(store);
    this.#indexes.delete(store);
    await (await opened)?.close();
    removeRuns({ directory: this.#database.indexDirectory, store });
  }

  /** Gives up what is being made; lookups go on. What is opened later makes nothing either. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const index of await this.#opened()) index.stop();
  }

  async close(): Promise<void> {
    const opened = await this.#opened();
    this.#indexes.clear();
    for (const index of opened) await index.close();
  }

  /** Those that could be opened; who asked for the others has been told. */
  async #opened(): Promise<IdIndex[]> {
    const settled = await Promise.allSettled(this.#indexes.values());
    return settled.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  }

  /** On a connection of its own: one that sees the past would find the files ahead of the store. */
  async #open(store: number): Promise<IdIndex> {
    const last = await this.#database.withConnection((connection) => nextSequence(connection, store));
    const index = await IdIndex.open(this.#database, store, last - 1n);
    if (this.#stopped) index.stop();
    return index;
  }
}
