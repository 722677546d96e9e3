// Owns the patterns of a query. The engine's LIKE with `_`, ILIKE and GLOB go back and forth without end (15 s for
// `'%a%a%_b'` on 2,000 characters, deaf to interrupts); its regular expressions and its plain LIKE do not.
import { literalSql } from '../export-sql.ts';
import { PATTERN_SIZE_MAX } from './limits.ts';

export interface LikeOperator {
  readonly negated: boolean;
  readonly anyCase: boolean;
}

/** The operators of LIKE and ILIKE, as the engine names them. */
export const LIKE_OPERATORS: ReadonlyMap<string, LikeOperator> = new Map([
  ['~~', { negated: false, anyCase: false }],
  ['!~~', { negated: true, anyCase: false }],
  ['~~*', { negated: false, anyCase: true }],
  ['!~~*', { negated: true, anyCase: true }],
]);

/** LIKE as the engine's own where that is safe, else as the regular expression that says the same. */
export function likeSql(input: string, pattern: string, { negated, anyCase }: LikeOperator): string {
  const not = negated ? 'NOT ' : '';
  if (!anyCase && !pattern.includes('_')) return `(${input} ${not}LIKE ${literalSql(pattern)})`;
  const options = anyCase ? 'si' : 's';
  return `(${not}regexp_full_match(${input}, ${literalSql(likeRegexp(pattern))}, '${options}'))`;
}

function likeRegexp(pattern: string): string {
  const escaped = pattern.replaceAll(/[\\^$.|?*+()[\]{}]/gu, String.raw`\$&`);
  return escaped.replaceAll(/%+/gu, '.*').replaceAll('_', '.');
}

/** Whether a regular expression stays small when its counted repetitions are written out. */
export function isSmallPattern(pattern: string): boolean {
  let size = pattern.length;
  for (const [, from, to] of pattern.matchAll(/\{(\d*),?(\d*)\}/gu)) {
    size *= Math.max(Number(from), Number(to), 1);
  }
  return size <= PATTERN_SIZE_MAX;
}
