// Bench (b): replay of a month into usage records, against hand-written SQL on the same engine that writes the
// same rows; what a correction costs; and the month's sums against the queries of other products.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { measureCorrections } from './corrections.mjs';
import { ACCOUNTS, MONTH } from './lib/events.mjs';
import { duration, grouped, ratio, spread } from './lib/format.mjs';
import { elapsed, median } from './lib/measure.mjs';
import { makeMeter, replay } from './lib/meters.mjs';
import { dataFile, loadMonth, openCopy, withServer } from './lib/month.mjs';
import { differingRecords, eventTable, writeUsageByHand } from './lib/usage-sql.mjs';
import { measureReading } from './reading.mjs';

/** Owners written by hand; far from those that the server gives out. */
const BY_HAND = 1_000_000;

/** Runs the bench; sections for the report. */
export async function replayBench(options, scratch, say, facts) {
  const directory = join(scratch, 'month');
  mkdirSync(directory);
  const importMs = await loadMonth(directory, options.replayEvents, scratch, say);
  const engine = await openCopy(directory, scratch);
  try {
    const events = await eventTable(engine);
    const fresh = await measureReplays({ options, directory, engine, events, say });
    await expectSameRecords(engine, directory);
    const byHand = (round) => writeUsageByHand(engine, events, BY_HAND + options.rounds + 1 + round);
    const others = [WARM_UP, ...rounds(options).slice(0, -1).map(meterName)];
    const later = await withServer(directory, async (client, server) => ({
      readyMs: server.readyMs,
      reading: await measureReading({ options, client, engine, events, scratch, say, facts }),
      corrections: await measureCorrections({
        options,
        client,
        meter: meterName(options.rounds),
        others,
        byHand,
        say,
      }),
    }));
    return [
      replaySection(options, fresh, later.corrections),
      correctionSection(later.corrections),
      later.reading,
      loadSection(options, importMs, later.readyMs),
    ];
  } finally {
    engine.close();
  }
}

const rounds = (options) => Array.from({ length: options.rounds }, (_, index) => index + 1);
const WARM_UP = 'warm-up';
const meterName = (round) => `daily-${round}`;

/** Alternates the server's replay by a new meter, the same by hand, and the replay again. */
async function measureReplays({ options, directory, engine, events, say }) {
  const times = { byHand: [], replay: [], again: [] };
  await withServer(directory, async (client) => {
    await warmUp(client, engine, events);
    for (const round of rounds(options)) {
      const meter = meterName(round);
      await makeMeter(client, meter, 'account', 'day');
      const first = await replay(client, meter);
      times.replay.push(first.ms);
      times.byHand.push(await elapsed(() => writeUsageByHand(engine, events, BY_HAND + round)));
      const second = await replay(client, meter);
      times.again.push(second.ms);
      if (second.counts.unchanged !== first.counts.inserted || second.counts.inserted !== 0) {
        throw new Error(`replayed twice: ${JSON.stringify([first.counts, second.counts])}`);
      }
      times.records = first.counts.inserted;
      say(
        `replay, round ${round}: ${duration(first.ms)}, by hand ${duration(times.byHand.at(-1))}, again ${duration(second.ms)}`,
      );
    }
  });
  return times;
}

/** Both sides do it once unmeasured, so that neither is the one that fetches the month from disk. */
async function warmUp(client, engine, events) {
  await makeMeter(client, WARM_UP, 'account', 'day');
  await replay(client, WARM_UP);
  await writeUsageByHand(engine, events, BY_HAND);
}

/** What was written by hand and by the server is the same, row by row. */
async function expectSameRecords(engine, directory) {
  const differing = await differingRecords(engine, dataFile(directory));
  if (differing > 0) throw new Error(`${differing} records differ from those written by hand`);
}

function replaySection({ replayEvents }, { byHand, replay: fresh, again, records }, corrections) {
  const row = (name, values, reference = byHand) => [
    name,
    ...spread(values, duration),
    ratio(median(reference) / median(values)),
    `${grouped((replayEvents / median(values)) * 1_000)}/s`,
  ];
  return {
    title: 'Replay of a month into usage records',
    text: `${grouped(replayEvents)} events of ${grouped(ACCOUNTS)} accounts over ${MONTH.days} days, summed per account
      and day: ${grouped(records)} usage records. By hand: one INSERT ... SELECT ... GROUP BY on a copy of the same
      data file that writes the same rows into the same table, in one transaction; the records of both were compared
      and are the same. Weir: from the HTTP request to the run's end. Aim: 0.7.`,
    head: ['', 'median', 'lowest to highest', 'speed, by hand = 1', 'events'],
    rows: [
      row('SQL by hand', byHand),
      row('Weir, a new meter: all records inserted', fresh),
      row('Weir, replayed again: nothing changes', again),
      row(
        `Weir, replayed after deleting ${grouped(corrections.events)} events`,
        corrections.replayMs,
        corrections.byHandMs,
      ),
    ],
  };
}

function correctionSection({ events, previewMs, deleteMs, reconcileMs, revised }) {
  return {
    title: 'A correction, from the confirmation to the corrected records',
    text: `A delete backfill of ${grouped(events)} events in that store over HTTP: ${grouped(revised)} records revised
      or retracted. Aim: under a second.`,
    head: ['', 'median', 'lowest to highest'],
    rows: [
      ['preview of the deletion', ...spread(previewMs, duration)],
      ['deletion alone', ...spread(deleteMs, duration)],
      ['deletion, and evaluating the touched keys (reconcile)', ...spread(reconcileMs, duration)],
    ],
  };
}

const loadSection = ({ replayEvents }, importMs, readyMs) => ({
  title: 'Filling and opening that store',
  text: 'Files of a tenth of the month each, uploaded and imported one after the other, each one commit.',
  head: ['', 'time', 'events'],
  rows: [
    ['import of the month', duration(importMs), `${grouped((replayEvents / importMs) * 1_000)}/s`],
    ['start of the server on it, until ready', duration(readyMs), grouped(replayEvents)],
  ],
});
