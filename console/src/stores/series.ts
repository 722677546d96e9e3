import type { Slot } from './slots.ts';

/** One group of a histogram with its colour. */
export interface Series {
  readonly name: string;
  readonly total: number;
  readonly fill: string;
}

const FILLS = [
  'fill-series-1',
  'fill-series-2',
  'fill-series-3',
  'fill-series-4',
  'fill-series-5',
  'fill-series-6',
  'fill-series-7',
] as const;
const REST_FILL = 'fill-series-8';
/** The groups that have no colour of their own are drawn together under this name. */
export const REST = '(others)';

/** Groups by size: the seven largest, the others as one. Colours go by name, so that they stay when a frame is zoomed. */
export function seriesOf(slots: readonly Slot[]): Series[] {
  const totals = new Map<string, number>();
  for (const { counts } of slots) {
    for (const [name, count] of counts) totals.set(name, (totals.get(name) ?? 0) + count);
  }
  const bySize = [...totals].sort((a, b) => b[1] - a[1]);
  const named = bySize.slice(0, FILLS.length).sort(([a], [b]) => a.localeCompare(b));
  const rest = bySize.slice(FILLS.length).reduce((sum, [, count]) => sum + count, 0);
  const series = named.map(([name, total], index) => ({ name, total, fill: FILLS[index] ?? REST_FILL }));
  return rest > 0 ? [...series, { name: REST, total: rest, fill: REST_FILL }] : series;
}

/** Counts of a slot in the order of the series. */
export function stackOf(slot: Slot, series: readonly Series[]): number[] {
  const named = new Set(series.map(({ name }) => name));
  let rest = 0;
  for (const [name, count] of slot.counts) if (!named.has(name)) rest += count;
  return series.map(({ name }) => (name === REST ? rest : (slot.counts.get(name) ?? 0)));
}
