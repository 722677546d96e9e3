// Owns the canonical text of datetimes and dates.
import { dateText, instantText, isClock, isDate, microsText, type CivilTime } from './civil-time.ts';
import { numeralText } from './numeral.ts';
import type { TimeParser } from './time-format.ts';
import { epochNumberText, parseTime } from './time-text.ts';
import { shown, typeName, type ValueReader } from './value-problem.ts';
import { zoneConversion } from './zone.ts';

const NO_FORMAT = 'is not a time in a known format, or not one that exists';
const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/**
 * Reads instants. Without `parse` (the field's format) the known formats and epoch numbers are tried. The
 * canonical text is always read, so that an export can be read again. Texts without a zone are in `timeZone`.
 */
export function instantReader(timeZone: string, parse?: TimeParser): ValueReader {
  const toUtc = zoneConversion(timeZone);
  const utc = timeZone === 'UTC';
  return (raw) => {
    if (typeof raw === 'string' && parse === undefined) {
      const text = commonInstant(raw, utc);
      if (text !== undefined) return text;
    }
    const text = numeralText(raw);
    if (text === undefined) return { problem: `expected a time, found ${typeName(raw)}` };
    const time = parse && !CANONICAL.test(text) ? parse(text) : parseTime(text);
    const instant = time ? instantText(time, toUtc) : parse ? undefined : epochNumberText(text);
    return instant ?? { problem: `${shown(text)} ${NO_FORMAT}` };
  };
}

/**
 * Reads dates: with the field's format, else `yyyy-MM-dd[Z]`, `MM/dd/yyyy`, or a time at midnight. The day
 * is the one written, whatever the offset.
 */
export function dateReader(parse: TimeParser = parseTime): ValueReader {
  return (raw) => {
    const text = numeralText(raw);
    if (text === undefined) return { problem: `expected a date, found ${typeName(raw)}` };
    // The canonical text is always read; it is one of the known formats.
    const time = parse(text) ?? (text.length === 10 ? parseTime(text) : undefined);
    return time && isMidnight(time) ? dateText(time) : { problem: `${shown(text)} is not a date` };
  };
}

const isMidnight = ({ hour, minute, second, fraction }: CivilTime): boolean =>
  hour === 0 && minute === 0 && second === 0 && /^0*$/.test(fraction);

/**
 * The hot path: `yyyy-MM-dd[T ]HH:mm:ss[.1-9 digits]` with `Z`, or without where the zone is UTC. No
 * objects, no regular expression. Undefined for everything else.
 */
function commonInstant(text: string, utc: boolean): string | undefined {
  const length = text.length;
  const zulu = text.charCodeAt(length - 1) === 0x5a;
  const end = zulu ? length - 1 : length;
  if ((!zulu && !utc) || end < 19 || end === 20 || end > 29 || !hasShape(text)) return undefined;
  const exists =
    isDate(pair(text, 0) * 100 + pair(text, 2), pair(text, 5), pair(text, 8)) &&
    isClock(pair(text, 11), pair(text, 14), pair(text, 17));
  if (!exists || (end > 19 && !isFraction(text, end))) return undefined;
  if (zulu && end === 26 && text.charCodeAt(10) === 0x54) return text;
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${microsText(text.slice(20, end))}Z`;
}

function hasShape(text: string): boolean {
  const separator = text.charCodeAt(10);
  return (
    text.charCodeAt(4) === 0x2d &&
    text.charCodeAt(7) === 0x2d &&
    (separator === 0x54 || separator === 0x20) &&
    text.charCodeAt(13) === 0x3a &&
    text.charCodeAt(16) === 0x3a
  );
}

/** The value of two digits, or not a number, which no check of a range lets through. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function isFraction(text: string, end: number): boolean {
  if (text.charCodeAt(19) !== 0x2e) return false;
  for (let at = 20; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}
