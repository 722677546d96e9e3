// Owns the times that are understood without a format: the listed ones and RFC 3339, and epoch numbers.
import { epochText, isClock, isDate, type CivilTime } from './civil-time.ts';
import { parseNumeral, plainText, pointPosition } from './numeral.ts';

/*
 * The formats are told apart by their shape, so trying them in order is one match:
 *   yyyy-MM-dd'T'HH:mm:ss[.SSS][Z]   yyyy-MM-dd HH:mm:ss[.SSS][Z]   yyyy-MM-dd[Z]   MM/dd/yyyy
 * with one to nine fraction digits, and Z being `Z`, +HH:mm, +HHmm or +HH.
 */
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d\d(?::?\d\d)?)?$/;
const OFFSET = /^[+-]\d\d(?::?\d\d)?$/;
const US_DATE = /^(\d\d)\/(\d\d)\/(\d{4})$/;

/** Reads a time in one of the known formats; undefined when it is none, or no day or clock shows it. */
export function parseTime(text: string): CivilTime | undefined {
  const iso = ISO.exec(text);
  if (iso) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = iso;
    return civilTime([year, month, day, hour, minute, second].map(Number), fraction, offset);
  }
  const us = US_DATE.exec(text);
  return us ? civilTime([us[3], us[1], us[2], 0, 0, 0].map(Number), '', undefined) : undefined;
}

/** A time from year, month, day, hour, minute, second, if it exists. */
export function civilTime(
  parts: readonly number[],
  fraction: string,
  offset: string | undefined,
): CivilTime | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  if (!isDate(year, month, day) || !isClock(hour, minute, second)) return undefined;
  const time = { year, month, day, hour, minute, second, fraction };
  if (offset === undefined) return time;
  const offsetSeconds = parseOffset(offset);
  return offsetSeconds === undefined ? undefined : { ...time, offsetSeconds };
}

/** Seconds of `Z`, +HH:mm, +HHmm or +HH; undefined for anything else. */
export function parseOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  if (!OFFSET.test(text)) return undefined;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', ''));
  if (!isClock(hours, minutes, 0)) return undefined;
  const seconds = hours * 3_600 + minutes * 60;
  return text.startsWith('-') ? -seconds : seconds;
}

/** Below this size an epoch number counts seconds, else milliseconds. */
const SECONDS_DIGITS = 11; // 1e11

/**
 * Canonical text of an epoch number, read as a decimal: `1780586634.1` is `...54.100000Z`. Undefined when it
 * is not a number or outside the years 1 to 9999. Digits below the microsecond are cut towards the past, as
 * they are in a text.
 */
export function epochNumberText(text: string): string | undefined {
  const numeral = parseNumeral(text);
  if (!numeral) return undefined;
  const point = pointPosition(numeral);
  // Beyond these it is no date, or nothing is left of it; in between plainText stays short.
  if (point > 18) return undefined;
  if (point < -30) return numeral.negative ? epochText(-1, '999999') : epochText(0, '000000');
  // 1e11 itself has 12 digits before its point.
  const shift = point > SECONDS_DIGITS ? 3 : 6;
  const micros = floorText(plainText({ ...numeral, exponent: numeral.exponent + shift }));
  const seconds = micros / 1_000_000n;
  const rest = micros % 1_000_000n;
  const floor = rest < 0n ? seconds - 1n : seconds;
  return epochText(Number(floor), String(rest < 0n ? rest + 1_000_000n : rest).padStart(6, '0'));
}

function floorText(plain: string): bigint {
  const [whole = '0', fraction] = plain.split('.');
  const value = BigInt(whole);
  return fraction !== undefined && plain.startsWith('-') ? value - 1n : value;
}
