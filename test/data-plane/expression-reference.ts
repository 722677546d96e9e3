// A second opinion on expressions: the rules of operators.ts, row by row in big.js, written without a look
// at the SQL.
import { Big } from 'big.js';
import type { CallExpression, Expression } from '../../src/pipeline/expressions/types.ts';
import type { Result } from './expression-engine.ts';

Big.strict = false;
Big.DP = 60;
Big.RM = Big.roundHalfEven;
Big.PE = 100;
Big.NE = -100;

class RowFailure extends Error {}
type Value = Big | boolean | string | null;
export type NamedRow = Readonly<Record<string, string | null>>;

/** The result of a row: canonical text, null, or `!CODE`. */
export function reference(expression: Expression, row: NamedRow): Result {
  try {
    const value = valueOf(expression, row);
    return value instanceof Big ? canonical(value) : value === null ? null : String(value);
  } catch (error) {
    if (error instanceof RowFailure) return `!${error.message}`;
    throw error;
  }
}

const canonical = (value: Big): string => (value.eq(0) ? '0' : value.toFixed());

function typed(text: string | null, { type }: Expression): Value {
  if (text === null) return null;
  if (type.type === 'integer' || type.type === 'decimal') return new Big(text);
  return type.type === 'boolean' ? text === 'true' : text;
}

function valueOf(expression: Expression, row: NamedRow): Value {
  if (expression.node === 'literal') return typed(expression.value, expression);
  if (expression.node === 'field') return typed(row[expression.name] ?? null, expression);
  const args = expression.arguments;
  const holds = (index: number) => valueOf(args[index]!, row) === true;
  const operator: string = expression.operator;
  switch (operator) {
    case 'and':
      return args.every((_, index) => holds(index));
    case 'or':
      return args.some((_, index) => holds(index));
    case 'if': {
      const taken = args.findIndex(
        (_, index) => index === args.length - 1 || (index % 2 === 0 && holds(index)),
      );
      return valueOf(args[taken === args.length - 1 ? taken : taken + 1]!, row);
    }
    default:
      return strict(
        expression,
        args.map((argument) => valueOf(argument, row)),
      );
  }
}

const same = (left: Value, right: Value): boolean =>
  left instanceof Big && right instanceof Big ? left.eq(right) : left === right;

/** Operators whose operands are all evaluated, in order. */
function strict(call: CallExpression, values: readonly Value[]): Value {
  const [left, right] = values;
  const operator: string = call.operator;
  switch (operator) {
    case 'not':
      return left !== true;
    case 'isNull':
      return left === null;
    case 'equal':
      return same(left!, right!);
    case 'notEqual':
      return !same(left!, right!);
    case 'in':
      return values.slice(1).some((item) => same(left!, item));
    default: {
      const compares = ['less', 'lessOrEqual', 'greater', 'greaterOrEqual'].includes(operator);
      if (values.includes(null)) return compares ? false : null;
      return compares ? ordered(operator, values as Big[]) : arithmetic(call, values as Big[]);
    }
  }
}

function ordered(operator: string, [left, right]: Big[]): boolean {
  const order = left!.cmp(right!);
  if (operator === 'less') return order < 0;
  if (operator === 'lessOrEqual') return order <= 0;
  return operator === 'greater' ? order > 0 : order >= 0;
}

function arithmetic(call: CallExpression, values: readonly Big[]): Big {
  const [left, right] = [values[0]!, values[1]!];
  const fit = (value: Big) => fitted(value, call.type.scale);
  const nonZero = () => {
    if (right.eq(0)) throw new RowFailure('DIVISION_BY_ZERO');
  };
  const operator: string = call.operator;
  switch (operator) {
    case 'add':
      return fit(fit(left).plus(fit(right)));
    case 'subtract':
      return fit(fit(left).minus(fit(right)));
    case 'multiply':
      return fit(left.times(right));
    case 'divide':
      nonZero();
      return fit(left.div(right));
    case 'remainder':
      nonZero();
      return fit(fit(left).mod(fit(right)));
    case 'negate':
      return fit(left.neg());
    case 'abs':
      return fit(left.abs());
    case 'min':
      return values.reduce((least, value) => (value.lt(least) ? value : least));
    case 'max':
      return values.reduce((most, value) => (value.gt(most) ? value : most));
    case 'truncate':
      return fit(left.round(0, Big.roundDown));
    case 'floor':
      return fit(left.round(0, left.lt(0) ? Big.roundUp : Big.roundDown));
    case 'ceil':
      return fit(left.round(0, left.lt(0) ? Big.roundDown : Big.roundUp));
    case 'round':
    case 'widen':
      return fit(left);
    default:
      throw new Error(`the reference has no ${operator}`);
  }
}

/** The value at the scale of its type (none: an integer of 64 bits), or the failure of one that does not fit. */
function fitted(value: Big, scale: number | undefined): Big {
  const rounded = value.round(scale ?? 0, Big.roundHalfEven);
  const fits =
    scale === undefined
      ? rounded.gte('-9223372036854775808') && rounded.lte('9223372036854775807')
      : rounded.abs().lt(new Big(10).pow(38 - scale));
  if (!fits) throw new RowFailure('EXPRESSION_OVERFLOW');
  return rounded;
}
