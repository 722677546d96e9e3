// Owns the type rules of text operators.
import { RE2JS, RE2JSException } from 're2js';
import type { TextOperator } from './operators.ts';
import { ExpressionError } from './problem.ts';
import { BOOLEAN, INTEGER, STRING, call, expectType } from './rules.ts';
import type { Expression } from './types.ts';

/** Longest pattern, in characters. */
const PATTERN_LENGTH_MAX = 1000;

/**
 * Largest compiled pattern. The engine gives up at 8 MB, and a repeated Unicode class (`\pL`) takes some 20 kB
 * each time: 600 of them were refused, which would stop a run, and 300 accepted.
 */
const PATTERN_STEPS_MAX = 250;

/**
 * What the checker (re2js) accepts and the engine's older RE2 refuses, which would stop a run: groups named
 * without P, and Unicode properties other than general categories and long-known scripts.
 */
const NOT_IN_ENGINE =
  /\(\?<|\\[pP]\{(?!\^?(?:[A-Z][a-z]?|Arabic|Cyrillic|Devanagari|Greek|Han|Hangul|Hebrew|Hiragana|Katakana|Latin|Thai)\})/;

const text = (operand: Expression, taker: string): Expression => expectType(operand, ['string'], taker);

/** contains, startsWith, endsWith: false for null. */
export const textTest = (
  operator: Extract<TextOperator, 'contains' | 'startsWith' | 'endsWith'>,
  subject: Expression,
  part: Expression,
): Expression => call(operator, BOOLEAN, text(subject, operator), text(part, operator));

/** lower, lowerAscii, upperAscii, trim. */
export const textChange = (
  operator: Extract<TextOperator, 'lower' | 'lowerAscii' | 'upperAscii' | 'trim'>,
  subject: Expression,
): Expression => call(operator, STRING, text(subject, operator));

/** Number of characters. */
export const textSize = (subject: Expression): Expression => call('size', INTEGER, text(subject, 'size'));

export const substring = (subject: Expression, from: Expression, to?: Expression): Expression =>
  call(
    'substring',
    STRING,
    text(subject, 'substring'),
    ...[from, ...(to ? [to] : [])].map((position) => expectType(position, ['integer'], 'substring')),
  );

/** Whether the RE2 pattern, a constant, is found anywhere in the text; checked here, evaluated in linear time. */
export function matches(subject: Expression, pattern: Expression): Expression {
  text(subject, 'matches');
  if (pattern.node !== 'literal' || pattern.value === null || pattern.type.type !== 'string') {
    throw new ExpressionError('EXPRESSION_REGEXP', 'the pattern of matches must be a constant text');
  }
  checkPattern(pattern.value);
  return call('matches', BOOLEAN, subject, pattern);
}

function checkPattern(pattern: string): void {
  const refuse = (why: string) => new ExpressionError('EXPRESSION_REGEXP', `the pattern of matches ${why}`);
  if (pattern.length > PATTERN_LENGTH_MAX) throw refuse(`has more than ${PATTERN_LENGTH_MAX} characters`);
  const foreign = NOT_IN_ENGINE.exec(pattern);
  if (foreign) throw refuse(`has an unsupported part at character ${foreign.index + 1}: ${foreign[0]}`);
  const steps = patternSteps(pattern, refuse);
  if (steps > PATTERN_STEPS_MAX)
    throw refuse(`repeats too much: ${steps} steps, at most ${PATTERN_STEPS_MAX}`);
}

function patternSteps(pattern: string, refuse: (why: string) => ExpressionError): number {
  try {
    return RE2JS.compile(pattern).programSize();
  } catch (error) {
    if (error instanceof RE2JSException) throw refuse(`is not a regular expression (RE2): ${error.message}`);
    throw error;
  }
}
