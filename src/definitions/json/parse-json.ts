// Owns the choice between JSON.parse and the lossless parser.
import { parseLossless } from './lossless-json.ts';

/**
 * Finds every text in which JSON.parse might lose a digit: a run of 16 digits and points (a double keeps 15
 * digits of any decimal), or an exponent of three digits and below zero, where doubles run out. Other
 * exponents are exact with 15 digits. It may also match inside a string, which costs time only.
 */
const MAY_LOSE_DIGITS = /\d[\d.]{15}|\d[eE]-\d{3}/;

/**
 * Parses JSON without losing a digit: numbers come as JavaScript numbers where those are exact (their
 * shortest text is the value), else as NumberText. Throws JsonSyntaxError with the position.
 */
export function parseJson(text: string): unknown {
  if (MAY_LOSE_DIGITS.test(text)) return parseLossless(text);
  try {
    return JSON.parse(text);
  } catch {
    // The second parse is only for the position and our own words.
    return parseLossless(text);
  }
}
