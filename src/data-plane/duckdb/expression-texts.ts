// Owns text operators in SQL.
import type { TextOperator } from '../../pipeline/expressions/operators.ts';
import type { Operand, Rule } from './expression-rule.ts';
import { anyNullable } from './expression-rule.ts';
import { letSql } from './let-sql.ts';

/** White space of Unicode, for trim and isBlank: the engine's own trim knows only the space. */
const WHITE_SPACE = [
  9,
  10,
  11,
  12,
  13,
  32,
  133,
  160,
  5760,
  ...range(8192, 8202),
  8232,
  8233,
  8239,
  8287,
  12288,
]
  .map((code) => `chr(${code})`)
  .join(' || ');

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

const test =
  (name: string): Rule =>
  (operands) => {
    const value = `${name}(${operands.map((operand) => operand.value).join(', ')})`;
    return { value: anyNullable(operands) ? `coalesce(${value}, FALSE)` : value, nullable: false };
  };

const change =
  (sql: (value: string) => string): Rule =>
  (operands) => ({ value: sql(operands[0]!.value), nullable: anyNullable(operands) });

export const TEXT_RULES: Readonly<Record<TextOperator, Rule>> = {
  concat: (operands) => ({
    value: `(${operands.map(({ value }) => value).join(' || ')})`,
    nullable: anyNullable(operands),
  }),
  contains: test('contains'),
  startsWith: test('starts_with'),
  endsWith: test('suffix'),
  matches: test('regexp_matches'),
  isBlank: ([operand]) => ({ value: blankSql(operand!), nullable: false }),
  size: change((value) => `length(${value})`),
  lower: change((value) => `lower(${value})`),
  lowerAscii: change((value) => `translate(${value}, '${UPPER}', '${LOWER}')`),
  upperAscii: change((value) => `translate(${value}, '${LOWER}', '${UPPER}')`),
  trim: change((value) => `trim(${value}, ${WHITE_SPACE})`),
  substring: (operands) => ({ value: substringSql(operands), nullable: anyNullable(operands) }),
};

const blankSql = ({ value, type }: Operand): string =>
  type.type === 'string' ? `(coalesce(trim(${value}, ${WHITE_SPACE}), '') = '')` : `(${value} IS NULL)`;

/** Positions are cut to the text before the engine sees them: to it a negative one counts from the end. */
function substringSql([subject, from, to]: readonly Operand[]): string {
  const parts = `{'s': ${subject!.value}, 'f': ${from!.value}, 't': ${to ? to.value : `length(${subject!.value})`}}`;
  return letSql('part', parts, (part) => {
    const start = `least(greatest(${part}.f, 0), length(${part}.s))`;
    const length = `greatest(least(${part}.t, length(${part}.s)) - ${start}, 0)`;
    const allThere = `${part}.s IS NOT NULL AND ${part}.f IS NOT NULL AND ${part}.t IS NOT NULL`;
    return `CASE WHEN ${allThere} THEN substring(${part}.s, ${start} + 1, ${length}) END`;
  });
}
