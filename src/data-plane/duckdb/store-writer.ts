// Owns the one writer of a store. Everything that changes a store goes through its queue, one after the other:
// appends, of which those that wait are committed together, and pieces of work that need the store alone.
import { WeirError } from '../../errors.ts';
import type { AppendOutcome } from '../event-store-port.ts';
import type { AppendRequest } from './append-request.ts';
import type { Database } from './database.ts';
import { translateEngineError } from './engine-errors.ts';
import { commitGroup } from './group-commit.ts';
import { nextSequence } from './sequences.ts';
import { learnIds, openWriterState, type WriterState } from './writer-state.ts';

/** A group commit is bounded, so that those who wait for it do not wait long: about 100 ms. */
const GROUP_ROWS_MAX = 20_000;
const GROUP_BYTES_MAX = 8 * 1024 * 1024;
const IDLE_MS = 2_000;

interface AppendTask {
  readonly kind: 'append';
  readonly request: AppendRequest;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

interface ExclusiveTask {
  readonly kind: 'exclusive';
  readonly run: () => Promise<void>;
}

export class StoreWriter {
  readonly state: WriterState;
  readonly #database: Database;
  #tasks: (AppendTask | ExclusiveTask)[] = [];
  #draining = false;
  #enqueued = 0;
  #drained: Promise<void> = Promise.resolve();
  #indexing: Promise<void> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(database: Database, state: WriterState) {
    this.#database = database;
    this.state = state;
  }

  /** Becomes the store's writer; learns its ids, which may take a while. */
  static async open(database: Database, store: number): Promise<StoreWriter> {
    return new StoreWriter(database, await openWriterState(database, store));
  }

  /** A number that rises with every piece of work on the store; undefined while one is going on. */
  get version(): number | undefined {
    return this.#draining ? undefined : this.#enqueued;
  }

  /** Commits a request, together with others that wait. Resolves when it is synced. */
  append(request: AppendRequest): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      this.#enqueue({ kind: 'append', request, resolve, reject });
    });
  }

  /** Runs `work` while nothing else writes to the store. */
  exclusive<R>(work: () => Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const run = async (): Promise<void> => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
        }
      };
      this.#enqueue({ kind: 'exclusive', run });
    });
  }

  /** Removes the index of ids with its files and learns the ids again from the events. */
  relearn(): Promise<void> {
    return this.exclusive(async () => {
      await this.#indexing;
      const { store } = this.state.claim;
      await this.#database.indexes.remove(store);
      this.state.known = await this.#database.withConnection(async (connection) =>
        learnIds(this.#database, connection, store, await nextSequence(connection, store)),
      );
    });
  }

  /** Lets the queue run empty and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#drained;
    clearTimeout(this.#idle);
    await this.#indexing;
  }

  #enqueue(task: AppendTask | ExclusiveTask): void {
    if (this.#closed) {
      const message = 'The event store is closing.';
      throw new WeirError('unavailable', 'EVENT_STORE_CLOSING', message, { retryAfterSeconds: 1 });
    }
    this.#tasks.push(task);
    this.#enqueued += 1;
    if (this.#draining) return;
    this.#draining = true;
    this.#drained = this.#drain();
  }

  async #drain(): Promise<void> {
    for (;;) {
      const task = this.#tasks[0];
      if (!task) break;
      if (task.kind === 'append') await this.#commit(this.#takeGroup());
      else {
        this.#tasks.shift();
        await task.run();
      }
      this.#maintain(false);
    }
    // In the same turn as the look at the queue, or a task that comes in between would wait for the next one.
    this.#draining = false;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#maintain(true), IDLE_MS);
    this.#idle.unref();
  }

  /** The appends at the head of the queue that fit into one commit; at least one. */
  #takeGroup(): AppendTask[] {
    const group: AppendTask[] = [];
    let [rows, bytes] = [0, 0];
    for (const task of this.#tasks) {
      if (task.kind !== 'append') break;
      const { request } = task;
      rows += request.rowCount;
      bytes += request.byteCount;
      const fits = rows <= GROUP_ROWS_MAX && bytes <= GROUP_BYTES_MAX && isAlike(request, group[0]?.request);
      if (group.length > 0 && !fits) break;
      group.push(task);
    }
    this.#tasks = this.#tasks.slice(group.length);
    return group;
  }

  async #commit(group: readonly AppendTask[]): Promise<void> {
    try {
      const requests = group.map((task) => task.request);
      const outcomes = await commitGroup(this.#database, this.state, requests);
      this.#database.noteWrite();
      for (const [index, task] of group.entries()) task.resolve(outcomes[index]!);
    } catch (failure) {
      const error = translateEngineError(failure);
      // What the engine refuses to take from one request must not fail those that came with it.
      if (group.length > 1 && !(error instanceof WeirError)) {
        for (const task of group) await this.#commit([task]);
        return;
      }
      for (const task of group) task.reject(error);
    }
  }

  /** Extends the index beside the writing, when the tail has become long. */
  #maintain(idle: boolean): void {
    const { state } = this;
    // While it is not known what was committed, the sequences in use are not known either.
    if (this.#closed || this.#indexing || state.stale || !state.known.needsRun(idle)) return;
    this.#indexing = state.known
      .extendIndex(state.next - 1n)
      .catch((error: unknown) => {
        if (!isClosing(error)) this.#database.report(error);
      })
      .finally(() => (this.#indexing = undefined));
  }
}

/** Whether the work was given up because the store closes: the next start makes up for it. */
export const isClosing = (error: unknown): boolean =>
  error instanceof WeirError && error.code === 'EVENT_STORE_CLOSING';

/** Whether a request may share a load file with the first of its group. */
function isAlike(request: AppendRequest, first: AppendRequest | undefined): boolean {
  if (!first) return true;
  if ('file' in request.content || 'file' in first.content) return false;
  if (request.store === first.store) return true;
  const shapeOf = ({ store }: AppendRequest): string => JSON.stringify([store.columns, store.idFields]);
  return shapeOf(request) === shapeOf(first);
}
