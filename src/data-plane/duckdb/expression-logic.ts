// Owns logic in SQL. The engine may evaluate what a person would not; here it may, for no value can raise,
// and the failure of what the rules do not evaluate is not counted.
import type { LogicOperator } from '../../pipeline/expressions/operators.ts';
import type { Operand, Rule } from './expression-rule.ts';
import { truth } from './expression-rule.ts';

export const LOGIC_RULES: Readonly<Record<LogicOperator, Rule>> = {
  and: (operands) => ({
    value: `(${operands.map(truth).join(' AND ')})`,
    error: chainError(operands, (operand) => `NOT ${truth(operand)}`),
    nullable: false,
  }),
  or: (operands) => ({
    value: `(${operands.map(truth).join(' OR ')})`,
    error: chainError(operands, truth),
    nullable: false,
  }),
  not: ([operand]) => ({ value: `(NOT ${truth(operand!)})`, nullable: false }),
  if: (operands) => {
    const choices = choicesOf(operands);
    const otherwise = operands.at(-1)!;
    const branches = choices.map(({ condition, branch }) => `WHEN ${truth(condition)} THEN ${branch.value}`);
    return {
      value: `CASE ${branches.join(' ')} ELSE ${otherwise.value} END`,
      error: choiceError(choices, otherwise),
      nullable: otherwise.nullable || choices.some(({ branch }) => branch.nullable),
    };
  },
};

interface Choice {
  readonly condition: Operand;
  readonly branch: Operand;
}

/** Condition and branch by turns; the branch that is left over is not among them. */
const choicesOf = (operands: readonly Operand[]): Choice[] =>
  operands.flatMap((condition, index): Choice[] => {
    const branch = operands[index + 1];
    return index % 2 === 0 && branch ? [{ condition, branch }] : [];
  });

/** The failure of the first condition that fails, as long as those before it are false, or of the branch taken. */
function choiceError(choices: readonly Choice[], otherwise: Operand): string | null {
  const mayFail = choices.some(({ condition, branch }) => condition.error !== null || branch.error !== null);
  if (!mayFail && otherwise.error === null) return null;
  const branches = choices.flatMap(({ condition, branch }) => [
    ...(condition.error === null ? [] : [`WHEN ${condition.error} IS NOT NULL THEN ${condition.error}`]),
    `WHEN ${truth(condition)} THEN ${branch.error ?? 'NULL'}`,
  ]);
  return `CASE ${branches.join(' ')} ELSE ${otherwise.error ?? 'NULL'} END`;
}

/** The failure of the first operand that fails, as long as none before it has stopped the chain. */
function chainError(operands: readonly Operand[], stops: (operand: Operand) => string): string | null {
  const last = operands.findLastIndex(({ error }) => error !== null);
  if (last < 0) return null;
  // One flat CASE: nested ones would pass the engine's depth limit with some hundreds of operands.
  const branches = operands
    .slice(0, last + 1)
    .flatMap((operand, index) => [
      ...(operand.error === null ? [] : [`WHEN ${operand.error} IS NOT NULL THEN ${operand.error}`]),
      ...(index === last ? [] : [`WHEN ${stops(operand)} THEN NULL`]),
    ]);
  return `CASE ${branches.join(' ')} END`;
}
