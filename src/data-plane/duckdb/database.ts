// Owns the data plane's file while the server runs: connections to it, opening it again after a fatal
// failure, checkpoints when it is quiet, and the directories beside it.
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { WeirError } from '../../errors.ts';
import { Connection } from './connection.ts';
import { DATA_FILE, openDataFile, type DataFile, type DataFileOptions } from './data-file.ts';
import { isInvalidated } from './engine-errors.ts';
import { IdIndexes } from './id-indexes.ts';
import { Turns } from './turns.ts';

export interface DatabaseOptions {
  /** The data directory, absolute. The caller holds its lock. */
  readonly directory: string;
  readonly memory_bytes_max?: number;
  readonly threads?: number;
  /** The log is written into the data file when it is as large as this; 128 MiB by default. */
  readonly wal_bytes_max?: number;
  /** Told what fails in the background (checkpoints, index runs), where no caller waits. */
  readonly report?: (error: unknown) => void;
}

/**
 * The log is replayed when a killed server starts: 804 MB took 14.7 s. The engine's default of 16 MB stalls a
 * commit for 300 to 850 ms now and then.
 */
const WAL_BYTES_MAX = 128 * 1024 * 1024;
const MEMORY_BYTES_DEFAULT = 4 * 1024 ** 3;
const CHECKPOINT_QUIET_MS = 5_000;

/**
 * The one open data file. Every piece of work gets a connection of its own (0.1 ms), so that nothing of it,
 * temporary tables or an open transaction, outlives it.
 *
 * States: open; broken (the engine gave up on the file: calls in flight fail, later ones are refused until the
 * last connection is closed, and the next one opens the file again); closed.
 */
export class Database {
  /** Load files and exports; emptied at start. */
  readonly scratchDirectory: string;
  /** Files of the id indexes. */
  readonly indexDirectory: string;
  readonly indexes: IdIndexes;
  /** Commits that write outputs of meters, or say what becomes of them, are made one at a time. */
  readonly outputs = new Turns();
  readonly report: (error: unknown) => void;
  readonly #options: DataFileOptions;
  #file: DataFile;
  #connections = 0;
  #state: 'open' | 'broken' | 'closed' = 'open';
  #reopening: Promise<void> | undefined;
  #quiet: NodeJS.Timeout | undefined;

  private constructor(options: DatabaseOptions, fileOptions: DataFileOptions, file: DataFile) {
    this.#options = fileOptions;
    this.#file = file;
    this.scratchDirectory = join(options.directory, 'tmp');
    this.indexDirectory = join(options.directory, 'index');
    this.indexes = new IdIndexes(this);
    this.report = options.report ?? ((error) => process.emitWarning(toError(error)));
  }

  /** Throws DATA_FILE_NEWER or DATA_FILE_CORRUPT, having left the file as it was. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const path = (name: string): string => join(options.directory, name);
    for (const name of ['tmp', 'spill']) rmSync(path(name), { recursive: true, force: true });
    for (const name of ['tmp', 'spill', 'files', 'index']) mkdirSync(path(name), { recursive: true });
    const fileOptions: DataFileOptions = {
      file: path(DATA_FILE),
      spillDirectory: path('spill'),
      openDirectories: [path('files'), path('tmp')],
      memoryBytesMax: options.memory_bytes_max ?? Math.min(MEMORY_BYTES_DEFAULT, Math.floor(totalmem() / 2)),
      threads: options.threads ?? availableParallelism(),
      walBytesMax: options.wal_bytes_max ?? WAL_BYTES_MAX,
    };
    return new Database(options, fileOptions, await openDataFile(fileOptions));
  }

  /** Names the history of this file; what was derived from another history does not fit it. */
  get timeline(): string {
    return this.#file.timeline;
  }

  /** What the engine may take for all of its work. */
  get memoryBytesMax(): number {
    return this.#options.memoryBytesMax;
  }

  /** Runs `work` on a connection of its own. */
  async withConnection<R>(work: (connection: Connection) => Promise<R>): Promise<R> {
    await this.#usable();
    this.#connections += 1;
    try {
      const connection = new Connection(await this.#file.instance.connect(), (error) => this.#failed(error));
      try {
        return await work(connection);
      } finally {
        connection.close();
      }
    } finally {
      this.#connections -= 1;
    }
  }

  /** Runs `work` in one transaction on a connection of its own; synced when it resolves. */
  async transaction<R>(work: (connection: Connection) => Promise<R>): Promise<R> {
    const result = await this.withConnection((connection) => connection.transaction(() => work(connection)));
    this.noteWrite();
    return result;
  }

  /** Something was committed: the checkpoint waits until it has been quiet for a while. */
  noteWrite(): void {
    if (this.#state === 'closed') return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.#checkpointWhenQuiet(), CHECKPOINT_QUIET_MS);
    this.#quiet.unref();
  }

  /** Writes the log into the file now, or once it is quiet if something is going on. */
  checkpoint(): Promise<void> {
    return this.#checkpointWhenQuiet();
  }

  /** Writes the log into the file and closes it. All work must have ended. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    clearTimeout(this.#quiet);
    await this.indexes.close();
    if (this.#state === 'open') await this.withConnection((connection) => connection.run('CHECKPOINT'));
    this.#state = 'closed';
    this.#file.instance.closeSync();
  }

  async #checkpointWhenQuiet(): Promise<void> {
    if (this.#state !== 'open') return;
    // The engine refuses a checkpoint while a transaction writes.
    if (this.#connections > 0) return this.noteWrite();
    try {
      await this.withConnection((connection) => connection.run('CHECKPOINT'));
    } catch (error) {
      if (error instanceof Error && /Cannot CHECKPOINT/i.test(error.message)) this.noteWrite();
      else this.report(error);
    }
  }

  #failed(error: unknown): void {
    if (isInvalidated(error) && this.#state === 'open') this.#state = 'broken';
  }

  async #usable(): Promise<void> {
    if (this.#state === 'closed') throw new Error('the data plane is closed');
    if (this.#state === 'open') return;
    if (this.#connections > 0) {
      const message = 'The data file failed and is being opened again.';
      throw new WeirError('unavailable', 'DATA_FILE_INVALIDATED', message, { retryAfterSeconds: 1 });
    }
    this.#reopening ??= this.#reopen().finally(() => (this.#reopening = undefined));
    await this.#reopening;
  }

  async #reopen(): Promise<void> {
    this.#file.instance.closeSync();
    this.#file = await openDataFile(this.#options);
    this.#state = 'open';
  }
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
