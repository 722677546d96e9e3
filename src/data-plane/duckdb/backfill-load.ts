// Owns taking the events of a backfill's file in: to disk while they arrive, because a transaction must not wait
// for a sender, then into a temporary table. Memory is bounded for any number of rows.
import { open } from 'node:fs/promises';
import type { DoorRow } from '../../definitions/rows.ts';
import type { StoreTable } from '../event-store-port.ts';
import type { Connection } from './connection.ts';
import { translateEngineError } from './engine-errors.ts';
import { idColumnsOf } from './id-columns.ts';
import { IdHashes, idHashSql } from './id-hash.ts';
import { loadedRowsSql, rowEncoder } from './row-encoder.ts';
import { removeFile, scratchPath } from './scratch-files.ts';

/** A load file of encoded rows. */
export interface LoadFile {
  readonly path: string;
  readonly rows: number;
  readonly lineBytesMax: number;
}

/** Writes the rows to a file; the caller removes it. If `rows` throws, there is none. */
export async function writeLoadFile(
  store: StoreTable,
  rows: AsyncIterable<readonly DoorRow[]>,
  directory: string,
): Promise<LoadFile> {
  const path = scratchPath(directory, 'ndjson');
  const encoder = rowEncoder(store);
  const file = await open(path, 'wx');
  let [count, lineBytesMax] = [0, 0];
  try {
    for await (const batch of rows) {
      if (batch.length === 0) continue;
      // The engine hashes the rows again when it loads them: a number per row in memory would have no bound.
      const encoded = encoder.encode(batch, new IdHashes(batch.length));
      lineBytesMax = Math.max(lineBytesMax, encoded.length);
      count += batch.length;
      await file.writeFile(encoded);
    }
    return { path, rows: count, lineBytesMax };
  } catch (error) {
    removeFile(path);
    throw translateEngineError(error);
  } finally {
    await file.close();
  }
}

/** Makes a temporary table of the rows: ord (from 1), h, then the columns. */
export async function loadRows(
  connection: Connection,
  store: StoreTable,
  { path, lineBytesMax }: LoadFile,
  table: string,
): Promise<void> {
  const names = store.columns.map(({ column }) => column).join(', ');
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ord, ${idHashSql(idColumnsOf(store))} AS h, ${names}
      FROM (${loadedRowsSql(store.columns, lineBytesMax)})`,
    [path],
  );
}
