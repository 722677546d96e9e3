import type { BucketUnit, HistogramBucket } from '../api/types.ts';
import { instantOf, localTime } from '../format/time.ts';

/** One place on the time axis: a bucket, or the gap where a bucket without events would be. */
export interface Slot {
  readonly from: number;
  readonly to: number;
  readonly total: number;
  /** Count per group; the empty name when the histogram is not grouped. */
  readonly counts: ReadonlyMap<string, number>;
}

const MINUTE = 60_000;
/** What one bar can be at the narrowest; more are not drawn. */
export const SLOTS_MAX = 2_000;

/** About how long a bucket is, to choose one and to know how many there would be. */
export const BUCKET_MILLIS: Readonly<Record<BucketUnit, number>> = {
  minute: MINUTE,
  hour: 60 * MINUTE,
  day: 1_440 * MINUTE,
  month: 30 * 1_440 * MINUTE,
};

/** The finest bucket that shows a span in at most about 180 bars. */
export function bucketFor(millis: number): BucketUnit {
  const units: readonly BucketUnit[] = ['minute', 'hour', 'day'];
  return (
    units.find((unit) => millis / BUCKET_MILLIS[unit] <= 180) ??
    (millis < 2 * 366 * BUCKET_MILLIS.day ? 'day' : 'month')
  );
}

/** The buckets of the API in time order, merged over their groups, with the gaps between them filled. */
export function slotsOf(buckets: readonly HistogramBucket[], unit: BucketUnit, zone: string): Slot[] {
  const merged = [...mergeGroups(buckets).values()].sort((a, b) => a.from - b.from);
  const slots: Slot[] = [];
  for (const slot of merged) {
    const last = slots.at(-1);
    if (last) fillGap(slots, last.to, slot.from, unit, zone);
    slots.push(slot);
    if (slots.length > SLOTS_MAX) return slots.slice(0, SLOTS_MAX);
  }
  return slots;
}

/** The name a group goes by: an event without the field has a group of its own. */
function groupName(group: string | null | undefined): string {
  if (group === undefined) return '';
  return group === null || group === '' ? '(none)' : group;
}

function mergeGroups(buckets: readonly HistogramBucket[]): Map<string, Slot> {
  const slots = new Map<string, Slot & { counts: Map<string, number> }>();
  for (const { from, to, count, group } of buckets) {
    const slot = slots.get(from) ?? {
      from: Date.parse(from),
      to: Date.parse(to),
      total: 0,
      counts: new Map(),
    };
    const name = groupName(group);
    slot.counts.set(name, (slot.counts.get(name) ?? 0) + count);
    slots.set(from, { ...slot, total: slot.total + count });
  }
  return slots;
}

function fillGap(slots: Slot[], from: number, to: number, unit: BucketUnit, zone: string): void {
  let start = from;
  while (start < to && slots.length <= SLOTS_MAX) {
    // A calendar bucket may end early or late by a clock change; it never passes the next bucket.
    const end = Math.min(nextStart(start, unit, zone), to);
    slots.push({ from: start, to: end, total: 0, counts: new Map() });
    start = end;
  }
}

function nextStart(start: number, unit: BucketUnit, zone: string): number {
  if (unit === 'minute' || unit === 'hour') return start + BUCKET_MILLIS[unit];
  const { date } = localTime(start, zone);
  const next = new Date(`${date}T00:00:00Z`);
  if (unit === 'day') next.setUTCDate(next.getUTCDate() + 1);
  else next.setUTCMonth(next.getUTCMonth() + 1, 1);
  return instantOf(next.toISOString().slice(0, 10), '00:00:00', zone);
}
