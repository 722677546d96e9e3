// Owns the canonical text of 64-bit integers, checked by text.
import { canonicalDecimal } from './decimal.ts';
import { numeralText } from './numeral.ts';
import { shown, typeName, type ValueProblem, type ValueReader } from './value-problem.ts';

const MAX = 9_223_372_036_854_775_807n;
const MIN = -9_223_372_036_854_775_808n;
/** Every integer of so many characters, sign included, is in range. */
const SAFE_LENGTH = 18;

/** Reads integers: JSON numbers and texts, `1.0` and `1e3` included since their value is an integer. */
export const readInteger: ValueReader = (raw) => {
  // String(-0) is '0'.
  if (Number.isSafeInteger(raw)) return String(raw);
  const text = numeralText(raw);
  if (text === undefined) return { problem: `expected an integer, found ${typeName(raw)}` };
  return canonicalInteger(text);
};

/** Canonical text of an integer between -2^63 and 2^63 - 1. */
export function canonicalInteger(text: string): string | ValueProblem {
  const value = canonicalDecimal(text, 0);
  if (typeof value !== 'string') {
    const whole = value.problem.endsWith('the field holds 0');
    return whole ? { problem: `${shown(text)} is not an integer` } : value;
  }
  if (value.length <= SAFE_LENGTH) return value;
  const exact = BigInt(value);
  return exact > MAX || exact < MIN ? { problem: `${shown(text)} is outside 64 bits` } : value;
}
