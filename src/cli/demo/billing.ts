// Owns the demo's second act: a meter, its preview, the bill, and the bill again once all usage is there.
import pc from 'picocolors';
import type { Run } from '../api-types.ts';
import { apiPath } from '../client.ts';
import { countText } from '../output/decimal-text.ts';
import { finishRun, previewLines, previewOf, resultText } from '../run-report.ts';
import { billTable, checkBill, readBill, type Bill } from './bill.ts';
import type { Totals } from './expected.ts';
import type { Scene } from './scene.ts';
import { METER, meterBody } from './setup.ts';

const preview_lines_max = 8;

/** Makes the meter, previews, replays; returns the bill. */
export async function billMonth(scene: Scene): Promise<Bill> {
  const { stage, client, expected } = scene;
  await stage.step(
    'Create a meter: units per customer and month',
    () => client.post('/v1/meters', meterBody),
    () => [`${METER}: sum of units by account, calendar months, UTC`],
  );
  await preview(scene, 'Preview: what would the bill be?');
  await replay(scene, 'Replay September from the store', expected.onTime, undefined);
  return readBill(client);
}

/** The same after the late file, and once more to show that a replay adds nothing. */
export async function billLateRegion(scene: Scene, before: Bill): Promise<Bill> {
  const { stage, client, expected } = scene;
  await preview(scene, 'Preview: which figures does the late file change?');
  await replay(scene, 'Replay: the late usage is billed', expected.complete, before);
  await stage.step(
    'Replay again: nothing changes',
    () => run(scene, false),
    ({ result }) => {
      const { inserted = 0, revised = 0, retracted = 0, unchanged = 0 } = result ?? {};
      return [
        stage.check('changes', 0, inserted + revised + retracted),
        stage.check('unchanged', expected.complete.size, unchanged),
      ];
    },
  );
  return readBill(client);
}

async function replay(
  scene: Scene,
  title: string,
  expected: Totals,
  before: Bill | undefined,
): Promise<void> {
  await scene.stage.step(
    title,
    async () => {
      const done = await run(scene, false);
      return { done, bill: await readBill(scene.client) };
    },
    ({ done, bill }) => [
      runText(done),
      '',
      ...billTable(bill, before),
      '',
      ...checkBill(scene.stage, bill, expected),
    ],
  );
}

async function preview(scene: Scene, title: string): Promise<void> {
  await scene.stage.step(
    title,
    async () => {
      const done = await run(scene, true);
      return { done, items: await previewOf(scene.client, done.id) };
    },
    ({ done, items }) => {
      const lines = previewLines(items, done);
      const [table, last] = [lines.slice(0, -2), lines.slice(-2)];
      const hidden = table.length - preview_lines_max;
      if (hidden <= 0) return lines;
      return [
        ...table.slice(0, preview_lines_max),
        pc.dim(`and ${countText(hidden)} more accounts`),
        ...last,
      ];
    },
  );
}

async function run({ client, output }: Scene, dryRun: boolean): Promise<Run> {
  const started = await client.post<Run>(apiPath`/v1/meters/${METER}/runs`, {
    mode: 'replay',
    dryRun,
    scope: { kind: 'timeFrame', startDate: '2026-09-01', endDate: '2026-09-30' },
  });
  return finishRun(client, output, started);
}

function runText(done: Run): string {
  const rows = done.progress ? `${countText(done.progress.rowsRead)} events read; ` : '';
  return `${rows}${done.result ? resultText(done.result) : done.status}`;
}
