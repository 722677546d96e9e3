import type { MicrosRange } from '../data-plane/pipeline-port.ts';
import { microsOf, textOf } from '../pipeline/calendar.ts';
import { join } from '../pipeline/scope.ts';
import { readTimeRange } from '../stores/time-range.ts';
import type { EffectiveScope, RunScope } from './types.ts';

/**
 * The instants of a scope. Dates mean from the first instant of the start date up to and including the whole
 * end date, in the zone. Throws TIME_FRAME_INVALID.
 */
export function rangeOf(scope: RunScope, timeZone: string): MicrosRange {
  if (scope.kind === 'all') return {};
  const bounds = 'startDate' in scope ? { from: scope.startDate, to: scope.endDate } : scope;
  const { from, to } = readTimeRange(bounds, timeZone);
  return {
    ...(from === undefined ? {} : { from: microsOf(from) }),
    ...(to === undefined ? {} : { to: microsOf(to) }),
  };
}

/** A range as instants in text. */
export const toScope = ({ from, to }: MicrosRange): EffectiveScope => ({
  from: from === undefined ? null : textOf(from),
  to: to === undefined ? null : textOf(to),
});

export const fromScope = ({ from, to }: EffectiveScope): MicrosRange => ({
  ...(from === null ? {} : { from: microsOf(from) }),
  ...(to === null ? {} : { to: microsOf(to) }),
});

/** The smallest range that holds all of these. */
export const hull = ([first = {}, ...rest]: readonly MicrosRange[]): MicrosRange => rest.reduce(join, first);
