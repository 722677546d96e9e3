// Owns windows in SQL: the window that contains an event time, and its end. It says what
// pipeline/calendar.ts says; test/data-plane/window-sql.test.ts holds the two together.
import {
  DAY_MICROS,
  daysPerWindow,
  firstDay,
  monthsPerWindow,
  unitMicros,
  windowContaining,
  zoneOffsets,
  type ZoneOffsets,
} from '../../pipeline/calendar.ts';
import { floorDivide } from '../../pipeline/time-zones.ts';
import type { Window } from '../../pipeline/windows.ts';
import { letSql } from './let-sql.ts';
import { dateSql, localDateSql, startOfDateSql } from './local-clock-sql.ts';

/** The first and last instant that the time expression can have, in microseconds, both included. */
export interface InstantRange {
  readonly from: bigint;
  readonly to: bigint;
}

const NO_BOUND = 'CAST(NULL AS TIMESTAMP)';

/**
 * Start and end (UTC TIMESTAMP) of the window that contains a TIMESTAMP expression, which is repeated in the
 * SQL and should be a column. All its values must be within the range. To aggregate, group by the start
 * alone and compute the end on the grouped rows with `windowEndSql`: it costs as much as the start.
 */
export function windowSql(window: Window, time: string, range: InstantRange): { start: string; end: string } {
  const start = windowStartSql(window, time, range);
  return { start, end: windowEndSql(window, start, range) };
}

/** Start (UTC TIMESTAMP) of the window that contains a TIMESTAMP expression; NULL for the window `all`. */
export function windowStartSql(window: Window, time: string, range: InstantRange): string {
  if (window.unit === 'all') return NO_BOUND;
  const clock = clockOver(window, range);
  if (isElapsed(window)) return elapsedStartSql(window, time, range, clock);
  return startOfDateSql(
    withDate(time, clock, (date) => firstDateSql(window, date, range)),
    clock,
  );
}

/** End (UTC TIMESTAMP, exclusive) of the window with this start; the range is that of the event times. */
export function windowEndSql(window: Window, start: string, range: InstantRange): string {
  if (window.unit === 'all') return NO_BOUND;
  const clock = clockOver(window, range);
  if (!isElapsed(window)) {
    return startOfDateSql(
      withDate(start, clock, (first) => nextDateSql(window, first)),
      clock,
    );
  }
  const full = `make_timestamp(epoch_us(${start}) + ${unitMicros(window)})`;
  if (clock.transitions.length === 0 && DAY_MICROS % unitMicros(window) === 0n) return full;
  return `least(${full}, ${startOfDateSql(`(${localDateSql(start, clock)} + 1)`, clock)})`;
}

const isElapsed = ({ unit }: Window): boolean => unit === 'minute' || unit === 'hour';

/** Without a change of the clock the local date is short SQL, and repeating it is the faster way. */
const withDate = (time: string, clock: ZoneOffsets, body: (date: string) => string): string =>
  clock.transitions.length === 0
    ? body(localDateSql(time, clock))
    : letSql('local_date', localDateSql(time, clock), body);

/** The zone's clock over the range, widened by the windows that its ends cut and by a day for local dates. */
function clockOver(window: Window, { from, to }: InstantRange): ZoneOffsets {
  const first = windowContaining(window, from).start!;
  const last = windowContaining(window, to).end!;
  return zoneOffsets(window.timeZone, first - 2n * DAY_MICROS, last + 2n * DAY_MICROS);
}

/** Minute and hour windows: elapsed time since local midnight, restarting with every local date. */
function elapsedStartSql(window: Window, time: string, { from }: InstantRange, clock: ZoneOffsets): string {
  const size = unitMicros(window);
  const micros = `epoch_us(${time})`;
  if (clock.transitions.length > 0) {
    const midnight = `epoch_us(${startOfDateSql(localDateSql(time, clock), clock)})`;
    return `make_timestamp(${micros} - (${micros} - ${midnight}) % ${size})`;
  }
  // Without a change of the clock every midnight is whole days after this one, which lies before the range,
  // so that the engine's remainder (which takes the sign of the dividend) is never negative.
  const midnight = floorDivide(from + clock.initial, DAY_MICROS) * DAY_MICROS - clock.initial;
  const sinceMidnight =
    DAY_MICROS % size === 0n ? `(${micros} - ${midnight})` : `((${micros} - ${midnight}) % ${DAY_MICROS})`;
  return `make_timestamp(${micros} - ${sinceMidnight} % ${size})`;
}

/** The first date of the window that a local date (not before the range) falls into. */
function firstDateSql(window: Window, date: string, { from }: InstantRange): string {
  if (window.unit === 'day' || window.unit === 'week') {
    const size = daysPerWindow(window);
    if (size === 1) return date;
    const origin = originBefore(BigInt(firstDay(window)), BigInt(size), floorDivide(from, DAY_MICROS) - 1n);
    return `(${date} - CAST((${date} - ${dateSql(origin)}) % ${size} AS INTEGER))`;
  }
  const month = begunMonthSql(window, date);
  const step = monthsPerWindow(window);
  if (step === 1) return anchoredSql(window, month);
  // The engine's remainder takes the sign of the dividend, so it is taken from an origin before the range.
  const origin = monthOrigin(step, from);
  const passed = `CAST((year(${month}) * 12 + month(${month}) - 1 - ${origin}) % ${step} AS INTEGER)`;
  return anchoredSql(window, `CAST(${month} - to_months(${passed}) AS DATE)`);
}

/** A multiple of the step, counted from the origin, that is not after the value. */
const originBefore = (origin: bigint, step: bigint, value: bigint): bigint =>
  origin + floorDivide(value - origin, step) * step;

/** Months of year 0 to a window start that is not after the instant; windows count from January 1970. */
function monthOrigin(step: number, from: bigint): bigint {
  const yearsBefore = floorDivide(from, 365n * DAY_MICROS);
  const january = (1970n + (yearsBefore < 0n ? yearsBefore : 0n) - 1n) * 12n;
  return originBefore(1970n * 12n, BigInt(step), january);
}

/** The first of the month in which the window month of a date began: the month before, up to the anchor day. */
function begunMonthSql(window: Window, date: string): string {
  const first = `CAST(date_trunc('month', ${date}) AS DATE)`;
  if ((window.anchorDay ?? 1) === 1) return first;
  const clipped = `least(${window.anchorDay}, day(last_day(${date})))`;
  return `CAST(CASE WHEN day(${date}) < ${clipped} THEN ${first} - to_months(1) ELSE ${first} END AS DATE)`;
}

/** The anchor day in the month with this first day, clipped to the month's length. */
function anchoredSql(window: Window, month: string): string {
  if ((window.anchorDay ?? 1) === 1) return month;
  return `(${month} + CAST(least(${window.anchorDay}, day(last_day(${month}))) - 1 AS INTEGER))`;
}

function nextDateSql(window: Window, first: string): string {
  if (window.unit === 'day' || window.unit === 'week') return `(${first} + ${daysPerWindow(window)})`;
  const month = `CAST(date_trunc('month', ${first}) + to_months(${monthsPerWindow(window)}) AS DATE)`;
  return anchoredSql(window, month);
}
