import type { ValueType } from '../../../pipeline/expressions/types.ts';
import { canonicalSql } from '../layout.ts';

/** A value as JSON text, so that keys of several values cannot run into each other: numbers bare, the rest quoted. */
export function jsonValueSql(column: string, type: ValueType): string {
  const text = canonicalSql(column, type);
  switch (type.type) {
    case 'integer':
    case 'decimal':
    case 'boolean':
      return `coalesce(${text}, 'null')`;
    case 'datetime':
    case 'date':
      return `coalesce('"' || ${text} || '"', 'null')`;
    case 'json':
    case 'string':
      return `coalesce(CAST(to_json(${text}) AS VARCHAR), 'null')`;
  }
}

/** The JSON array of these values as text. */
export const keyTextSql = (values: readonly string[]): string =>
  values.length === 0 ? "'[]'" : `'[' || ${values.join(` || ',' || `)} || ']'`;
