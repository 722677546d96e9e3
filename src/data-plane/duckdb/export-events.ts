// Owns exports: a file written by the engine, streamed and then removed.
import type { ExportFormat, StoreTable, TimeRange } from '../event-store-port.ts';
import { copyStream } from './copy-stream.ts';
import type { Database } from './database.ts';
import { exportSql, headerOf, literalSql } from './export-sql.ts';
import { eventTable, sqlType } from './layout.ts';
import { whereSql } from './read-events.ts';

/**
 * The events of a range in (event time, sequence) order. Values are canonical text in CSV and NDJSON, so that an
 * export can be written to a store again, and typed in Parquet. In CSV no value is an empty cell and the empty
 * text is `""`.
 */
export function exportEvents(
  database: Database,
  store: StoreTable,
  range: TimeRange,
  format: ExportFormat,
): AsyncGenerator<Uint8Array> {
  const from = `${eventTable(store.number)} ${whereSql(boundsOf(range))}`;
  const { select, options } = exportSql(store, from, format);
  return copyStream(database, select, format, options, headerOf(store, format));
}

/** COPY takes no bound parameters. */
function boundsOf({ from, to }: TimeRange): string[] {
  const instant = (text: string): string => `CAST(${literalSql(text)} AS ${sqlType({ type: 'datetime' })})`;
  return [
    ...(from === undefined ? [] : [`t >= ${instant(from)}`]),
    ...(to === undefined ? [] : [`t < ${instant(to)}`]),
  ];
}
