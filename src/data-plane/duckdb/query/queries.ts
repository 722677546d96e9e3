// Owns the query port on DuckDB.
import { WeirError } from '../../../errors.ts';
import type { StoreTable } from '../../event-store-port.ts';
import type { QueryAnswer, QueryPort, QueryRequest } from '../../query-port.ts';
import type { Connection } from '../connection.ts';
import type { Database } from '../database.ts';
import { identifierSql } from '../export-sql.ts';
import { isInvalidated } from '../engine-errors.ts';
import { answerOf } from './answer.ts';
import { checkQuery } from './checked-query.ts';
import type { CheckedQuery } from './checked-query.ts';
import { QUERY_BYTES_MAX, QUERY_MS_MAX } from './limits.ts';
import { queryError } from './query-error.ts';
import { watched } from './watch.ts';

/** What a query may take of the engine's memory: the rest stays with those who write and evaluate. */
const MEMORY_SHARE = 4;

export class DuckDbQueries implements QueryPort {
  readonly #database: Database;
  readonly #msMax: number;

  constructor(database: Database, { query_ms_max = QUERY_MS_MAX }: { query_ms_max?: number } = {}) {
    this.#database = database;
    this.#msMax = query_ms_max;
  }

  async query(store: StoreTable, { sql, limit, signal }: QueryRequest): Promise<QueryAnswer> {
    const bytes = Buffer.byteLength(sql);
    if (bytes > QUERY_BYTES_MAX) {
      const message = `The query has ${bytes} bytes; ${QUERY_BYTES_MAX} are allowed.`;
      throw queryError('QUERY_TOO_COMPLEX', message);
    }
    const memoryBytesMax = Math.floor(this.#database.memoryBytesMax / MEMORY_SHARE);
    return this.#database.withConnection((connection) =>
      this.#database.withConnection((gauge) =>
        watched(connection, gauge, { signal, msMax: this.#msMax, memoryBytesMax }, () =>
          run(connection, store, sql, limit),
        ),
      ),
    );
  }
}

async function run(
  connection: Connection,
  store: StoreTable,
  sql: string,
  limit: number,
): Promise<QueryAnswer> {
  // Days and casts of instants are in UTC, wherever the server stands.
  await connection.run(`SET SESSION TimeZone = 'UTC'`);
  const query = await checkQuery(connection, store, sql).catch(async (error: unknown) => {
    throw await withQuotingHint(connection, store, error);
  });
  // Closing the connection ends it. One moment of the store for the whole statement, and the engine's own word
  // that nothing is written.
  await connection.run('BEGIN TRANSACTION READ ONLY');
  try {
    return await answerOf(connection, query, limit);
  } catch (error) {
    throw explained(error, query);
  }
}

/** Says which fields are words of SQL (`at` is one): the parser only says that it stumbled after one. */
async function withQuotingHint(connection: Connection, store: StoreTable, error: unknown): Promise<unknown> {
  if (!(error instanceof WeirError) || error.code !== 'QUERY_INVALID') return error;
  const words = await connection.lists(
    `SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'`,
  );
  const reserved = new Set(words.map(([word]) => word));
  const fields = store.columns.filter(({ name }) => reserved.has(name.toLowerCase()));
  if (fields.length === 0) return error;
  const list = fields.map(({ name }) => identifierSql(name)).join(', ');
  const hint =
    fields.length === 1
      ? `The field ${list} is a word of SQL: write it in double quotes.`
      : `The fields ${list} are words of SQL: write them in double quotes.`;
  return queryError('QUERY_INVALID', `${error.message} ${hint}`, error);
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/gu, ' ');

const WRONG = /^(?:Binder|Parser|Catalog|Syntax) Error: /u;
const FAILED =
  /^(?:Conversion|Out of Range|Invalid Input|Mismatch Type|Invalid type|Constraint|Not implemented) Error: /iu;

/** The engine's word on a statement, without the lines of ours that it quotes. */
function explained(error: unknown, query: CheckedQuery): unknown {
  if (error instanceof WeirError) {
    if (error.code !== 'DATA_MEMORY_EXHAUSTED') return error;
    return queryError('QUERY_TOO_LARGE', 'The query needs more memory than there is.', error);
  }
  if (!(error instanceof Error) || isInvalidated(error)) return error;
  const [text = ''] = error.message.split('\n\nLINE ');
  if (WRONG.test(text)) {
    const name = /Referenced column "(.+?)" not found/u.exec(text)?.[1];
    const place = name === undefined ? '' : query.placeOfColumn(name);
    return queryError(
      'QUERY_INVALID',
      oneLine(text.replace(WRONG, '')) + (place && ` (${place.trim()})`),
      error,
    );
  }
  return FAILED.test(text) ? queryError('QUERY_FAILED', oneLine(text.replace(FAILED, '')), error) : error;
}
