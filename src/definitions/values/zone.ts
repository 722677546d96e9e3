// Owns the one conversion from local time to UTC. The engine never converts zones.
import { Temporal } from 'temporal-polyfill';

const SECONDS_PER_HOUR = 3_600;
/** Local hours remembered per zone; more than a year's worth. */
const CACHE_MAX = 10_000;

/** Whether the name is an IANA zone of this runtime, such as `UTC` or `Europe/Budapest`. */
export function isTimeZone(name: string): boolean {
  // Fixed offsets (`+02:00`) are no IANA names, although newer runtimes take them.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Turns local seconds (as if UTC, since 1970) into UTC seconds. */
export type ZoneConversion = (localSeconds: number) => number;

const conversions = new Map<string, ZoneConversion>();

/**
 * The conversion of a zone. Times that a clock change skips or repeats are read as Temporal's `compatible`
 * does: the later of a gap, the earlier of a repetition.
 */
export function zoneConversion(timeZone: string): ZoneConversion {
  let conversion = conversions.get(timeZone);
  if (!conversion) {
    conversion = timeZone === 'UTC' ? (seconds) => seconds : cachedByHour(timeZone);
    conversions.set(timeZone, conversion);
  }
  return conversion;
}

/**
 * Temporal takes some ten microseconds, so the shift is remembered per local hour, unless a clock change
 * (Lord Howe: on the half hour) falls inside it.
 */
function cachedByHour(timeZone: string): ZoneConversion {
  const shifts = new Map<number, number | undefined>();
  return (localSeconds) => {
    const hour = Math.floor(localSeconds / SECONDS_PER_HOUR);
    let shift = shifts.get(hour);
    if (shift === undefined && !shifts.has(hour)) {
      shift = uniformShift(hour * SECONDS_PER_HOUR, timeZone);
      if (shifts.size >= CACHE_MAX) shifts.clear();
      shifts.set(hour, shift);
    }
    return shift === undefined ? toUtc(localSeconds, timeZone) : localSeconds + shift;
  };
}

function uniformShift(start: number, timeZone: string): number | undefined {
  const last = start + SECONDS_PER_HOUR - 1;
  const shift = toUtc(start, timeZone) - start;
  return toUtc(last, timeZone) - last === shift ? shift : undefined;
}

function toUtc(localSeconds: number, timeZone: string): number {
  const local = Temporal.Instant.fromEpochMilliseconds(localSeconds * 1_000).toZonedDateTimeISO('UTC');
  const zoned = local.toPlainDateTime().toZonedDateTime(timeZone, { disambiguation: 'compatible' });
  return zoned.epochMilliseconds / 1_000;
}
