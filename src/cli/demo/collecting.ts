// Owns the demo's first act: definition, store, and the files of the regions.
import type { HistogramBucket } from '../api-types.ts';
import { apiPath } from '../client.ts';
import { importFile } from '../import/import-file.ts';
import { Rejects } from '../import/rejects.ts';
import { openSourceFile } from '../import/source-file.ts';
import type { ImportSummary } from '../import/types.ts';
import { countText } from '../output/decimal-text.ts';
import { tableLines } from '../output/table.ts';
import { dayChart } from './day-chart.ts';
import type { Scene } from './scene.ts';
import { DEFINITION, definitionBody, STORE, storeBody } from './setup.ts';

const batch_events = 10_000;

export async function setUp({ stage, client }: Scene): Promise<void> {
  await stage.step(
    'Define the event, create the store',
    async () => {
      await client.post('/v1/event-definitions', definitionBody);
      await client.post('/v1/event-stores', storeBody);
    },
    () => [`definition ${DEFINITION}: 8 typed fields, event id requestId, units exact to 6 decimals`],
  );
}

export async function collect(scene: Scene): Promise<void> {
  const { stage, sample, files } = scene;
  const { asia, europe, northAmerica } = files;
  await stage.step(
    'Import three regions: CSV, gzipped NDJSON, XML',
    () => importAll(scene, [asia, europe, northAmerica]),
    (summaries) => [
      ...summaryTable(summaries),
      stage.check('events accepted', countText(sample.onTime.length), countText(sum(summaries, 'accepted'))),
      stage.check('duplicates', countText(sample.duplicates.onTime), countText(sum(summaries, 'duplicates'))),
    ],
  );
  await showDays(scene, 'Have all regions reported? Events per day and region');
}

export async function importLate(scene: Scene): Promise<void> {
  const { stage, sample, files } = scene;
  await stage.step(
    "North America's last ten days arrive",
    () => importAll(scene, [files.lateNorthAmerica]),
    (summaries) => [
      ...summaryTable(summaries),
      stage.check('events accepted', countText(sample.late.length), countText(sum(summaries, 'accepted'))),
      stage.check('duplicates', countText(sample.duplicates.late), countText(sum(summaries, 'duplicates'))),
    ],
  );
  await showDays(scene, 'Now every region has every day');
}

async function showDays({ stage, client }: Scene, title: string): Promise<void> {
  await stage.step(
    title,
    () =>
      client.get<{ buckets: HistogramBucket[] }>(apiPath`/v1/event-stores/${STORE}/histogram`, {
        bucket: 'day',
        groupBy: 'region',
      }),
    ({ buckets }) => dayChart(buckets),
  );
}

async function importAll({ client, output }: Scene, paths: readonly string[]): Promise<ImportSummary[]> {
  const summaries: ImportSummary[] = [];
  for (const path of paths) {
    const request = {
      store: STORE,
      file: await openSourceFile(path),
      batchEvents: batch_events,
      unknown: undefined,
      nullText: undefined,
    };
    summaries.push(await importFile(client, request, await Rejects.open(undefined), output));
  }
  return summaries;
}

function summaryTable(summaries: readonly ImportSummary[]): string[] {
  const counts = ['events', 'accepted', 'duplicates', 'replaced', 'rejected'] as const;
  return tableLines(
    [{ title: 'file' }, ...counts.map((title) => ({ title, align: 'right' as const }))],
    summaries.map((summary) => [summary.file, ...counts.map((count) => countText(summary[count]))]),
  );
}

function sum(summaries: readonly ImportSummary[], count: 'accepted' | 'duplicates'): number {
  return summaries.reduce((total, summary) => total + summary[count], 0);
}
