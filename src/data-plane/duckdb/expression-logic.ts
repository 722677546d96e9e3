// Owns logic in SQL. The engine may evaluate what a person would not; here it may, for no value can raise,
// and the failure of what the rules do not evaluate is not counted.
import type { LogicOperator } from '../../pipeline/expressions/operators.ts';
import type { Operand, Rule } from './expression-rule.ts';
import { firstFailure, truth } from './expression-rule.ts';

export const LOGIC_RULES: Readonly<Record<LogicOperator, Rule>> = {
  and: (operands) => ({
    value: `(${operands.map(truth).join(' AND ')})`,
    error: chainError(operands, truth),
    nullable: false,
  }),
  or: (operands) => ({
    value: `(${operands.map(truth).join(' OR ')})`,
    error: chainError(operands, (operand) => `NOT ${truth(operand)}`),
    nullable: false,
  }),
  not: ([operand]) => ({ value: `(NOT ${truth(operand!)})`, nullable: false }),
  if: ([condition, then, otherwise]) => {
    const chosen = (left: string, right: string) =>
      `CASE WHEN ${truth(condition!)} THEN ${left} ELSE ${right} END`;
    const branches =
      then!.error === null && otherwise!.error === null
        ? null
        : chosen(then!.error ?? 'NULL', otherwise!.error ?? 'NULL');
    const errors = [condition!.error, branches].filter((error) => error !== null);
    return {
      value: chosen(then!.value, otherwise!.value),
      error: firstFailure(errors),
      nullable: then!.nullable || otherwise!.nullable,
    };
  },
};

/** The failure of the first operand that fails, as long as those before it let the chain go on. */
function chainError(operands: readonly Operand[], goesOn: (operand: Operand) => string): string | null {
  const [first, ...others] = operands;
  if (!first) return null;
  const later = chainError(others, goesOn);
  if (later === null) return first.error;
  const guarded = `CASE WHEN ${goesOn(first)} THEN ${later} END`;
  return first.error === null ? guarded : `coalesce(${first.error}, ${guarded})`;
}
