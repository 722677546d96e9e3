// Owns conversions in SQL. The engine's own casts take too much: '1.5' becomes the integer 2, '0x1F' is a
// number, an offset after a time is ignored. So text is checked against its form first.
import type { FieldType } from '../../definitions/types.ts';
import type { ValueType } from '../../pipeline/expressions/types.ts';
import { rescaledSql } from './arithmetic-sql.ts';
import type { Rule } from './expression-rule.ts';
import { anyNullable, failsWithout } from './expression-rule.ts';
import { canonicalSql, sqlType } from './layout.ts';

/** The type an operand comes from, the type it becomes, and its SQL; NULL where it cannot. */
type Cast = (value: string, to: ValueType, from: ValueType) => string;

/** RE2 patterns, whole text. Zeros after the scale are not digits. */
const FORMS: Partial<Record<FieldType, (to: ValueType) => string>> = {
  integer: () => '-?[0-9]+',
  decimal: ({ scale = 0 }) => (scale === 0 ? '-?[0-9]+([.]0+)?' : `-?[0-9]+([.][0-9]{1,${scale}}0*)?`),
  boolean: () => 'true|false',
  datetime: () =>
    '[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})',
  date: () => '[0-9]{4}-[0-9]{2}-[0-9]{2}',
};

const fromText: Cast = (value, to) => {
  const form = FORMS[to.type]?.(to);
  if (form === undefined) return value;
  // As TIMESTAMP the engine would drop the offset; as TIMESTAMPTZ it reads the instant.
  const read =
    to.type === 'datetime'
      ? `make_timestamp(epoch_us(TRY_CAST(${value} AS TIMESTAMPTZ)))`
      : `TRY_CAST(${value} AS ${sqlType(to)})`;
  return `CASE WHEN regexp_full_match(${value}, '${form}') THEN ${read} END`;
};

const fromDecimal: Cast = (value, to, from) => {
  if (to.type === 'decimal') return rescaledSql(value, from.scale ?? 0, to.scale ?? 0);
  const whole = `trunc(${value})`;
  return `CASE WHEN ${value} = ${whole} THEN TRY_CAST(${whole} AS BIGINT) END`;
};

const direct: Cast = (value, to) => `TRY_CAST(${value} AS ${sqlType(to)})`;
const impossible: Cast = (_, to) => `CAST(NULL AS ${sqlType(to)})`;

const CASTS: Readonly<Record<FieldType, Partial<Record<FieldType, Cast>>>> = {
  string: { integer: fromText, decimal: fromText, boolean: fromText, datetime: fromText, date: fromText },
  integer: { decimal: direct },
  decimal: { integer: fromDecimal, decimal: fromDecimal },
  boolean: {},
  datetime: { date: direct },
  date: { datetime: direct },
  json: {},
};

export const CAST_RULES: Readonly<Record<'cast', Rule>> = {
  cast: (operands, { type }) => {
    const [operand] = operands;
    const nullable = anyNullable(operands);
    if (type.type === 'string') return { value: canonicalSql(operand!.value, operand!.type), nullable };
    const cast = CASTS[operand!.type.type][type.type] ?? impossible;
    const value = cast(operand!.value, type, operand!.type);
    return { value, failure: failsWithout(operands, 'CAST_FAILED'), nullable };
  },
};
