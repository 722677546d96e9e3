// Owns the answer of a query: the types of its columns, and its rows as canonical text in bounded memory.
import { DuckDBDecimalType, DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import type { QueryAnswer, QueryColumn, QueryType } from '../../query-port.ts';
import type { Connection, ResultColumn } from '../connection.ts';
import { canonicalSql } from '../layout.ts';
import { readableTextSql } from '../stored-events.ts';
import type { CheckedQuery } from './checked-query.ts';
import { ANSWER_BYTES_MAX } from './limits.ts';
import { queryError } from './query-error.ts';

interface Shown {
  readonly type: QueryType;
  /** SQL that renders an expression of the type. */
  readonly text: (expression: string) => string;
}

const asText = (expression: string): string => `CAST(${expression} AS VARCHAR)`;
const instant = (expression: string): string => canonicalSql(expression, { type: 'datetime' });

const INTEGER: Shown = { type: 'integer', text: asText };
const DOUBLE: Shown = { type: 'double', text: asText };

const SHOWN: Partial<Record<DuckDBTypeId, Shown>> = {
  [DuckDBTypeId.VARCHAR]: { type: 'string', text: readableTextSql },
  [DuckDBTypeId.BOOLEAN]: { type: 'boolean', text: asText },
  [DuckDBTypeId.TINYINT]: INTEGER,
  [DuckDBTypeId.SMALLINT]: INTEGER,
  [DuckDBTypeId.INTEGER]: INTEGER,
  [DuckDBTypeId.BIGINT]: INTEGER,
  [DuckDBTypeId.HUGEINT]: INTEGER,
  [DuckDBTypeId.UBIGINT]: INTEGER,
  [DuckDBTypeId.FLOAT]: DOUBLE,
  [DuckDBTypeId.DOUBLE]: DOUBLE,
  [DuckDBTypeId.TIMESTAMP]: { type: 'datetime', text: instant },
  [DuckDBTypeId.TIMESTAMP_TZ]: {
    type: 'datetime',
    text: (expression) => instant(`(${expression} AT TIME ZONE 'UTC')`),
  },
  [DuckDBTypeId.DATE]: { type: 'date', text: (expression) => canonicalSql(expression, { type: 'date' }) },
  [DuckDBTypeId.INTERVAL]: { type: 'interval', text: asText },
  [DuckDBTypeId.SQLNULL]: { type: 'string', text: asText },
};

function shownAs(type: DuckDBType): Shown | undefined {
  if (type instanceof DuckDBDecimalType) {
    const { scale } = type;
    return { type: 'decimal', text: (expression) => canonicalSql(expression, { type: 'decimal', scale }) };
  }
  if (type.alias === 'JSON') return { type: 'json', text: asText };
  return SHOWN[type.typeId];
}

/** Runs a checked statement; the caller bounds its time and memory. */
export async function answerOf(
  connection: Connection,
  query: CheckedQuery,
  limit: number,
): Promise<QueryAnswer> {
  const results = await connection.columnsOf(`${query.ctes} ${query.select}`);
  const shown = results.map((column, index) => shownColumn(column, index));
  const columns = results.map(({ name }, index): QueryColumn => ({ name, type: shown[index]!.type }));
  const names = results.map((_, index) => `c${index + 1}`);
  const texts = names.map((name, index) => shown[index]!.text(name)).join(', ');
  const sql = `${query.ctes} SELECT ${texts} FROM (${query.select}) AS answer(${names.join(', ')}) LIMIT ${BigInt(limit) + 1n}`;
  const rows = await readRows(connection, sql);
  return { columns, rows: rows.slice(0, limit), truncated: rows.length > limit };
}

function shownColumn({ name, type }: ResultColumn, index: number): Shown {
  const shown = shownAs(type);
  if (shown) return shown;
  const message = `Column ${index + 1} of the answer ("${name}") has type ${String(type)}, which has no canonical text.`;
  throw queryError('QUERY_INVALID', message);
}

async function readRows(connection: Connection, sql: string): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  let bytes = 0;
  for await (const columns of connection.chunks(sql)) {
    const count = columns[0]?.length ?? 0;
    for (let index = 0; index < count; index += 1) {
      const row = columns.map((column) => textOf(column[index]));
      bytes += row.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
      if (bytes > ANSWER_BYTES_MAX) {
        throw queryError('QUERY_TOO_LARGE', `The answer has more than ${ANSWER_BYTES_MAX} bytes.`);
      }
      rows.push(row);
    }
  }
  return rows;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
