// Owns reading of `from` and `to`: instants, or dates in the store's zone, where `to` means the whole day.
import { Temporal } from 'temporal-polyfill';
import type { TimeRange } from '../data-plane/event-store-port.ts';
import { instantReader } from '../definitions/values/instant.ts';
import { throwIfProblems } from '../errors.ts';
import type { Problem } from '../errors.ts';

const DATE = /^\d{4}-\d\d-\d\d$/u;

/** The day after, if the text is a date that exists. */
function dayAfter(text: string): string {
  if (!DATE.test(text)) return text;
  try {
    return Temporal.PlainDate.from(text).add({ days: 1 }).toString();
  } catch {
    // Not a day of the calendar: the reader of instants says so.
    return text;
  }
}

/**
 * `[from, to)` in canonical instants; a missing bound is open. `place` is where the bounds were given. Throws
 * `TIME_FRAME_INVALID`.
 */
export function readTimeRange(
  bounds: { readonly from?: string | undefined; readonly to?: string | undefined },
  timeZone: string,
  place = '/query',
): TimeRange {
  const read = instantReader(timeZone);
  const problems: Problem[] = [];
  const bound = (name: 'from' | 'to', text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    const value = read(name === 'to' ? dayAfter(text) : text);
    if (typeof value === 'string') return value;
    const message = `'${name}' ${value.problem}.`;
    problems.push({ pointer: `${place}/${name}`, code: 'TIME_FRAME_INVALID', message });
    return undefined;
  };
  const from = bound('from', bounds.from);
  const to = bound('to', bounds.to);
  // Canonical instants of four-digit years sort as text.
  if (from !== undefined && to !== undefined && from > to) {
    problems.push({ pointer: `${place}/to`, code: 'TIME_FRAME_INVALID', message: `'to' is before 'from'.` });
  }
  throwIfProblems(problems, 'TIME_FRAME_INVALID', 'The time frame is not valid; see errors.');
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
