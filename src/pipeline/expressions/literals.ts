// Owns constants: exact canonical values from text, and their types.
import { Big } from 'big.js';
import { Temporal } from 'temporal-polyfill';
import type { FieldType } from '../../definitions/types.ts';
import { DECIMAL_DIGITS_MAX, DECIMAL_SCALE_MAX } from '../../definitions/types.ts';
import { microsOf, textOf } from '../calendar.ts';
import { typeError } from './problem.ts';
import type { Expression, LiteralExpression, ValueType } from './types.ts';

const INTEGER_MAX = 2n ** 63n - 1n;
const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d{1,4})?$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

const literal = (value: string | null, type: ValueType): LiteralExpression => ({
  node: 'literal',
  value,
  type,
});

export const textLiteral = (value: string): LiteralExpression => literal(value, { type: 'string' });

export const booleanLiteral = (value: boolean): LiteralExpression =>
  literal(value ? 'true' : 'false', { type: 'boolean' });

/** Null as CEL writes it: of no type yet. It takes the type of what it meets (`unify`). */
export const nullLiteral = (): LiteralExpression => literal(null, { type: 'string' });

export const isNullLiteral = (expression: Expression): boolean =>
  expression.node === 'literal' && expression.value === null;

/** An integer of 64 bits from digits of any base that BigInt reads. */
export function integerLiteral(text: string, negative = false): LiteralExpression {
  const value = negative ? -BigInt(text) : BigInt(text);
  if (value > INTEGER_MAX || value < -INTEGER_MAX - 1n) {
    throw typeError(`${value} is not an integer of 64 bits; write ${value}.0 for a decimal`);
  }
  return literal(value.toString(), { type: 'integer' });
}

/** A decimal from its digits, exactly, with the smallest scale that holds it. */
export function decimalLiteral(text: string, negative = false): LiteralExpression {
  if (!DECIMAL.test(text)) throw typeError(`${quoted(text)} is not a decimal`);
  const value = new Big(negative ? `-${text}` : text);
  const canonical = value.eq(0) ? '0' : value.toFixed();
  const scale = scaleOf(canonical);
  if (scale > DECIMAL_SCALE_MAX || digitsOf(canonical) > DECIMAL_DIGITS_MAX) {
    throw typeError(
      `${text} has more than ${DECIMAL_DIGITS_MAX} digits, or more than ${DECIMAL_SCALE_MAX} after the point`,
    );
  }
  return literal(canonical, { type: 'decimal', scale });
}

const scaleOf = (canonical: string): number => canonical.split('.')[1]?.length ?? 0;

const digitsOf = (canonical: string): number => canonical.replace(/^-?0*/, '').replace('.', '').length;

/** The same decimal or integer constant at another scale, if it fits. */
export function atScale(constant: LiteralExpression, scale: number): LiteralExpression | undefined {
  if (constant.value === null) return literal(null, { type: 'decimal', scale });
  const fits =
    scaleOf(constant.value) <= scale &&
    digitsOf(constant.value.split('.')[0] ?? '') + scale <= DECIMAL_DIGITS_MAX;
  return fits ? literal(constant.value, { type: 'decimal', scale }) : undefined;
}

/** A constant of a field type from the text a person wrote; the text must be exactly of that type. */
export function literalOf(type: FieldType, text: string): LiteralExpression {
  switch (type) {
    case 'string':
      return textLiteral(text);
    case 'integer':
      if (!/^-?\d+$/.test(text)) throw typeError(`${quoted(text)} is not an integer`);
      return integerLiteral(text);
    case 'decimal':
      return decimalLiteral(text);
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw typeError(`${quoted(text)} is not true or false`);
      return booleanLiteral(text === 'true');
    case 'datetime':
      return literal(read(INSTANT, text, 'datetime such as 2026-01-31T09:30:00Z', instantText), { type });
    case 'date':
      return literal(read(DATE, text, 'date such as 2026-01-31', dateText), { type });
    case 'json':
      throw typeError('json has no constants');
  }
}

const instantText = (text: string): string => textOf(microsOf(text));
const dateText = (text: string): string => Temporal.PlainDate.from(text, { overflow: 'reject' }).toString();

function read(form: RegExp, text: string, what: string, canonical: (text: string) => string): string {
  const wrong = () => typeError(`${quoted(text)} is not a ${what}`);
  if (!form.test(text)) throw wrong();
  try {
    return canonical(text);
  } catch (error) {
    if (error instanceof RangeError) throw wrong();
    throw error;
  }
}

const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
