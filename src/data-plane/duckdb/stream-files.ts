// Owns files that the engine writes in order to be read once: made in one transaction, streamed one after the
// other while the next ones are made, and removed. Does not own what is in them.
import { createReadStream } from 'node:fs';
import { WeirError } from '../../errors.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { literalSql } from './export-sql.ts';
import { removeFile, scratchPath } from './scratch-files.ts';

/** A statement that begins after an interrupt does not know of it: so again and again until the work has ended. */
const INTERRUPT_MS = 20;

/** What a maker of files works with. */
export interface FileMaking {
  readonly connection: Connection;
  /** Writes the rows of a select to a new file of the engine's; returns its path. */
  readonly copy: (select: string, extension: string, options: string) => Promise<string>;
  /** Removes a file that nobody will read. */
  readonly discard: (path: string) => void;
}

/** Makes files and yields the paths to be streamed, in order. */
export type MakeFiles = (making: FileMaking) => AsyncIterable<string>;

/**
 * The bytes of the files that `make` yields. They tell of one moment: `make` runs in one transaction. It does not
 * wait for the reader, whose pace therefore holds neither the transaction nor any memory: what is not read yet is
 * on disk. When the reader leaves or `signal` is aborted, the engine stops within milliseconds and nothing stays on
 * disk; then EXPORT_CANCELED is thrown to whoever still reads.
 */
export async function* streamFiles(
  database: Database,
  make: MakeFiles,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const work = new FileWork(database);
  const stop = (): void => void work.stop().catch(database.report);
  signal?.addEventListener('abort', stop);
  try {
    if (signal?.aborted) stop();
    else work.start(make);
    for (let path = await work.next(); path !== undefined; path = await work.next()) {
      yield* createReadStream(path) as AsyncIterable<Uint8Array>;
      work.discard(path);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    await work.stop();
  }
}

/** The maker's work: running, ended or stopped. */
class FileWork {
  readonly #database: Database;
  /** Files that are on disk, or about to be. */
  readonly #files = new Set<string>();
  /** Files that wait for the reader. */
  readonly #ready: string[] = [];
  #connection: Connection | undefined;
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #stopping: Promise<void> | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  start(make: MakeFiles): void {
    this.#running = this.#run(make)
      .catch((error: unknown) => {
        this.#failure = { error };
      })
      .finally(() => {
        this.#ended = true;
        this.#wake?.();
      });
  }

  /** The next file to read; undefined after the last one. Throws what the maker threw. */
  async next(): Promise<string | undefined> {
    for (;;) {
      if (this.#stopping) throw canceled();
      if (this.#failure) throw this.#failure.error;
      const path = this.#ready.shift();
      if (path !== undefined || this.#ended) return path;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  discard(path: string): void {
    removeFile(path);
    this.#files.delete(path);
  }

  /** Ends the maker, if it is at work, and removes its files. A maker that has ended is not disturbed. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const interrupt = (): void => this.#connection?.interrupt();
    const timer = setInterval(interrupt, INTERRUPT_MS);
    interrupt();
    this.#wake?.();
    await this.#running;
    clearInterval(timer);
    this.#removeAll();
  }

  async #run(make: MakeFiles): Promise<void> {
    await this.#database.withConnection(async (connection) => {
      this.#connection = connection;
      try {
        await connection.transaction(async () => {
          for await (const path of make(this.#making(connection))) {
            this.#ready.push(path);
            this.#wake?.();
          }
        });
      } finally {
        this.#connection = undefined;
      }
    });
  }

  #making(connection: Connection): FileMaking {
    return {
      connection,
      copy: async (select, extension, options) => {
        if (this.#stopping) throw canceled();
        const path = scratchPath(this.#database.scratchDirectory, extension);
        this.#files.add(path);
        await connection.run(`COPY (${select}) TO ${literalSql(path)} (${options})`);
        return path;
      },
      discard: (path) => this.discard(path),
    };
  }

  #removeAll(): void {
    for (const path of this.#files) removeFile(path);
    this.#files.clear();
    this.#ready.length = 0;
  }
}

const canceled = (): WeirError =>
  new WeirError('unavailable', 'EXPORT_CANCELED', 'The export was canceled: its reader has gone.');
