// Owns exports: a file written by the engine, streamed and then removed.
import { createReadStream } from 'node:fs';
import type { ExportFormat, StoreTable, TimeRange } from '../event-store-port.ts';
import type { Database } from './database.ts';
import { copySql, headerOf, literalSql } from './export-sql.ts';
import { eventTable, sqlType } from './layout.ts';
import { whereSql } from './read-events.ts';
import { removeFile, scratchPath } from './scratch-files.ts';

/**
 * The events of a range in (event time, sequence) order. Values are canonical text in CSV and NDJSON, so that an
 * export can be written to a store again, and typed in Parquet. In CSV no value is an empty cell and the empty
 * text is `""`. The file is complete before the first byte leaves, so that a reader never takes part of it for
 * all of it; memory is bounded, the disk holds the file meanwhile.
 */
export async function* exportEvents(
  database: Database,
  store: StoreTable,
  range: TimeRange,
  format: ExportFormat,
): AsyncGenerator<Uint8Array> {
  const file = scratchPath(database.scratchDirectory, format);
  try {
    const from = `${eventTable(store.number)} ${whereSql(boundsOf(range))}`;
    await database.withConnection((connection) => connection.run(copySql(store, from, file, format)));
    const header = headerOf(store, format);
    if (header !== '') yield Buffer.from(header);
    yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  } finally {
    removeFile(file);
  }
}

/** COPY takes no bound parameters. */
function boundsOf({ from, to }: TimeRange): string[] {
  const instant = (text: string): string => `CAST(${literalSql(text)} AS ${sqlType({ type: 'datetime' })})`;
  return [
    ...(from === undefined ? [] : [`t >= ${instant(from)}`]),
    ...(to === undefined ? [] : [`t < ${instant(to)}`]),
  ];
}
