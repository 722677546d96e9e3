// Owns what a time zone does to the clock: the transitions of its UTC offset. Instants are bigint
// microseconds since 1970-01-01T00:00Z; offsets are bigint microseconds to add to UTC.
import { Temporal } from 'temporal-polyfill';

/** One change of a zone's offset: `before` holds up to `instant`, `after` from it on. */
export interface ZoneTransition {
  readonly instant: bigint;
  readonly before: bigint;
  readonly after: bigint;
}

/** The offset at the start of a range and every change inside it. */
export interface ZoneOffsets {
  readonly initial: bigint;
  readonly transitions: readonly ZoneTransition[];
}

/** Whether the name is an IANA zone (or a fixed offset such as `+02:00`) that can be computed with. */
export function isTimeZone(name: string): boolean {
  try {
    zonedAt(0n, name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The instant as a date and time on the wall clock of a zone. */
export const zonedAt = (micros: bigint, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochNanoseconds(micros * 1000n).toZonedDateTimeISO(zone);

/** Microseconds of a zoned time. */
export const microsAt = (zoned: Temporal.ZonedDateTime): bigint => floorDivide(zoned.epochNanoseconds, 1000n);

const offsetAt = (zoned: Temporal.ZonedDateTime): bigint => BigInt(zoned.offsetNanoseconds) / 1000n;

/** The offset of a zone at `from`, and its changes with `from < instant <= to`, in order. */
export function zoneOffsets(zone: string, from: bigint, to: bigint): ZoneOffsets {
  let current = zonedAt(from, zone);
  const initial = offsetAt(current);
  const transitions: ZoneTransition[] = [];
  for (;;) {
    const next = current.getTimeZoneTransition('next');
    if (!next || microsAt(next) > to) return { initial, transitions };
    const before = transitions.at(-1)?.after ?? initial;
    const after = offsetAt(next);
    // A zone may change its name or rules without moving the clock; only moves matter here.
    if (after !== before) transitions.push({ instant: microsAt(next), before, after });
    current = next;
  }
}

/** Division of integers rounding towards minus infinity. */
export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor !== 0n && dividend < 0n !== divisor < 0n ? quotient - 1n : quotient;
}
