// Owns the canonical text of decimals: exact, checked by text against digits and scale.
import { DECIMAL_DIGITS_MAX } from '../types.ts';
import { numeralText, parseNumeral, plainText, pointPosition } from './numeral.ts';
import { shown, typeName, type ValueProblem, type ValueReader } from './value-problem.ts';

/** Reads decimals of this scale. More scale than that is an error, not a rounding. */
export function decimalReader(scale: number): ValueReader {
  const wholeDigits = DECIMAL_DIGITS_MAX - scale;
  return (raw) => {
    const text = numeralText(raw);
    if (text === undefined) return { problem: `expected a number, found ${typeName(raw)}` };
    return canonicalDecimal(text, scale, wholeDigits);
  };
}

/** Canonical text of `text`: no exponent, no superfluous zeros, no sign of zero. */
export function canonicalDecimal(
  text: string,
  scale: number,
  wholeDigits: number = DECIMAL_DIGITS_MAX - scale,
): string | ValueProblem {
  return plainDecimal(text, scale, wholeDigits) ?? anyDecimal(text, scale, wholeDigits);
}

const ZERO = 48;
const MINUS = 45;
const POINT = 46;

const isDigit = (code: number): boolean => code >= ZERO && code <= 57;

/**
 * The hot path: `-12.340` and the like, by one scan and at most one slice. Undefined for what is not plain
 * or not in range, so that `anyDecimal` may find the reason.
 */
function plainDecimal(text: string, scale: number, wholeDigits: number): string | undefined {
  const length = text.length;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  let at = start;
  while (at < length && isDigit(text.charCodeAt(at))) at++;
  const whole = at - start;
  if (whole === 0 || whole > wholeDigits) return undefined;
  if (whole > 1 && text.charCodeAt(start) === ZERO) return undefined;
  let end = at;
  if (at < length) {
    if (text.charCodeAt(at) !== POINT || at + 1 === length) return undefined;
    const point = at;
    for (at++; at < length; at++) {
      const code = text.charCodeAt(at);
      if (!isDigit(code)) return undefined;
      if (code !== ZERO) end = at + 1;
    }
    if (end - point - 1 > scale) return undefined;
  }
  if (start === 1 && end === 2 && text.charCodeAt(1) === ZERO) return '0';
  return end === length ? text : text.slice(0, end);
}

function anyDecimal(text: string, scale: number, wholeDigits: number): string | ValueProblem {
  const numeral = parseNumeral(text);
  if (!numeral) return { problem: `${shown(text)} is not a number` };
  if (-numeral.exponent > scale) {
    const decimals = `has ${-numeral.exponent} decimals`;
    return { problem: `${shown(text)} ${decimals}, the field holds ${scale}` };
  }
  if (pointPosition(numeral) > wholeDigits) {
    return { problem: `${shown(text)} has more than ${wholeDigits} digits before the point` };
  }
  return plainText(numeral);
}
