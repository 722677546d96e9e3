import { join } from 'node:path';
import { WeirError } from '../../errors.ts';
import type { ParquetPort } from '../parquet-port.ts';
import { copyStream } from './copy-stream.ts';
import type { Database } from './database.ts';
import { LINE_OPTIONS, identifierSql, literalSql } from './export-sql.ts';

/** The adapter of the Parquet port: the engine reads the typed columns, the door reads the text. */
export class DuckDbParquet implements ParquetPort {
  readonly #database: Database;
  readonly #folder: string;

  /** `folder` is where the stored files are; the engine is allowed to read there. */
  constructor(database: Database, folder: string) {
    this.#database = database;
    this.#folder = folder;
  }

  async *parquetRows(fileId: string): AsyncGenerator<Uint8Array> {
    if (!/^\w+$/u.test(fileId)) throw new RangeError(`not an id: ${fileId}`);
    const source = `read_parquet(${literalSql(join(this.#folder, fileId))})`;
    const select = `SELECT ${await this.#lineSql(source)} FROM ${source}`;
    yield* copyStream(this.#database, select, 'ndjson', LINE_OPTIONS);
  }

  async #lineSql(source: string): Promise<string> {
    try {
      const columns = await this.#database.withConnection((connection) =>
        connection.rows(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${source})`),
      );
      const members = columns.map((row) => memberSql(String(row['column_name']), String(row['column_type'])));
      return `'{' || ${members.join(` || ',' || `)} || '}'`;
    } catch (cause) {
      if (cause instanceof WeirError && cause.category === 'no-space') throw cause;
      throw new WeirError('invalid', 'PARQUET_UNREADABLE', 'The file is not a readable Parquet file.', {
        cause,
      });
    }
  }
}

/** `"name":value` of one column; no value is `null`. */
function memberSql(name: string, type: string): string {
  return `${literalSql(`${JSON.stringify(name)}:`)} || coalesce(${valueSql(identifierSql(name), type)}, 'null')`;
}

function valueSql(column: string, type: string): string {
  if (type === 'BOOLEAN' || type === 'JSON') return `CAST(${column} AS VARCHAR)`;
  if (type === 'TIMESTAMP WITH TIME ZONE') {
    return quoted(`strftime(${column} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')`);
  }
  // Without a zone in the file the text has none either: the definition's zone decides.
  if (type.startsWith('TIMESTAMP'))
    return quoted(`strftime(CAST(${column} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%f')`);
  if (/\[\]$|^(STRUCT|MAP|UNION|LIST)/u.test(type)) return `CAST(to_json(${column}) AS VARCHAR)`;
  return quoted(`CAST(${column} AS VARCHAR)`);
}

const quoted = (text: string): string => `CAST(to_json(${text}) AS VARCHAR)`;
