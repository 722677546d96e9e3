// Owns what a retention of so many days means in instants: whole days of the store's calendar.
import { microsOf, textOf, windowContaining } from '../pipeline/calendar.ts';
import { microsAt, zonedAt } from '../pipeline/time-zones.ts';

/** A day of the calendar of a zone, as it begins and ends when the clock changes too. */
const day = (timeZone: string) => ({ unit: 'day', count: 1, timeZone }) as const;

/**
 * The instant that a store retains events from: the start of the day that lies so many days before today, so
 * that an event stays for at least that many days, and leaves with its whole day. `now` is an instant.
 */
export function retainedFromOf(days: number, timeZone: string, now: string): string {
  const { start } = windowContaining(day(timeZone), microsOf(now));
  const today = zonedAt(start!, timeZone).toPlainDate();
  return textOf(microsAt(today.subtract({ days }).toZonedDateTime(timeZone)));
}

/** Milliseconds from `now` to the next start of a day in the zone. */
export function untilNextDay(timeZone: string, now: string): number {
  const at = microsOf(now);
  const { end } = windowContaining(day(timeZone), at);
  return Math.ceil(Number(end! - at) / 1_000);
}

/** The end of the day in the zone that holds an event time. */
export function endOfDay(timeZone: string, time: string): string {
  return textOf(windowContaining(day(timeZone), microsOf(time)).end!);
}
