// Owns the demo's third act: wrong events are deleted, the bill follows, and a figure explains itself.
import type { EventAnswer, Revision, Run, UsageRecord } from '../api-types.ts';
import { carryOut, previewFile } from '../backfill-calls.ts';
import { apiPath } from '../client.ts';
import { openSourceFile } from '../import/source-file.ts';
import { countOf, countText, differenceText, groupDigits } from '../output/decimal-text.ts';
import { tableLines } from '../output/table.ts';
import { instantText } from '../output/times.ts';
import { finishRun, resultText } from '../run-report.ts';
import { changedTable, checkBill, microOf, readBill, type Bill } from './bill.ts';
import { unitsText } from './expected.ts';
import type { Scene } from './scene.ts';
import { METER, STORE } from './setup.ts';

/** Deletes the load test by a file of ids: previewed, confirmed, and the bill evaluated where it is touched. */
export async function correct(scene: Scene, before: Bill): Promise<void> {
  const { stage, client, sample, files, expected } = scene;
  const preview = await stage.step(
    'A load test was billed by mistake: preview its deletion',
    async () => previewFile(client, STORE, await openSourceFile(files.wrongIds, 'csv'), { kind: 'delete' }),
    ({ counts, usageRecordsAffected }) => [
      stage.check('events found', sample.wrong.length, counts.matched),
      `usage that depends on them: ${countOf(usageRecordsAffected, 'record')}`,
    ],
  );
  await stage.step(
    'Confirm: the events go, and just the touched figures are evaluated again',
    async () => {
      const done = await carryOut(client, scene.output, preview.id, 'confirm', true);
      const runs: Run[] = [];
      for (const id of done.runs ?? []) runs.push(await followed(scene, id));
      return { done, runs, bill: await readBill(client) };
    },
    ({ done, runs, bill }) => [
      stage.check('events deleted', sample.wrong.length, done.counts.deleted ?? 0),
      ...runs.map(({ result }) => `usage: ${result ? resultText(result) : 'no result'}`),
      '',
      ...changedTable(bill, before),
      '',
      ...checkBill(stage, bill, expected.corrected),
    ],
  );
}

async function followed({ client, output }: Scene, id: string): Promise<Run> {
  return finishRun(client, output, await client.get<Run>(apiPath`/v1/runs/${id}`));
}

/** One corrected account: every revision of its figure, and the events behind it. */
export async function explain(scene: Scene): Promise<void> {
  const account = scene.sample.wrong[0]?.account ?? '';
  await scene.stage.step(
    `Why is the figure of ${account} what it is?`,
    () => explanationOf(scene, account),
    ({ record, revisions, events, units }) => [
      ...tableLines(
        [
          { title: 'revision', align: 'right' },
          { title: 'units', align: 'decimal' },
          { title: 'difference', align: 'decimal' },
          { title: 'reason' },
          { title: 'at' },
        ],
        revisions.map((revision) => [
          String(revision.revision),
          groupDigits(revision.quantity),
          differenceText(revision.previousQuantity, revision.quantity),
          revision.reason,
          instantText(revision.at),
        ]),
      ),
      '',
      scene.stage.check('events behind it', countText(eventsOf(scene, account)), countText(events)),
      scene.stage.check('their units add up to', record.quantity, unitsText(units)),
    ],
  );
}

/** How many of the sample's events the account's figure must count in the end. */
function eventsOf({ sample }: Scene, account: string): number {
  const wrong = new Set(sample.wrong);
  const all = [...sample.onTime, ...sample.late];
  return all.filter((request) => request.account === account && !wrong.has(request)).length;
}

interface Explanation {
  readonly record: UsageRecord;
  /** The first one first. */
  readonly revisions: readonly Revision[];
  readonly events: number;
  /** Sum of the events' units, in millionths. */
  readonly units: bigint;
}

async function explanationOf({ client }: Scene, account: string): Promise<Explanation> {
  const query = { meter: METER, account, state: 'current' };
  const { items } = await client.get<{ items: UsageRecord[] }>('/v1/usage-records', query);
  const [record] = items;
  if (record === undefined) throw new Error(`there is no usage record of ${account}`);
  const { items: revisions } = await client.get<{ items: Revision[] }>(
    apiPath`/v1/usage-records/${record.id}/history`,
  );
  let events = 0;
  let units = 0n;
  for await (const { fields } of client.items<EventAnswer>(apiPath`/v1/usage-records/${record.id}/events`)) {
    events += 1;
    units += microOf(String(fields['units']));
  }
  return { record, revisions: revisions.toReversed(), events, units };
}
