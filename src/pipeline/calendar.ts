// Owns the arithmetic of windows: which window contains an instant, and where it ends. Instants are bigint
// microseconds since 1970-01-01T00:00Z. data-plane/duckdb/window-sql.ts says the same in SQL.
import { Temporal } from 'temporal-polyfill';
import { floorDivide, isTimeZone, microsAt, zonedAt } from './time-zones.ts';
import type { Window, WindowUnit } from './windows.ts';

export { zoneOffsets, isTimeZone, type ZoneOffsets, type ZoneTransition } from './time-zones.ts';

/** Half-open `[start, end)`; null bounds are those of the window `all`. */
export interface WindowBounds {
  readonly start: bigint | null;
  readonly end: bigint | null;
}

export interface WindowProblem {
  readonly code: 'WINDOW_COUNT_INVALID' | 'TIME_ZONE_UNKNOWN' | 'WINDOW_ANCHOR_INVALID';
  readonly message: string;
}

export const MINUTE_MICROS = 60_000_000n;
export const HOUR_MICROS = 3_600_000_000n;
export const DAY_MICROS = 86_400_000_000n;

/** Monday 1970-01-05 as days since 1970-01-01: day and week windows count from it. */
export const FIRST_MONDAY = 4;

export const MONTHS_PER_UNIT = { month: 1, quarter: 3, year: 12 } as const;

/** Elapsed-time windows restart every local midnight, so more than a day of them would never be full. */
const COUNT_MAX = {
  minute: 1440,
  hour: 24,
  day: 10_000,
  week: 10_000,
  month: 10_000,
  quarter: 10_000,
  year: 1_000,
  all: 1,
};

const ANCHOR_MAX: Partial<Record<WindowUnit, number>> = { week: 7, month: 31, quarter: 31, year: 31 };

/** Everything that is wrong with a window. */
export function windowProblems(window: Window): WindowProblem[] {
  const problems: WindowProblem[] = [];
  const { unit, count, timeZone, anchorDay } = window;
  const countMax = COUNT_MAX[unit];
  if (!Number.isInteger(count) || count < 1 || count > countMax) {
    const message = `a window of unit ${unit} has a count of 1 to ${countMax}, not ${count}`;
    problems.push({ code: 'WINDOW_COUNT_INVALID', message });
  }
  if (!isTimeZone(timeZone)) {
    problems.push({ code: 'TIME_ZONE_UNKNOWN', message: `there is no time zone ${timeZone}` });
  }
  const anchorMax = ANCHOR_MAX[unit];
  if (anchorDay !== undefined && anchorMax === undefined) {
    problems.push({ code: 'WINDOW_ANCHOR_INVALID', message: `a window of unit ${unit} takes no anchorDay` });
  } else if (
    anchorDay !== undefined &&
    !(Number.isInteger(anchorDay) && anchorDay >= 1 && anchorDay <= anchorMax!)
  ) {
    const message = `anchorDay of unit ${unit} is 1 to ${anchorMax}, not ${anchorDay}`;
    problems.push({ code: 'WINDOW_ANCHOR_INVALID', message });
  }
  return problems;
}

/** The window that contains an instant. */
export function windowContaining(window: Window, instant: bigint): WindowBounds {
  switch (window.unit) {
    case 'all':
      return { start: null, end: null };
    case 'minute':
    case 'hour':
      return elapsedWindow(window.timeZone, unitMicros(window), instant);
    case 'day':
    case 'week':
    case 'month':
    case 'quarter':
    case 'year':
      return datedWindow(window, instant);
  }
}

/** The window that starts where this one ends; none follows the window `all`. */
export function nextWindow(window: Window, bounds: WindowBounds): WindowBounds | undefined {
  return bounds.end === null ? undefined : windowContaining(window, bounds.end);
}

/** Length of a minute or hour window, before local midnight cuts it. */
export const unitMicros = ({ unit, count }: Window): bigint =>
  BigInt(count) * (unit === 'minute' ? MINUTE_MICROS : HOUR_MICROS);

function elapsedWindow(zone: string, size: bigint, instant: bigint): WindowBounds {
  const day = datedWindow({ unit: 'day', count: 1, timeZone: zone }, instant);
  const start = day.start + ((instant - day.start) / size) * size;
  const end = start + size;
  return { start, end: end < day.end ? end : day.end };
}

function datedWindow(window: Window, instant: bigint): { start: bigint; end: bigint } {
  const zone = window.timeZone;
  const first = firstDate(window, zonedAt(instant, zone).toPlainDate());
  const next = nextDate(window, first);
  const end = startOfDate(next, zone);
  if (instant < end) return { start: startOfDate(first, zone), end };
  // The clock went back over midnight (America/St_Johns did at 00:01): the date shows the day before again,
  // but the day had begun. A window is what lies between the first instants of two dates.
  return { start: end, end: startOfDate(nextDate(window, next), zone) };
}

/** The first instant of a local date: where a clock change skips midnight, the change itself. */
const startOfDate = (date: Temporal.PlainDate, zone: string): bigint => microsAt(date.toZonedDateTime(zone));

/** The first date of the window that a local date falls into. */
function firstDate(window: Window, date: Temporal.PlainDate): Temporal.PlainDate {
  if (window.unit === 'day' || window.unit === 'week') {
    const days = EPOCH_DATE.until(date, { largestUnit: 'days' }).days;
    return EPOCH_DATE.add({ days: floorTo(days, firstDay(window), daysPerWindow(window)) });
  }
  const month = (date.year - 1970) * 12 + date.month - 1;
  const begun = date.day >= clippedAnchor(window, date) ? month : month - 1;
  return anchoredDate(window, floorTo(begun, 0, monthsPerWindow(window)));
}

function nextDate(window: Window, first: Temporal.PlainDate): Temporal.PlainDate {
  if (window.unit === 'day' || window.unit === 'week') return first.add({ days: daysPerWindow(window) });
  return anchoredDate(window, (first.year - 1970) * 12 + first.month - 1 + monthsPerWindow(window));
}

const EPOCH_DATE = Temporal.PlainDate.from('1970-01-01');

/** The day, counted from 1970-01-01, that day and week windows count from. */
export const firstDay = ({ unit, anchorDay }: Window): number =>
  FIRST_MONDAY + (unit === 'week' ? (anchorDay ?? 1) - 1 : 0);

export const daysPerWindow = ({ unit, count }: Window): number => (unit === 'week' ? 7 * count : count);

export const monthsPerWindow = ({ unit, count }: Window): number =>
  MONTHS_PER_UNIT[unit as keyof typeof MONTHS_PER_UNIT] * count;

const clippedAnchor = ({ anchorDay = 1 }: Window, month: Temporal.PlainDate): number =>
  Math.min(anchorDay, month.daysInMonth);

function anchoredDate(window: Window, monthsFrom1970: number): Temporal.PlainDate {
  const month = EPOCH_DATE.add({ months: monthsFrom1970 });
  return month.with({ day: clippedAnchor(window, month) });
}

const floorTo = (value: number, origin: number, step: number): number =>
  origin + Math.floor((value - origin) / step) * step;

/** Microseconds of a canonical instant (`yyyy-MM-ddTHH:mm:ss.ffffffZ`; any RFC 3339 text is read). */
export const microsOf = (text: string): bigint =>
  floorDivide(Temporal.Instant.from(text).epochNanoseconds, 1000n);

/** The canonical text of an instant. */
export const textOf = (micros: bigint): string =>
  Temporal.Instant.fromEpochNanoseconds(micros * 1000n).toString({ fractionalSecondDigits: 6 });
