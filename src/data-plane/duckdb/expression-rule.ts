// Owns what the rules of operators share: operands, outcomes and how failures are written.
import type { ExpressionFailure } from '../../pipeline/expressions/operators.ts';
import type { CallExpression, ValueType } from '../../pipeline/expressions/types.ts';

export interface ExpressionSql {
  /** SQL of the exact engine type (layout.ts, sqlType); NULL where the row fails. */
  readonly value: string;
  /** SQL of the failure's code, NULL where the row does not fail; null if no row can. */
  readonly error: string | null;
}

/** An operand: its SQL, and what a rule needs to know of it. */
export interface Operand extends ExpressionSql {
  readonly type: ValueType;
  /** Whether the value can be NULL in a row that does not fail. */
  readonly nullable: boolean;
  /** SQL of a struct of both, of which `value` and `error` are the parts `v` and `e`. */
  readonly pair?: string;
}

/** What a rule gives: like an operand, with only the failures of the operator itself. */
export interface Outcome {
  readonly value: string;
  /** The operator's own failure, from the SQL of its value, for rows whose operands did not fail. */
  readonly failure?: (value: string) => string;
  /** Replaces failures of operands and operator, where operands are not all evaluated. */
  readonly error?: string | null;
  readonly nullable: boolean;
}

export type Rule = (operands: readonly Operand[], call: CallExpression) => Outcome;

/** The first failure that a row has; null if there is nothing to fail. */
export const firstFailure = (errors: readonly string[]): string | null =>
  errors.length < 2 ? (errors[0] ?? null) : `coalesce(${errors.join(', ')})`;

/** The failure of rows whose value is NULL although no operand is. */
export const failsWithout =
  (operands: readonly Operand[], code: ExpressionFailure) =>
  (value: string): string =>
    `CASE WHEN ${[`${value} IS NULL`, ...present(operands)].join(' AND ')} THEN '${code}' END`;

/** Conditions that no operand is NULL; none for those that cannot be. */
export const present = (operands: readonly Operand[]): string[] =>
  operands.filter(({ nullable }) => nullable).map(({ value }) => `${value} IS NOT NULL`);

/** Whether a value made of these operands can be NULL. */
export const anyNullable = (operands: readonly Operand[]): boolean =>
  operands.some(({ nullable }) => nullable);

/** A boolean in which NULL counts as false. */
export const truth = ({ value, nullable, error }: Operand): string =>
  nullable || error !== null ? `coalesce(${value}, FALSE)` : value;
