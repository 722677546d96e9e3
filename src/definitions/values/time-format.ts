// Owns the formats that a datetime or date field may name: a small subset of Java's patterns.
import type { FieldType } from '../types.ts';
import type { CivilTime } from './civil-time.ts';
import { civilTime } from './time-text.ts';

/** Reads a text in one format; undefined when it does not match or the time does not exist. */
export type TimeParser = (text: string) => CivilTime | undefined;

/** The format as a parser, or what is wrong with the format. */
export type CompiledFormat = { readonly parse: TimeParser } | { readonly problem: string };

const DATE_PARTS = ['yyyy', 'MM', 'dd'] as const;
const CLOCK_PARTS = ['HH', 'mm', 'ss'] as const;
const PARTS: readonly string[] = [...DATE_PARTS, ...CLOCK_PARTS];
const OFFSET = 'Z';

/** A run of one letter, a quoted literal (`''` is a quote), or any other character. */
const TOKEN = /([A-Za-z])\1*|'((?:[^']|'')*)'|[^A-Za-z']/gy;
const FORMAT_LENGTH_MAX = 100;

const SUPPORTED = "yyyy MM dd HH mm ss S (one to nine digits) Z (Z, +HH:mm, +HHmm, +HH) and 'text'";

/**
 * Compiles a format made of `yyyy MM dd HH mm ss`, `S...` (one to nine fraction digits, however many S),
 * `Z` (an offset), quoted literals and punctuation. Year, month and day are required; a date has no clock.
 */
export function compileFormat(format: string, type: FieldType): CompiledFormat {
  if (format.length > FORMAT_LENGTH_MAX) return { problem: `is longer than ${FORMAT_LENGTH_MAX} characters` };
  const names: string[] = [];
  let source = '';
  let end = 0;
  for (const token of format.matchAll(TOKEN)) {
    const [text, letter, quoted] = token;
    end = token.index + text.length;
    if (letter === undefined) {
      source += escape(quoted === undefined ? text : quoted.replaceAll("''", "'") || "'");
      continue;
    }
    const name = letter === 'S' ? 'S' : text;
    const part = groupOf(name);
    if (part === undefined) return { problem: `has "${text}"; known are ${SUPPORTED}` };
    if (names.includes(name)) return { problem: `has "${text}" twice` };
    names.push(name);
    source += part;
  }
  if (end < format.length) return { problem: `has a quote without an end` };
  const problem = partsProblem(names, type);
  return problem ? { problem } : { parse: parserOf(new RegExp(`^${source}$`), names) };
}

function groupOf(name: string): string | undefined {
  if (name === 'yyyy') return '(\\d{4})';
  if (PARTS.includes(name)) return '(\\d\\d)';
  if (name === 'S') return '(\\d{1,9})';
  return name === OFFSET ? '([Zz]|[+-]\\d\\d(?::?\\d\\d)?)' : undefined;
}

const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

function partsProblem(names: readonly string[], type: FieldType): string | undefined {
  const missing = DATE_PARTS.filter((part) => !names.includes(part));
  if (missing.length > 0) return `lacks ${missing.join(', ')}`;
  const clock = names.filter((name) => !DATE_PARTS.some((part) => part === name));
  if (type === 'date' && clock.length > 0) return `has ${clock.join(', ')}, which a date does not have`;
  const fraction = names.indexOf('S');
  if (fraction >= 0 && PARTS.includes(names[fraction + 1] ?? '')) return 'has S before other digits';
  return undefined;
}

function parserOf(pattern: RegExp, names: readonly string[]): TimeParser {
  const order = PARTS.map((part) => names.indexOf(part) + 1);
  const fraction = names.indexOf('S') + 1;
  const offset = names.indexOf(OFFSET) + 1;
  return (text) => {
    const match = pattern.exec(text);
    if (!match) return undefined;
    const numbers = order.map((group) => (group === 0 ? 0 : Number(match[group])));
    return civilTime(numbers, fraction === 0 ? '' : (match[fraction] ?? ''), match[offset || -1]);
  };
}
