// Owns the statements that write events to a file, and the one place where users' names stand in SQL: as the
// names of Parquet columns and as text, both quoted here.
import type { Column } from '../../definitions/types.ts';
import type { ExportFormat, StoreTable } from '../event-store-port.ts';
import { canonicalSql } from './layout.ts';

/**
 * One ready line per row: a CSV of one column whose delimiter cannot occur in JSON. Without a quote, since the
 * engine would put every line that has a `#`, its sign of a comment, between quotes.
 */
export const LINE_OPTIONS = `FORMAT csv, HEADER false, DELIMITER '\u0001', QUOTE '', ESCAPE '', NULLSTR '\u0003'`;

/** Text as an SQL literal. */
export const literalSql = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A name as an SQL identifier. */
export const identifierSql = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What COPY writes, and how. */
interface CopySql {
  readonly select: string;
  readonly options: string;
}

/** What exports call the table of events. */
export const EVENTS = 'events';

/** By the columns of the table: a bare `seq` would be the user's field of that name. */
const ORDER = `ORDER BY ${EVENTS}.t, ${EVENTS}.seq`;

/** The rows of the relation EVENTS (FROM clause with conditions) as a format writes them, with the options of its COPY. */
export function exportSql(store: StoreTable, from: string, format: ExportFormat): CopySql {
  const { select, options } = layouts[format](store);
  return { select: `SELECT ${select} FROM ${from} ${ORDER}`, options };
}

/**
 * A Parquet file by way of parts: `part` writes rows of the store sorted, by the names of its columns and packed
 * lightly, since it is read once; `whole` writes what is in the parts as it comes.
 */
export function parquetParts({ columns }: StoreTable): {
  readonly part: (from: string) => CopySql;
  readonly whole: (from: string) => CopySql;
} {
  const typed = columns.map((column) => `${typedSql(column)} AS ${column.column}`);
  const named = columns.map(({ column, name }) => `${column} AS ${identifierSql(name)}`);
  return {
    part: (from) => ({
      select: `SELECT ${typed.join(', ')} FROM ${from} ${ORDER}`,
      options: 'FORMAT parquet, COMPRESSION lz4',
    }),
    whole: (from) => ({ select: `SELECT ${named.join(', ')} FROM ${from}`, options: PARQUET_OPTIONS }),
  };
}

/** The first line of a CSV export; none in the other formats. The engine would rename names that repeat. */
export function headerOf(store: StoreTable, format: ExportFormat): string {
  if (format !== 'csv') return '';
  return `${store.columns.map(({ name }) => csvCell(name)).join(',')}\n`;
}

const PARQUET_OPTIONS = 'FORMAT parquet, COMPRESSION zstd';

const layouts: Record<ExportFormat, (store: StoreTable) => CopySql> = {
  ndjson: ({ columns }) => ({
    select: `'{' || ${columns.map(memberSql).join(` || ',' || `)} || '}'`,
    options: LINE_OPTIONS,
  }),
  csv: ({ columns }) => ({
    select: columns.map((column) => canonicalSql(column.column, column)).join(', '),
    options: `FORMAT csv, HEADER false, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR ''`,
  }),
  parquet: ({ columns }) => ({
    select: columns.map((column) => `${typedSql(column)} AS ${identifierSql(column.name)}`).join(', '),
    options: PARQUET_OPTIONS,
  }),
};

/** `"name":value`. Integers and decimals are texts, as everywhere in JSON: readers would take them for floats. */
function memberSql(column: Column): string {
  const value = `coalesce(${jsonSql(column)}, 'null')`;
  return `${literalSql(`${JSON.stringify(column.name)}:`)} || ${value}`;
}

function jsonSql(column: Column): string {
  const text = canonicalSql(column.column, column);
  switch (column.type) {
    case 'string':
      return `CAST(to_json(${text}) AS VARCHAR)`;
    case 'boolean':
    case 'json':
      return text;
    case 'integer':
    case 'decimal':
    case 'datetime':
    case 'date':
      return `'"' || ${text} || '"'`;
  }
}

/** Instants are marked as UTC and json as JSON; the other types are the store's own. */
function typedSql({ column, type }: Column): string {
  if (type === 'datetime') return `${column} AT TIME ZONE 'UTC'`;
  return type === 'json' ? `CAST(${column} AS JSON)` : column;
}

const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
