// Owns conversions between types: which exist. What they do is said in operators.ts.
import type { FieldType } from '../../definitions/types.ts';
import { isNullLiteral } from './literals.ts';
import { typeError } from './problem.ts';
import { call, typeName } from './rules.ts';
import type { Expression, ValueType } from './types.ts';

const CASTS: Readonly<Record<FieldType, readonly FieldType[]>> = {
  string: ['integer', 'decimal', 'boolean', 'datetime', 'date'],
  integer: ['string', 'decimal'],
  decimal: ['string', 'integer', 'decimal'],
  boolean: ['string'],
  datetime: ['string', 'date'],
  date: ['string', 'datetime'],
  json: ['string'],
};

const sameType = (left: ValueType, right: ValueType): boolean =>
  left.type === right.type && left.scale === right.scale;

/** Whether values of one type can become values of the other at all. */
export const canCast = (from: ValueType, to: ValueType): boolean =>
  sameType(from, to) || CASTS[from.type].includes(to.type);

/**
 * The expression as a value of another type. A row whose value cannot be converted fails with CAST_FAILED;
 * where `canCast` is false that is every row that is not null.
 */
export function castExpression(expression: Expression, to: ValueType): Expression {
  if (sameType(expression.type, to)) return expression;
  if (isNullLiteral(expression)) return { node: 'literal', value: null, type: to };
  return call('cast', to, expression);
}

/** The same for a conversion that a person wrote: one that does not exist is a type problem. */
export function requestedCast(expression: Expression, to: ValueType): Expression {
  if (isNullLiteral(expression) || canCast(expression.type, to)) return castExpression(expression, to);
  throw typeError(`${typeName(expression.type)} cannot become ${typeName(to)}`);
}
