// Owns comparisons in SQL: two-valued, null-safe, and by value between decimals of different scales.
import { letSql } from './let-sql.ts';
import { sqlType } from './layout.ts';
import type { ComparisonOperator } from '../../pipeline/expressions/operators.ts';
import type { Operand, Rule } from './expression-rule.ts';
import { anyNullable } from './expression-rule.ts';

export const COMPARISON_RULES: Readonly<Record<ComparisonOperator, Rule>> = {
  equal: ([left, right]) => ({ value: equalSql(left!, right!), nullable: false }),
  notEqual: ([left, right]) => ({ value: `(NOT ${equalSql(left!, right!)})`, nullable: false }),
  less: ordering('<'),
  lessOrEqual: ordering('<='),
  greater: ordering('>'),
  greaterOrEqual: ordering('>='),
  in: ([value, ...items]) => ({
    value: `coalesce(${value!.value} IN (${items.map((item) => item.value).join(', ')}), FALSE)`,
    nullable: false,
  }),
  isNull: ([operand]) => ({ value: `(${operand!.value} IS NULL)`, nullable: false }),
};

function ordering(sign: '<' | '<=' | '>' | '>='): Rule {
  return ([left, right]) => {
    const ordered = scalesDiffer(left!, right!)
      ? byScale(left!, right!, (l, r) => `${l} ${sign} ${r}`, sign.startsWith('<'))
      : `(${left!.value} ${sign} ${right!.value})`;
    return { value: anyNullable([left!, right!]) ? `coalesce(${ordered}, FALSE)` : ordered, nullable: false };
  };
}

function equalSql(left: Operand, right: Operand): string {
  if (!scalesDiffer(left, right)) {
    return anyNullable([left, right])
      ? `(${left.value} IS NOT DISTINCT FROM ${right.value})`
      : `(${left.value} = ${right.value})`;
  }
  const equal = byScale(left, right, (l, r) => `${l} = ${r}`, undefined);
  return `coalesce(${equal}, ${left.value} IS NULL AND ${right.value} IS NULL)`;
}

const scalesDiffer = (left: Operand, right: Operand): boolean => left.type.scale !== right.type.scale;

/**
 * Compares decimals of different scales. Brought to the larger scale a number may not fit any more, where the
 * engine would raise; it is then further from zero than any number of that scale, so its sign decides:
 * `negative` is what the comparison gives when it is a negative left operand (undefined: neither is equal).
 */
function byScale(
  left: Operand,
  right: Operand,
  compare: (left: string, right: string) => string,
  negative: boolean | undefined,
): string {
  const widensLeft = (left.type.scale ?? 0) < (right.type.scale ?? 0);
  const [narrow, wide] = widensLeft ? [left, right] : [right, left];
  const compared = (narrowed: string, other: string) =>
    letSql('widened', `TRY_CAST(${narrowed} AS ${sqlType(wide.type)})`, (widened) => {
      const outcome = widensLeft ? compare(widened, other) : compare(other, widened);
      const sign = widensLeft === negative ? '<' : '>';
      const beyond = negative === undefined ? 'FALSE' : `${narrowed} ${sign} 0`;
      return `CASE WHEN ${other} IS NOT NULL THEN CASE WHEN ${widened} IS NULL THEN ${beyond} ELSE ${outcome} END END`;
    });
  return letSql(
    'compared',
    `{'n': ${narrow.value}, 'w': ${wide.value}}`,
    (pair) => `CASE WHEN ${pair}.n IS NOT NULL THEN ${compared(`${pair}.n`, `${pair}.w`)} END`,
  );
}
