// Owns the physical layout of the data file: the names of tables and hidden columns. The layout is the
// file format: changing it needs a new FORMAT_VERSION and a migration.
import type { Column } from '../../definitions/types.ts';
import type { ValueType } from '../../pipeline/expressions/types.ts';

/** Version of the data file's layout, kept in weir_meta; a newer file is refused untouched. */
export const FORMAT_VERSION = 1;

/**
 * Events that hold now: seq BIGINT, h UBIGINT (md5_number_lower of the id text), t TIMESTAMP (event time),
 * owner INTEGER (null: written by the API; else the target's owner number), sf and st TIMESTAMP (the scope
 * coordinates of a row that a meter wrote: its window or row time), then the fields f1, f2, ...
 */
export const eventTable = (store: number): string => `ev_${store}`;

/**
 * Former versions: the columns of eventTable plus change_seq BIGINT (the sequence of the change that ended
 * the version), change VARCHAR ('replace' | 'delete'), cause VARCHAR, changed_at
 * TIMESTAMP (`at` is reserved by the engine). With eventTable it is
 * the change feed: what changed after sequence S is every current row with seq > S (new rows) and every
 * former row with change_seq > S (old rows). A deletion takes a sequence of its own.
 */
export const formerTable = (store: number): string => `fv_${store}`;

/** Ids fixed by a backfill: h UBIGINT, id columns as in eventTable, backfill VARCHAR. */
export const pinTable = (store: number): string => `pin_${store}`;

/**
 * Events of previewed backfills that wait for their confirmation, made when the store has the first one: backfill
 * VARCHAR, ord BIGINT (place in the file, from 1), held BIGINT (the version to correct), same BOOLEAN (that
 * version has this content already), h UBIGINT, then the fields.
 */
export const stagedTable = (store: number): string => `staged_${store}`;

export const STAGED_COLUMNS = 'backfill VARCHAR, ord BIGINT, held BIGINT, same BOOLEAN, h UBIGINT' as const;

export const HIDDEN_COLUMNS = 'seq BIGINT, h UBIGINT, owner INTEGER, sf TIMESTAMP, st TIMESTAMP' as const;

/** The engine's type of a column or value. */
export function sqlType(value: ValueType): string {
  switch (value.type) {
    case 'string':
    case 'json':
      return 'VARCHAR';
    case 'integer':
      return 'BIGINT';
    case 'decimal':
      return `DECIMAL(38,${value.scale ?? 12})`;
    case 'boolean':
      return 'BOOLEAN';
    case 'datetime':
      return 'TIMESTAMP';
    case 'date':
      return 'DATE';
  }
}

/** An SQL expression that renders a typed column or value as canonical text (definitions/types.ts). */
export function canonicalSql(expression: string, value: ValueType): string {
  switch (value.type) {
    case 'string':
    case 'json':
      return expression;
    case 'integer':
    case 'boolean':
      return `CAST(${expression} AS VARCHAR)`;
    case 'decimal':
      return (value.scale ?? 12) === 0
        ? `CAST(${expression} AS VARCHAR)`
        : `rtrim(rtrim(CAST(${expression} AS VARCHAR), '0'), '.')`;
    case 'datetime':
      return `strftime(${expression}, '%Y-%m-%dT%H:%M:%S.%fZ')`;
    case 'date':
      return `strftime(${expression}, '%Y-%m-%d')`;
  }
}

/** `"f1" VARCHAR, ...` for CREATE TABLE. Column names are ours (columnsOf), never the user's. */
export const columnList = (columns: readonly Column[]): string =>
  columns.map((column) => `${column.column} ${sqlType(column)}`).join(', ');
