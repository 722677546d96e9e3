// Owns `weir store histogram`: how many events there are per span of event time, side by side per group.
import { Option, type Command } from 'commander';
import type { HistogramBucket } from './api-types.ts';
import { apiPath } from './client.ts';
import { contextOf } from './context.ts';
import { countText } from './output/decimal-text.ts';
import type { TableColumn } from './output/table.ts';
import { instantText } from './output/times.ts';

interface HistogramOptions {
  readonly bucket: string;
  readonly groupBy?: string;
  readonly from?: string;
  readonly to?: string;
}

/** More would be wider than any terminal; `--json` has them all. */
const groups_max = 12;

export function addStoreHistogram(store: Command): void {
  store
    .command('histogram <store>')
    .description('how many events there are per day of event time; by group, gaps show')
    .addOption(
      new Option('--bucket <span>', 'the span of a row')
        .choices(['minute', 'hour', 'day', 'month'])
        .default('day'),
    )
    .option('--group-by <field>', 'a column for each value of this field')
    .option('--from <time>', 'from this instant or date on')
    .option('--to <time>', 'up to this instant, or up to and including this date')
    .action((name: string, options: HistogramOptions, command: Command) => histogram(name, options, command));
}

async function histogram(store: string, options: HistogramOptions, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const { buckets } = await client.get<{ buckets: HistogramBucket[] }>(
    apiPath`/v1/event-stores/${store}/histogram`,
    { ...options },
  );
  const groups = options.groupBy === undefined ? [] : groupsOf(buckets);
  const shown = groups.slice(0, groups_max);
  const columns: TableColumn[] = [
    { title: options.bucket },
    ...shown.map((group) => ({ title: group ?? 'no value', align: 'right' as const })),
    { title: 'events', align: 'right' },
  ];
  output.table({ buckets }, columns, rowsOf(buckets, shown));
  if (groups.length > shown.length) {
    output.note(`${countText(groups.length - shown.length)} more groups; see them all with --json`);
  }
}

function groupsOf(buckets: readonly HistogramBucket[]): (string | null)[] {
  const groups = [...new Set(buckets.map(({ group }) => group ?? null))];
  return groups.sort((a, b) => (a ?? '').localeCompare(b ?? '', 'en'));
}

/** A row for each span that holds events: the count of each group, `-` where there is none, and the sum of all. */
function rowsOf(buckets: readonly HistogramBucket[], groups: readonly (string | null)[]): string[][] {
  const spans = new Map<string, Map<string | null, number>>();
  for (const { from, group, count } of buckets) {
    const counts = spans.get(from) ?? new Map<string | null, number>();
    spans.set(from, counts.set(group ?? null, count));
  }
  return [...spans].map(([from, counts]) => [
    instantText(from),
    ...groups.map((group) => (counts.has(group) ? countText(counts.get(group) ?? 0) : '-')),
    countText([...counts.values()].reduce((sum, count) => sum + count, 0)),
  ]);
}
