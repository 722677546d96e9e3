// Owns drawing a histogram as text: one line per group, one sign per day, so that a gap is seen at once.
import pc from 'picocolors';
import type { HistogramBucket } from '../api-types.ts';
import { countText } from '../output/decimal-text.ts';
import { MONTH_DAYS, MONTH_START_MS } from './sample.ts';

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** One line per group with a bar for each day of the month; a day without events is a dot. */
export function dayChart(buckets: readonly HistogramBucket[]): string[] {
  const groups = [...new Set(buckets.map(({ group }) => group ?? ''))].sort();
  const width = Math.max(0, ...groups.map((group) => group.length));
  const lines = groups.map((group) => {
    const counts = dayCounts(buckets.filter((bucket) => (bucket.group ?? '') === group));
    const most = Math.max(1, ...counts);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const bars = counts.map((count) => (count === 0 ? pc.red('·') : pc.cyan(bar(count / most))));
    return `${group.padEnd(width)}  ${bars.join('')}  ${countText(total)}`;
  });
  return [`${' '.repeat(width)}  ${pc.dim('1         11        21        ')}`, ...lines];
}

function bar(share: number): string {
  return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))] ?? '█';
}

function dayCounts(buckets: readonly HistogramBucket[]): number[] {
  const counts = Array.from({ length: MONTH_DAYS }, () => 0);
  for (const { from, count } of buckets) {
    const day = Math.floor((Date.parse(from) - MONTH_START_MS) / 86_400_000);
    if (day >= 0 && day < MONTH_DAYS) counts[day] = (counts[day] ?? 0) + count;
  }
  return counts;
}
