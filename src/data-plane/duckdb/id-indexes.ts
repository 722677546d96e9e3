// Owns the id indexes of all stores: each is opened when it is first needed, by readers and the writer alike.
import type { Database } from './database.ts';
import { IdIndex } from './id-index.ts';
import { removeRuns } from './id-run-chain.ts';
import { nextSequence } from './sequences.ts';

export class IdIndexes {
  readonly #database: Database;
  readonly #indexes = new Map<number, Promise<IdIndex>>();

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

  async close(): Promise<void> {
    const opened = [...this.#indexes.values()];
    this.#indexes.clear();
    for (const index of opened) await (await index).close();
  }

  /** On a connection of its own: one that sees the past would find the files ahead of the store. */
  async #open(store: number): Promise<IdIndex> {
    const last = await this.#database.withConnection((connection) => nextSequence(connection, store));
    return IdIndex.open(this.#database, store, last - 1n);
  }
}
