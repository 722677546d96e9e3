// Owns one connection to the engine: statements with bound values, results as text, transactions.
import {
  BIGINT,
  BOOLEAN,
  SQLNULL,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBResultReader,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { isInvalidated, translateEngineError } from './engine-errors.ts';

/** What a statement may bind. Numbers are whole; other quantities travel as canonical text. */
export type BoundValue = string | bigint | number | boolean | null;

/** A value of a result. Types other than text, integers and booleans are rendered by the statement. */
export type Text = string | null;

export type Row = Readonly<Record<string, Text>>;

/** Columns of one chunk of a streamed result, as the engine hands them over. */
export type Columns = readonly (readonly DuckDBValue[])[];

/** A column of a result, before its rows are asked for. */
export interface ResultColumn {
  readonly name: string;
  readonly type: DuckDBType;
}

/** One connection. It runs one statement at a time; temporary tables live as long as it does. */
export class Connection {
  readonly #connection: DuckDBConnection;
  readonly #onFailure: (error: unknown) => void;

  constructor(connection: DuckDBConnection, onFailure: (error: unknown) => void) {
    this.#connection = connection;
    this.#onFailure = onFailure;
  }

  /** Runs a statement; returns the number of rows it changed. */
  async run(sql: string, values: readonly BoundValue[] = []): Promise<number> {
    const [list, types] = bound(values);
    return this.#guarded(async () => (await this.#connection.run(sql, list, types)).rowsChanged);
  }

  /** Rows by column name. */
  async rows(sql: string, values: readonly BoundValue[] = []): Promise<Row[]> {
    const reader = await this.#read(sql, values);
    const names = reader.columnNames();
    return reader
      .getRows()
      .map((row) => Object.fromEntries(names.map((name, index) => [name, textOf(row[index])])));
  }

  /** Rows by position. */
  async lists(sql: string, values: readonly BoundValue[] = []): Promise<Text[][]> {
    const reader = await this.#read(sql, values);
    return reader.getRows().map((row) => row.map(textOf));
  }

  /** The columns of a result, chunk by chunk, in bounded memory. */
  async *chunks(sql: string, values: readonly BoundValue[] = []): AsyncGenerator<Columns> {
    const [list, types] = bound(values);
    const result = await this.#guarded(() => this.#connection.stream(sql, list, types));
    for (;;) {
      const chunk = await this.#guarded(() => result.fetchChunk());
      if (!chunk || chunk.rowCount === 0) return;
      yield chunk.getColumns();
    }
  }

  /**
   * Runs a statement and appends its rows to a table of the same column types, in the same transaction; says how
   * many they are. No value is looked at on the way, so that each arrives as it was. The rows are held in memory.
   */
  async appendRows(table: string, sql: string): Promise<number> {
    return this.#guarded(async () => {
      const result = await this.#connection.run(sql);
      const appender = await this.#connection.createAppender(table);
      let count = 0;
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) break;
        appender.appendDataChunk(chunk);
        count += chunk.rowCount;
      }
      appender.closeSync();
      return count;
    });
  }

  /** The columns that a statement would have; it is not run. */
  async columnsOf(sql: string): Promise<ResultColumn[]> {
    const statement = await this.#guarded(() => this.#connection.prepare(sql));
    try {
      return Array.from({ length: statement.columnCount }, (_, index) => ({
        name: statement.columnName(index),
        type: statement.columnType(index),
      }));
    } finally {
      statement.destroySync();
    }
  }

  /** All of `work` or nothing. The commit is synced when it resolves. */
  async transaction<R>(work: () => Promise<R>): Promise<R> {
    await this.run('BEGIN TRANSACTION');
    let result: R;
    try {
      result = await work();
    } catch (error) {
      // After a fatal failure there is nothing to roll back: the engine answers no more.
      if (!isInvalidated(error)) await this.run('ROLLBACK');
      throw error;
    }
    // A commit that fails has rolled back already.
    await this.run('COMMIT');
    return result;
  }

  /** Stops the statement that is running. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  /** Rolls back what is open and drops the temporary tables. */
  close(): void {
    this.#connection.closeSync();
  }

  #read(sql: string, values: readonly BoundValue[]): Promise<DuckDBResultReader> {
    const [list, types] = bound(values);
    return this.#guarded(() => this.#connection.runAndReadAll(sql, list, types));
  }

  async #guarded<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      this.#onFailure(error);
      throw translateEngineError(error);
    }
  }
}

function bound(values: readonly BoundValue[]): [DuckDBValue[], DuckDBType[]] | [undefined, undefined] {
  if (values.length === 0) return [undefined, undefined];
  const list = values.map((value) => (typeof value === 'number' ? BigInt(value) : value));
  return [list, list.map(typeOf)];
}

/** The client's own choice for a bigint is HUGEINT, which keeps the engine from using its zone maps. */
function typeOf(value: Exclude<BoundValue, number>): DuckDBType {
  if (value === null) return SQLNULL;
  if (typeof value === 'string') return VARCHAR;
  return typeof value === 'bigint' ? BIGINT : BOOLEAN;
}

function textOf(value: DuckDBValue | undefined): Text {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') {
    throw new TypeError('a statement must render its values as text, integers or booleans');
  }
  return String(value);
}
