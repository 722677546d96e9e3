// Owns the type rules: each function builds one operator from typed operands or throws ExpressionError.
import { DECIMAL_SCALE_MAX } from '../../definitions/types.ts';
import { atScale, isNullLiteral, booleanLiteral } from './literals.ts';
import type { ArithmeticOperator, ComparisonOperator, Operator } from './operators.ts';
import { typeError } from './problem.ts';
import type { Expression, LiteralExpression, ValueType } from './types.ts';

export const INTEGER: ValueType = { type: 'integer' };
export const BOOLEAN: ValueType = { type: 'boolean' };
export const STRING: ValueType = { type: 'string' };
export const decimalOf = (scale: number): ValueType => ({ type: 'decimal', scale });

/** `decimal(38, 2)`, `integer`: a type as people read it. */
export const typeName = ({ type, scale }: ValueType): string =>
  scale === undefined ? type : `decimal(38,${scale})`;

export const call = (operator: Operator, type: ValueType, ...args: readonly Expression[]): Expression => ({
  node: 'call',
  operator,
  arguments: args,
  type,
});

export const isNumber = ({ type }: Expression): boolean => type.type === 'integer' || type.type === 'decimal';

/** Digits after the point; 0 for integers. */
export const scaleOf = (expression: Expression): number => expression.type.scale ?? 0;

/** An operand of one of the types, or a type problem that names what takes it. */
export function expectType(
  operand: Expression,
  types: readonly ValueType['type'][],
  taker: string,
): Expression {
  if (!isNullLiteral(operand) && types.includes(operand.type.type)) return operand;
  const given = isNullLiteral(operand) ? 'null' : typeName(operand.type);
  throw typeError(`${taker} takes ${types.join(' or ')}, not ${given}`);
}

const expectNumber = (operand: Expression, taker: string): Expression =>
  expectType(operand, ['integer', 'decimal'], taker);

/** +, -, *, /, %: on numbers; + also joins texts. */
export function arithmetic(
  operator: Extract<ArithmeticOperator, 'add' | 'subtract' | 'multiply' | 'divide' | 'remainder'>,
  left: Expression,
  right: Expression,
): Expression {
  if (operator === 'add' && left.type.type === 'string' && right.type.type === 'string') {
    return call('concat', STRING, notNull(left, '+'), notNull(right, '+'));
  }
  const sign = SIGNS[operator];
  expectNumber(left, sign);
  expectNumber(right, sign);
  // Usage is exact: a quotient of two integers is a decimal too, for nobody wants 7 / 2 to be 3 unasked.
  if (operator === 'divide') return call(operator, decimalOf(DECIMAL_SCALE_MAX), left, right);
  if (left.type.type === 'integer' && right.type.type === 'integer')
    return call(operator, INTEGER, left, right);
  const [l, r] = [scaleOf(left), scaleOf(right)];
  const scale = operator === 'multiply' ? Math.min(DECIMAL_SCALE_MAX, l + r) : Math.max(l, r);
  return call(operator, decimalOf(scale), left, right);
}

const SIGNS = { add: '+', subtract: '-', multiply: '*', divide: '/', remainder: '%' } as const;

function notNull(operand: Expression, taker: string): Expression {
  if (isNullLiteral(operand)) throw typeError(`${taker} takes no null`);
  return operand;
}

/** negate, abs: of the same type. */
export const sameNumber = (operator: 'negate' | 'abs', operand: Expression): Expression =>
  call(operator, expectNumber(operand, operator === 'negate' ? '-' : operator).type, operand);

/** min, max of two or more numbers, of their common type. */
export function extreme(operator: 'min' | 'max', operands: readonly Expression[]): Expression {
  if (operands.length < 2) throw typeError(`${operator} takes two or more numbers`);
  for (const operand of operands) expectNumber(operand, operator);
  const common = operands.reduce(
    (type, operand) => commonType(type, operand.type) ?? type,
    operands[0]!.type,
  );
  return call(operator, common, ...operands.map((operand) => widen(operand, common)));
}

/** round to a number of decimals; floor, ceil to none. An integer stays what it is. */
export function rounding(operator: 'round' | 'floor' | 'ceil', operand: Expression, scale = 0): Expression {
  if (expectNumber(operand, operator).type.type === 'integer') return operand;
  return call(operator, decimalOf(scale), operand);
}

/** The type that values of both types fit, if there is one: decimals take the larger scale. */
export function commonType(left: ValueType, right: ValueType): ValueType | undefined {
  if (left.type === right.type && left.type !== 'decimal') return left;
  const numeric = [left, right].every(({ type }) => type === 'integer' || type === 'decimal');
  return numeric ? decimalOf(Math.max(left.scale ?? 0, right.scale ?? 0)) : undefined;
}

