// Owns the canonical text of datetimes and dates.
import { dateText, instantText, isClock, isDate, microsText, type CivilTime } from './civil-time.ts';
import { numeralText } from './numeral.ts';
import type { TimeParser } from './time-format.ts';
import { epochNumberText, parseOffset, parseTime } from './time-text.ts';
import { shown, typeName, type ValueReader } from './value-problem.ts';
import { zoneConversion, type ZoneConversion } from './zone.ts';

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
      const text = commonInstant(raw, utc, toUtc);
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

const T = 0x54;
const SPACE = 0x20;
const DASH = 0x2d;
const COLON = 0x3a;
const POINT = 0x2e;
const CLOCK_END = 19;
const FRACTION_MAX = 9;

/**
 * The hot path: `yyyy-MM-dd[T ]HH:mm:ss[.1-9 digits][Z]`, read by place. Undefined for everything else, so
 * that the general way may find what it is.
 */
function commonInstant(text: string, utc: boolean, toUtc: ZoneConversion): string | undefined {
  if (text.length < CLOCK_END || !hasShape(text)) return undefined;
  const year = pair(text, 0) * 100 + pair(text, 2);
  const month = pair(text, 5);
  const day = pair(text, 8);
  const hour = pair(text, 11);
  const minute = pair(text, 14);
  const second = pair(text, 17);
  if (!isDate(year, month, day) || !isClock(hour, minute, second)) return undefined;
  const end = fractionEnd(text);
  if (end === CLOCK_END + 1 || end - CLOCK_END - 1 > FRACTION_MAX) return undefined;
  const fraction = text.slice(CLOCK_END + 1, end);
  const zone = text.slice(end);
  if (zone === 'Z' || (zone === '' && utc)) {
    if (fraction.length === 6 && zone === 'Z' && text.charCodeAt(10) === T) return text;
    return `${text.slice(0, 10)}T${text.slice(11, CLOCK_END)}.${microsText(fraction)}Z`;
  }
  const time = { year, month, day, hour, minute, second, fraction };
  if (zone === '') return instantText(time, toUtc);
  const offsetSeconds = parseOffset(zone);
  return offsetSeconds === undefined ? undefined : instantText({ ...time, offsetSeconds }, toUtc);
}

function hasShape(text: string): boolean {
  const separator = text.charCodeAt(10);
  return (
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    (separator === T || separator === SPACE) &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON
  );
}

/** The value of two digits, or not a number, which no check of a range lets through. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Where the fraction ends that may follow the clock; right after the clock if there is none. */
function fractionEnd(text: string): number {
  if (text.charCodeAt(CLOCK_END) !== POINT) return CLOCK_END;
  let at = CLOCK_END + 1;
  while (text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++;
  return at;
}
