import type { BucketUnit } from '../api/types.ts';
import { localTime } from '../format/time.ts';
import type { Slot } from './slots.ts';

export interface Tick {
  /** Position in the axis' own unit: a count, or milliseconds. */
  readonly at: number;
  readonly label: string;
}

/** Round counts from 0 to at least `max`: steps of 1, 2 or 5 times a power of ten. */
export function countTicks(max: number): number[] {
  const rough = Math.max(1, max / 4);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? power * 10;
  const ticks = [0];
  while ((ticks.at(-1) ?? 0) < max) ticks.push((ticks.at(-1) ?? 0) + step);
  return ticks;
}

const LABEL_WIDTH = 92;

/** Labels under the slots that begin a day (or what the unit calls for), as many as fit. */
export function timeTicks(slots: readonly Slot[], unit: BucketUnit, zone: string, width: number): Tick[] {
  const fit = Math.max(2, Math.floor(width / LABEL_WIDTH));
  const step = Math.max(1, Math.ceil(slots.length / fit));
  return slots
    .filter((_, index) => index % step === 0)
    .map(({ from }) => ({ at: from, label: labelOf(from, unit, zone) }));
}

function labelOf(millis: number, unit: BucketUnit, zone: string): string {
  const { date, time } = localTime(millis, zone);
  if (unit === 'month') return date.slice(0, 7);
  if (unit === 'day') return date;
  return time.startsWith('00:00') ? date.slice(5) : `${date.slice(5)} ${time.slice(0, 5)}`;
}
