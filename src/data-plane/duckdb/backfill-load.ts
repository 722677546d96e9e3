// Owns taking the events of a backfill's file in: to disk while they arrive, because a transaction must not wait
// for a sender, then into a temporary table. Memory is bounded for any number of rows.
import { open, type FileHandle } from 'node:fs/promises';
import type { DoorRow } from '../../definitions/rows.ts';
import type { EncodedRows, StoreTable } from '../event-store-port.ts';
import type { Connection } from './connection.ts';
import { translateEngineError } from './engine-errors.ts';
import { LoadFile, RowEncoder, loadedRowsSql } from './load/index.ts';
import { removeFile, scratchPath } from './scratch-files.ts';

/** Batches of so many rows together are a row group: fewer would make the end of the file long. */
const GROUP_ROWS_MIN = 20_000;

/** A load file on disk. */
export interface WrittenRows {
  readonly path: string;
  readonly rows: number;
}

/** Writes the rows to a file; the caller removes it. If `rows` throws, there is none. */
export async function writeLoadFile(
  store: StoreTable,
  rows: AsyncIterable<readonly DoorRow[]>,
  directory: string,
): Promise<WrittenRows> {
  const path = scratchPath(directory, 'parquet');
  const file = await open(path, 'wx');
  try {
    return { path, rows: await writeRows(store, rows, file) };
  } catch (error) {
    removeFile(path);
    throw translateEngineError(error);
  } finally {
    await file.close();
  }
}

async function writeRows(
  store: StoreTable,
  rows: AsyncIterable<readonly DoorRow[]>,
  file: FileHandle,
): Promise<number> {
  const encoder = new RowEncoder(store);
  const load = new LoadFile(store.columns);
  let group: EncodedRows[] = [];
  let [count, grouped] = [0, 0];
  const write = (parts: readonly Uint8Array[]): Promise<void> => file.writeFile(Buffer.concat(parts));
  for await (const batch of rows) {
    if (batch.length === 0) continue;
    group.push(encoder.encode(batch));
    count += batch.length;
    grouped += batch.length;
    if (grouped < GROUP_ROWS_MIN) continue;
    await write(load.rowGroup(group));
    group = [];
    grouped = 0;
  }
  if (group.length > 0) await write(load.rowGroup(group));
  await write(load.end());
  return count;
}

/** Makes a temporary table of the rows: ord (from 1), h, then the columns. */
export async function loadRows(
  connection: Connection,
  store: StoreTable,
  { path }: WrittenRows,
  table: string,
): Promise<void> {
  const names = store.columns.map(({ column }) => column).join(', ');
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ord + 1 AS ord, h, ${names}
      FROM (${loadedRowsSql(store.columns)})`,
    [path],
  );
}