/** A number as a wider decimal; constants are rewritten, so that they cost nothing. */
export function widen(operand: Expression, to: ValueType): Expression {
  if (operand.type.type === to.type && operand.type.scale === to.scale) return operand;
  if (isNullLiteral(operand)) return { node: 'literal', value: null, type: to };
  const constant = operand.node === 'literal' ? atScale(operand, to.scale ?? 0) : undefined;
  return constant ?? call('widen', to, operand);
}

/** Both operands as one type; null takes the type of the other. */
export function unify(left: Expression, right: Expression, taker: string): [Expression, Expression] {
  if (isNullLiteral(left)) return [{ node: 'literal', value: null, type: right.type }, right];
  if (isNullLiteral(right)) return [left, { node: 'literal', value: null, type: left.type }];
  const common = commonType(left.type, right.type);
  if (!common)
    throw typeError(`${taker} takes two of one type, not ${typeName(left.type)} and ${typeName(right.type)}`);
  return [widen(left, common), widen(right, common)];
}

/** Numbers of different types are compared as decimals; a decimal keeps its scale, for it might not fit another. */
function comparable(left: Expression, right: Expression, taker: string): [Expression, Expression] {
  const bothNumbers = isNumber(left) && isNumber(right) && !isNullLiteral(left) && !isNullLiteral(right);
  if (!bothNumbers || (left.type.type === 'integer' && right.type.type === 'integer')) {
    return unify(left, right, taker);
  }
  const scale = Math.max(scaleOf(left), scaleOf(right));
  const compared = (operand: Expression): Expression => {
    if (operand.node === 'literal') return atScale(operand, scale) ?? operand;
    return operand.type.type === 'integer' ? widen(operand, decimalOf(scale)) : operand;
  };
  return [compared(left), compared(right)];
}

const ORDERED = ['integer', 'decimal', 'string', 'datetime', 'date'] as const;

/** ==, !=: of any type, null included. */
export function equality(operator: 'equal' | 'notEqual', left: Expression, right: Expression): Expression {
  const sign = operator === 'equal' ? '==' : '!=';
  if (isNullLiteral(left) && isNullLiteral(right)) return booleanLiteral(operator === 'equal');
  if (isNullLiteral(right)) return operator === 'equal' ? isNull(left) : not(isNull(left));
  if (isNullLiteral(left)) return equality(operator, right, left);
  return call(operator, BOOLEAN, ...comparable(left, right, sign));
}

/** <, <=, >, >=: of numbers, texts (by code point), datetimes and dates. */
export function ordering(
  operator: Extract<ComparisonOperator, 'less' | 'lessOrEqual' | 'greater' | 'greaterOrEqual'>,
  left: Expression,
  right: Expression,
): Expression {
  const sign = { less: '<', lessOrEqual: '<=', greater: '>', greaterOrEqual: '>=' }[operator];
  expectType(left, ORDERED, sign);
  expectType(right, ORDERED, sign);
  return call(operator, BOOLEAN, ...comparable(left, right, sign));
}

/** Whether a value equals one of the items. */
export function membership(value: Expression, items: readonly Expression[]): Expression {
  const equalities = items.map((item) => equality('equal', value, item));
  const constants: LiteralExpression[] = [];
  const others = equalities.filter((equal) => {
    const [left, right] = equal.node === 'call' && equal.operator === 'equal' ? equal.arguments : [];
    const simple = right?.node === 'literal' && left === value && right.type.scale === value.type.scale;
    if (simple) constants.push(right);
    return !simple;
  });
  return or([...(constants.length > 0 ? [call('in', BOOLEAN, value, ...constants)] : []), ...others]);
}

export const isNull = (operand: Expression): Expression => call('isNull', BOOLEAN, operand);

export const not = (operand: Expression): Expression =>
  call('not', BOOLEAN, expectType(operand, ['boolean'], '!'));

export const and = (operands: readonly Expression[]): Expression => logic('and', operands);
export const or = (operands: readonly Expression[]): Expression => logic('or', operands);

function logic(operator: 'and' | 'or', operands: readonly Expression[]): Expression {
  const sign = operator === 'and' ? '&&' : '||';
  const [only] = operands;
  if (!only) return booleanLiteral(operator === 'and');
  // Chains become flat, so that a hundred alternatives are not a hundred levels deep.
  const flat = operands.flatMap((operand) =>
    operand.node === 'call' && operand.operator === operator
      ? operand.arguments
      : [expectType(operand, ['boolean'], sign)],
  );
  return operands.length === 1 ? only : call(operator, BOOLEAN, ...flat);
}

/** condition ? then : otherwise, of their common type. */
export function conditional(condition: Expression, then: Expression, otherwise: Expression): Expression {
  expectType(condition, ['boolean'], 'the condition before ?');
  const [left, right] = unify(then, otherwise, '?:');
  // Tiers (a ? x : b ? y : z) become one choice of many, so that thirty tiers are not thirty levels deep.
  const further = right.node === 'call' && right.operator === 'if' ? right.arguments : [right];
  return call('if', left.type, condition, left, ...further);
}
