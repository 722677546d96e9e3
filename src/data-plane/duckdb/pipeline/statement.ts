import type { ValueType } from '../../../pipeline/expressions/types.ts';
import { literalSql } from '../export-sql.ts';
import { sqlType } from '../layout.ts';

/** Collects the values of one statement; users' text reaches the engine only as a bound parameter. */
export class Statement {
  readonly values: (string | null)[] = [];

  /** The SQL of a bound value, cast to its exact engine type from canonical text. */
  readonly parameter = (value: string | null, type: ValueType): string =>
    `CAST(${this.place(value)} AS ${sqlType(type)})`;

  /** A bound text. */
  text(value: string): string {
    return this.parameter(value, { type: 'string' });
  }

  protected place(value: string | null): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** The same for COPY, which binds no values: they stand in the statement as quoted literals. */
export class LiteralStatement extends Statement {
  protected override place(value: string | null): string {
    return value === null ? 'NULL' : literalSql(value);
  }
}

/** An instant as SQL. Microseconds are ours and numeric, so they are written into the statement. */
export const instantSql = (micros: bigint): string => `make_timestamp(${micros})`;

/** `column >= from AND column < to` for the bounds that are given; `TRUE` without any. */
export function withinSql(column: string, range: { readonly from?: bigint; readonly to?: bigint }): string {
  const parts = [
    ...(range.from === undefined ? [] : [`${column} >= ${instantSql(range.from)}`]),
    ...(range.to === undefined ? [] : [`${column} < ${instantSql(range.to)}`]),
  ];
  return parts.length === 0 ? 'TRUE' : parts.join(' AND ');
}
