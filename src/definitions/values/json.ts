// Owns the canonical text of json values: sorted keys, no white space, numbers exact in one spelling.
import { parseJson } from '../json/parse-json.ts';
import { NumberText, parseNumeral, plainText } from './numeral.ts';
import type { ValueProblem, ValueReader } from './value-problem.ts';

/** How deep a json value may nest; JavaScript's stack allows some thousands. */
export const JSON_DEPTH_MAX = 200;

/** Reads a value that came as JSON: any value, a string being a JSON string. */
export const readJson: ValueReader = (raw) => canonicalJson(raw);

/** Reads a value that came as text (CSV, XML): the text is JSON. */
export const readJsonText: ValueReader = (raw) => {
  try {
    return canonicalJson(parseJson(String(raw)));
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: `is not JSON: ${error.message}` };
    throw error;
  }
};

/** Canonical JSON: keys sorted by code unit, numbers spelt as JavaScript would, but with all their digits. */
export function canonicalJson(value: unknown): string | ValueProblem {
  const parts: string[] = [];
  const problem = write(value, parts, 0);
  return problem === undefined ? parts.join('') : { problem };
}

/** Appends the text of a value; returns why there is none. */
function write(value: unknown, parts: string[], depth: number): string | undefined {
  if (depth > JSON_DEPTH_MAX) return `the json value nests deeper than ${JSON_DEPTH_MAX}`;
  if (typeof value === 'number' || value instanceof NumberText) return writeNumber(String(value), parts);
  if (Array.isArray(value)) return writeArray(value, parts, depth);
  if (typeof value === 'object' && value !== null) return writeObject(value, parts, depth);
  parts.push(JSON.stringify(value));
  return undefined;
}

function writeNumber(literal: string, parts: string[]): string | undefined {
  // What JSON.parse reads as infinity has lost its value, so it is refused however it was read.
  if (!Number.isFinite(Number(literal))) return 'the json value has a number beyond 1.8e308';
  parts.push(canonicalNumber(literal));
  return undefined;
}

function writeArray(items: readonly unknown[], parts: string[], depth: number): string | undefined {
  parts.push('[');
  for (const [index, item] of items.entries()) {
    if (index > 0) parts.push(',');
    const problem = write(item, parts, depth + 1);
    if (problem !== undefined) return problem;
  }
  parts.push(']');
  return undefined;
}

function writeObject(object: object, parts: string[], depth: number): string | undefined {
  const members = Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  parts.push('{');
  for (const [index, [key, member]] of members.entries()) {
    parts.push(index > 0 ? ',' : '', JSON.stringify(key), ':');
    const problem = write(member, parts, depth + 1);
    if (problem !== undefined) return problem;
  }
  parts.push('}');
  return undefined;
}

/**
 * One spelling per value: that of ECMAScript's Number::toString, applied to all digits of the literal. So a
 * literal that JSON.parse could read and one that had to be kept as text agree (`1.50`, `15e-1` are `1.5`).
 */
export function canonicalNumber(literal: string): string {
  const numeral = parseNumeral(literal);
  if (!numeral) throw new RangeError(`not a number literal: ${literal}`);
  const { negative, digits, exponent } = numeral;
  const point = digits.length + exponent;
  if (digits === '' || (point > -6 && point <= 21)) return plainText(numeral);
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${negative ? '-' : ''}${digits[0]}${fraction}e${point > 0 ? '+' : '-'}${Math.abs(point - 1)}`;
}
