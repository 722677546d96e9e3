// Owns the choice between JSON.parse and the lossless parser.
import { parseLossless } from './lossless-json.ts';

/** A double keeps 15 digits of any decimal. */
const RUN = 16;

/**
 * Whether JSON.parse might lose a digit of this text: where it has a run of 16 digits and points, or an
 * exponent of three digits and below zero, where doubles run out (other exponents are exact with 15
 * digits, or overflow to an infinity, which every reader refuses). Digits inside a string count as well, which costs time only. This is on the path of every event,
 * so only each 16th character is looked at: a run of 16 covers one of them.
 */
export function mayLoseDigits(text: string): boolean {
  for (let at = RUN - 1; at < text.length; at += RUN) {
    if (!isDigitOrPoint(text.charCodeAt(at))) continue;
    let start = at;
    while (isDigitOrPoint(text.charCodeAt(start - 1))) start--;
    let end = at + 1;
    while (isDigitOrPoint(text.charCodeAt(end))) end++;
    if (end - start >= RUN) return true;
  }
  return (text.includes('e-') || text.includes('E-')) && LONG_NEGATIVE_EXPONENT.test(text);
}

const LONG_NEGATIVE_EXPONENT = /\d[eE]-\d{3}/;

/** False outside the text too, where the code is not a number. */
const isDigitOrPoint = (code: number): boolean => (code >= 48 && code <= 57) || code === 46;

/**
 * Parses JSON without losing a digit: numbers come as JavaScript numbers where those are exact (their
 * shortest text is the value), else as NumberText. Throws JsonSyntaxError with the position.
 */
export function parseJson(text: string): unknown {
  if (mayLoseDigits(text)) return parseLossless(text);
  try {
    return JSON.parse(text);
  } catch {
    // The second parse is only for the position and our own words.
    return parseLossless(text);
  }
}
