// Owns arithmetic of expressions in SQL: which helper computes an operator, and how it fails.
import type { ArithmeticOperator } from '../../pipeline/expressions/operators.ts';
import { productSql, quotientSql, remainderSql, rescaledSql } from './arithmetic-sql.ts';
import type { Operand, Outcome, Rule } from './expression-rule.ts';
import { anyNullable, failsWithout, present } from './expression-rule.ts';
import { sqlType } from './layout.ts';

const scaleOf = ({ type }: Operand): number => type.scale ?? 0;

/** A value that is NULL exactly where an operand is, or where it overflowed. */
const overflowing = (value: string, operands: readonly Operand[]): Outcome => ({
  value,
  failure: failsWithout(operands, 'EXPRESSION_OVERFLOW'),
  nullable: anyNullable(operands),
});

/** The same, with a divisor: zero gives NULL too, and is told first. */
function dividing(value: string, operands: readonly Operand[]): Outcome {
  const zero = [`${operands[1]!.value} = 0`, ...present(operands.slice(0, 1))].join(' AND ');
  const overflow = failsWithout(operands, 'EXPRESSION_OVERFLOW');
  const failure = (result: string) =>
    `CASE WHEN ${zero} THEN 'DIVISION_BY_ZERO' ELSE ${overflow(result)} END`;
  return { value, failure, nullable: anyNullable(operands) };
}

/** Both operands are brought to the type of the result, so that the engine adds equals and checks the range. */
const sum =
  (sign: '+' | '-'): Rule =>
  (operands, { type }) => {
    const [left, right] = operands.map(({ value }) => `TRY_CAST(${value} AS ${sqlType(type)})`);
    return overflowing(`TRY(${left} ${sign} ${right})`, operands);
  };

const extreme =
  (name: 'least' | 'greatest'): Rule =>
  (operands) => {
    // The engine's functions skip NULL; here a null operand makes the result null.
    const value = `${name}(${operands.map((operand) => operand.value).join(', ')})`;
    const all = present(operands);
    return {
      value: all.length === 0 ? value : `CASE WHEN ${all.join(' AND ')} THEN ${value} END`,
      nullable: anyNullable(operands),
    };
  };

const whole =
  (name: 'floor' | 'ceil'): Rule =>
  (operands, { type }) =>
    overflowing(`TRY_CAST(${name}(${operands[0]!.value}) AS ${sqlType(type)})`, operands);

export const ARITHMETIC_RULES: Readonly<Record<ArithmeticOperator, Rule>> = {
  add: sum('+'),
  subtract: sum('-'),
  multiply: (operands, { type }) => {
    const [left, right] = [operands[0]!, operands[1]!];
    return type.type === 'integer'
      ? overflowing(`TRY(${left.value} * ${right.value})`, operands)
      : overflowing(productSql(left.value, scaleOf(left), right.value, scaleOf(right)), operands);
  },
  divide: (operands) => {
    const [left, right] = [operands[0]!, operands[1]!];
    return dividing(quotientSql(left.value, scaleOf(left), right.value, scaleOf(right)), operands);
  },
  remainder: (operands, { type }) => {
    const [left, right] = [operands[0]!, operands[1]!];
    if (type.type === 'decimal') {
      return dividing(remainderSql(left.value, scaleOf(left), right.value, scaleOf(right)), operands);
    }
    // The engine raises for the smallest integer % -1, which is 0 like every remainder of -1.
    const minusOne = `${right.value} = -1 AND ${left.value} IS NOT NULL`;
    return dividing(`CASE WHEN ${minusOne} THEN 0 ELSE ${left.value} % ${right.value} END`, operands);
  },
  negate: (operands) => overflowing(`TRY(-${operands[0]!.value})`, operands),
  abs: (operands) => overflowing(`TRY(abs(${operands[0]!.value}))`, operands),
  min: extreme('least'),
  max: extreme('greatest'),
  round: (operands, { type }) =>
    overflowing(rescaledSql(operands[0]!.value, scaleOf(operands[0]!), type.scale ?? 0), operands),
  floor: whole('floor'),
  ceil: whole('ceil'),
  truncate: (operands) => overflowing(`TRY_CAST(trunc(${operands[0]!.value}) AS BIGINT)`, operands),
  widen: (operands, { type }) => overflowing(`TRY_CAST(${operands[0]!.value} AS ${sqlType(type)})`, operands),
};
