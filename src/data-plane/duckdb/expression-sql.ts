// Owns the translation of expression trees into SQL: a value, and beside it the reason why a row has none.
// No row can stop the statement: every operator that could raise is guarded where it is written.
import type { Operator } from '../../pipeline/expressions/operators.ts';
import type { CallExpression, Expression, ValueType } from '../../pipeline/expressions/types.ts';
import { ARITHMETIC_RULES } from './expression-arithmetic.ts';
import { CAST_RULES } from './expression-casts.ts';
import { COMPARISON_RULES } from './expression-comparisons.ts';
import { LOGIC_RULES } from './expression-logic.ts';
import { firstFailure, type ExpressionSql, type Operand, type Rule } from './expression-rule.ts';
import { TEXT_RULES } from './expression-texts.ts';
import { TIME_RULES } from './expression-times.ts';
import { isAtom, letSql } from './let-sql.ts';

export type { ExpressionSql } from './expression-rule.ts';

export interface ExpressionContext {
  /** The column of a field, as it can stand in an expression. */
  readonly column: (name: string) => string;
  /** A bound value cast to its engine type. The text is repeated, so it names the parameter by number (`$3`). */
  readonly parameter: (value: string | null, type: ValueType) => string;
}

const RULES: Readonly<Record<Operator, Rule>> = {
  ...ARITHMETIC_RULES,
  ...COMPARISON_RULES,
  ...LOGIC_RULES,
  ...TEXT_RULES,
  ...TIME_RULES,
  ...CAST_RULES,
};

/** Translates an expression. `value` and `error` may each be selected alone. */
export function expressionSql(expression: Expression, context: ExpressionContext): ExpressionSql {
  const { value, error } = operandOf(expression, context);
  return { value, error };
}

/**
 * Longest SQL of operands that is repeated as it is. Rules mention an operand several times, its failure too,
 * so unbounded repetition grows exponentially: forty divisions in a row became 2.5 MB and 195 s of planning.
 */
const REPEATED_LENGTH_MAX = 400;

function operandOf(expression: Expression, context: ExpressionContext): Operand {
  const { type } = expression;
  switch (expression.node) {
    case 'field':
      return { value: context.column(expression.name), error: null, type, nullable: true };
    case 'literal': {
      const value = context.parameter(expression.value, type);
      return { value, error: null, type, nullable: expression.value === null };
    }
    case 'call': {
      const operands = expression.arguments.map((argument) => operandOf(argument, context));
      const long = operands
        .filter(isCompound)
        .reduce((length, { value, error }) => length + value.length + (error?.length ?? 0), 0);
      return long <= REPEATED_LENGTH_MAX
        ? applied(expression, operands)
        : namedAndApplied(expression, operands);
    }
  }
}

/** The operator on operands that may be repeated. */
function applied(expression: CallExpression, operands: readonly Operand[]): Operand {
  const { value, failure, error, nullable } = RULES[expression.operator](operands, expression);
  const errors = operands.flatMap((operand) => operand.error ?? []);
  const failures = (result: string) => firstFailure(failure ? [...errors, failure(result)] : errors);
  const { type } = expression;
  if (failure && value.length > REPEATED_LENGTH_MAX) {
    const pair = letSql('result', value, (named) => `{'v': ${named}, 'e': ${failures(named)}}`);
    return { ...partsOf(pair), type, nullable };
  }
  return { value, error: error === undefined ? failures(value) : error, type, nullable };
}

const partsOf = (pair: string) => ({ value: `${pair}.v`, error: `${pair}.e`, pair });

/** The operator on operands that are first computed and named, values and failures together. */
function namedAndApplied(expression: CallExpression, operands: readonly Operand[]): Operand {
  const compounds = operands.flatMap((operand, index) =>
    isCompound(operand) ? [`'o${index}': ${pairSql(operand)}`] : [],
  );
  let result: Operand | undefined;
  const pair = letSql('operands', `{${compounds.join(', ')}}`, (named) => {
    const short = operands.map((operand, index): Operand => {
      if (!isCompound(operand)) return operand;
      const error = operand.error === null ? null : `${named}.o${index}.e`;
      return { value: `${named}.o${index}.v`, error, type: operand.type, nullable: operand.nullable };
    });
    result = applied(expression, short);
    return pairSql(result);
  });
  if (!result) throw new Error('the operator was not applied');
  const parts = partsOf(pair);
  return { ...result, ...parts, error: result.error === null ? null : parts.error };
}

const isCompound = ({ value, error }: Operand): boolean => error !== null || !isAtom(value);

/** A struct of value and failure. */
const pairSql = ({ value, error, pair }: Operand): string =>
  pair ?? (error === null ? `{'v': ${value}}` : `{'v': ${value}, 'e': ${error}}`);
