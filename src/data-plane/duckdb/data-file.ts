// Owns the engine's instance over the data file: opening it, its settings, the check of its format.
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { WeirError } from '../../errors.ts';
import { newerFile, translateOpenError } from './engine-errors.ts';
import { ERASED_TABLES } from './erased.ts';
import { FORMAT_VERSION } from './layout.ts';
import { RETENTION_TABLE } from './retention.ts';

export interface DataFileOptions {
  readonly file: string;
  /** Where the engine puts what does not fit into memory. */
  readonly spillDirectory: string;
  /** The only directories that statements may read and write. */
  readonly openDirectories: readonly string[];
  readonly memoryBytesMax: number;
  readonly threads: number;
  readonly walBytesMax: number;
}

/** The open file and the name of its history: a restored copy begins another one. */
export interface DataFile {
  readonly instance: DuckDBInstance;
  readonly timeline: string;
}

const SHARED_TABLES = [
  'CREATE TABLE IF NOT EXISTS store_state (store INTEGER, next_seq BIGINT, fence BIGINT, last_write TIMESTAMP)',
  'CREATE TABLE IF NOT EXISTS backfill_items (store INTEGER, backfill VARCHAR, seq BIGINT)',
  `CREATE TABLE IF NOT EXISTS backfill_commits (store INTEGER, backfill VARCHAR, direction VARCHAR, after_seq BIGINT,
    up_to_seq BIGINT, position BIGINT, deleted BIGINT, inserted BIGINT, replaced BIGINT, skipped BIGINT, done BOOLEAN)`,
  'CREATE TABLE IF NOT EXISTS backfill_skipped (store INTEGER, backfill VARCHAR, direction VARCHAR, id VARCHAR)',
  RETENTION_TABLE,
  ...ERASED_TABLES,
] as const;

/** Name of the data file in its directory. */
export const DATA_FILE = 'data.duckdb';

/** The size of the log that opening the data file of a directory has to apply; 0 without one. */
export const logBytes = (directory: string): number =>
  statSync(join(directory, `${DATA_FILE}.wal`), { throwIfNoEntry: false })?.size ?? 0;

/** Opens the data file, making it if there is none. A file that cannot be used is left as it was. */
export async function openDataFile(options: DataFileOptions): Promise<DataFile> {
  const instance = await openInstance(options);
  try {
    const timeline = await prepare(instance, options);
    return { instance, timeline };
  } catch (error) {
    instance.closeSync();
    throw translateOpenError(error, options.file);
  }
}

async function openInstance(options: DataFileOptions): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(options.file, {
      memory_limit: `${options.memoryBytesMax}B`,
      threads: String(options.threads),
      temp_directory: options.spillDirectory,
      wal_autocheckpoint: `${options.walBytesMax}B`,
    });
  } catch (error) {
    throw translateOpenError(error, options.file);
  }
}

async function prepare(instance: DuckDBInstance, options: DataFileOptions): Promise<string> {
  const connection = await instance.connect();
  try {
    const texts = async (sql: string): Promise<string[]> =>
      (await connection.runAndReadAll(sql)).getRows().map((row) => String(row[0]));
    // Closing a file that is refused must not write its log into it.
    await connection.run('PRAGMA disable_checkpoint_on_shutdown');
    const tables = await texts('SELECT table_name FROM duckdb_tables()');
    if (tables.includes('weir_meta')) {
      const [format] = await texts('SELECT format FROM weir_meta');
      if (Number(format) > FORMAT_VERSION) throw newerFile(options.file);
    } else if (tables.length > 0) {
      const message = `The file ${options.file} is not a data file of Weir; it was left untouched.`;
      throw new WeirError('unavailable', 'DATA_FILE_CORRUPT', message);
    } else {
      await connection.run(
        `CREATE TABLE weir_meta AS SELECT ${FORMAT_VERSION} AS format, '${randomUUID()}' AS timeline`,
      );
    }
    await connection.run('PRAGMA enable_checkpoint_on_shutdown');
    for (const sql of SHARED_TABLES) await connection.run(sql);
    // A load file is read once; the engine would keep what it read of each until its memory is full.
    await connection.run('SET enable_external_file_cache = false');
    // External access can only be turned off, and for the whole instance: the directories come first.
    const directories = options.openDirectories.map((path) => `'${path.replaceAll("'", "''")}'`);
    await connection.run(`SET allowed_directories = [${directories.join(', ')}]`);
    await connection.run('SET enable_external_access = false');
    const [timeline] = await texts('SELECT timeline FROM weir_meta');
    return timeline!;
  } finally {
    connection.closeSync();
  }
}
