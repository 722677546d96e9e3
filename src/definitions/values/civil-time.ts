// Owns calendar arithmetic on times as written, and the canonical text of an instant.
import type { ZoneConversion } from './zone.ts';

/** A time as it was written. Without `offsetSeconds` it is local to a zone that the reader knows. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits after the point, as many as were written. */
  readonly fraction: string;
  readonly offsetSeconds?: number;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Whether the day exists, from the year 1 on. Not a number is no day. */
export function isDate(year: number, month: number, day: number): boolean {
  if (!(year >= 1 && month >= 1 && day >= 1)) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (MONTH_DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
}

/** Whether the clock shows it; a leap second (`:60`) has no place in the time scale of the store. */
export const isClock = (hour: number, minute: number, second: number): boolean =>
  hour < 24 && minute < 60 && second < 60;

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

/** `yyyy-MM-dd`. */
export const dateText = ({ year, month, day }: CivilTime): string =>
  `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;

/** Six digits: longer fractions are cut, shorter ones filled. */
export const microsText = (fraction: string): string => fraction.slice(0, 6).padEnd(6, '0');

/** Canonical text of the instant; undefined when it is outside the years 1 to 9999. */
export function instantText(time: CivilTime, toUtc: ZoneConversion): string | undefined {
  const local = localSeconds(time);
  const seconds = time.offsetSeconds === undefined ? toUtc(local) : local - time.offsetSeconds;
  return epochText(seconds, microsText(time.fraction));
}

const FIRST_SECOND = -62_135_596_800; // 0001-01-01T00:00:00Z
const LAST_SECOND = 253_402_300_799; // 9999-12-31T23:59:59Z

/** Canonical text of so many whole seconds since 1970 and six fraction digits. */
export function epochText(seconds: number, micros: string): string | undefined {
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) return undefined;
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19)}.${micros}Z`;
}

/** The calendar repeats itself after 400 years. */
const CYCLE_YEARS = 400;
const CYCLE_SECONDS = 146_097 * 86_400;

/** Seconds since 1970 of a time as if it were UTC. A cycle later, since Date.UTC takes the year 50 for 1950. */
function localSeconds({ year, month, day, hour, minute, second }: CivilTime): number {
  return Date.UTC(year + CYCLE_YEARS, month - 1, day, hour, minute, second) / 1_000 - CYCLE_SECONDS;
}
