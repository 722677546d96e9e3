import { createReadStream } from 'node:fs';
import type { Database } from './database.ts';
import { literalSql } from './export-sql.ts';
import { removeFile, scratchPath } from './scratch-files.ts';

/**
 * The rows of a select as a file of the engine's, streamed and then removed. It is complete before the first
 * byte leaves, `header` (a first line of ours) among them, so that a reader never takes part of it for all; memory is bounded, the disk holds it meanwhile.
 */
export async function* copyStream(
  database: Database,
  select: string,
  extension: string,
  options: string,
  header = '',
): AsyncGenerator<Uint8Array> {
  const file = scratchPath(database.scratchDirectory, extension);
  try {
    await database.withConnection((connection) =>
      connection.run(`COPY (${select}) TO ${literalSql(file)} (${options})`),
    );
    if (header !== '') yield Buffer.from(header);
    yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  } finally {
    removeFile(file);
  }
}
