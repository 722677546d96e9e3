// Bench (d): how the time of a correction grows with the store. The same 1,000 events are deleted, scattered over the
// whole store or next to each other, in stores of several sizes; the data file is filled by the engine directly.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from './lib/engine.mjs';
import { eventId, storeEventsSql } from './lib/events.mjs';
import { duration, grouped } from './lib/format.mjs';
import { makeMeter, replay } from './lib/meters.mjs';
import { dataFile, withServer } from './lib/month.mjs';
import { deleteEvents, makeStore } from './lib/store.mjs';
import { eventTable } from './lib/usage-sql.mjs';

/** The most that one delete backfill takes. */
const EVENTS = 1_000;
const METER = 'daily';

/** Runs the bench; sections for the report. */
export async function correctionGrowthBench(options, scratch, say) {
  const rows = [];
  for (const events of options.correctionEvents) {
    const directory = join(scratch, `store-${events}`);
    mkdirSync(directory);
    await fill(directory, events);
    say(`corrections: ${grouped(events)} events filled`);
    rows.push(...(await measure(directory, events, say)));
    rmSync(directory, { recursive: true, force: true });
  }
  return [
    {
      title: 'Corrections by the size of the store',
      text: `Deleting ${grouped(EVENTS)} events by id from stores of 10-column events of one month, with a meter that sums
        per account and day. Scattered: spread evenly over the store, so that every day has to be looked at. Together:
        ${grouped(EVENTS)} that arrived one after the other. Deletion: from the confirmation until it is completed; with
        reconcile: until the records are corrected. Milliseconds over HTTP; the first of its kind after a start.`,
      head: ['events', 'which', 'preview', 'deletion', 'with reconcile', 'records changed'],
      rows,
    },
  ];
}

/** Makes the store through a server, and its events by SQL: importing 10 million would take the bench's time. */
async function fill(directory, events) {
  await withServer(directory, (client) => makeStore(client));
  const engine = await openEngine(dataFile(directory), join(directory, 'spill'));
  try {
    const table = await eventTable(engine);
    await engine.run(`INSERT INTO ${table} BY NAME ${storeEventsSql(events)}`);
    await engine.run(`UPDATE store_state SET next_seq = ${events + 1}`);
    await engine.run('CHECKPOINT');
  } finally {
    engine.close();
  }
}

async function measure(directory, events, say) {
  return withServer(directory, async (client) => {
    await makeMeter(client, METER, 'account', 'day');
    await replay(client, METER);
    const step = Math.floor(events / EVENTS);
    const scattered = (turn) => Array.from({ length: EVENTS }, (_, index) => eventId(index * step + turn));
    const together = (turn) =>
      Array.from({ length: EVENTS }, (_, index) =>
        eventId(Math.floor(events / 2) + (turn + 5) * EVENTS + index),
      );
    const rows = [];
    for (const [which, idsOf] of Object.entries({ scattered, together })) {
      const alone = await deleteEvents(client, idsOf(0), false);
      await replay(client, METER);
      const followed = await deleteEvents(client, idsOf(1), true);
      const changed = followed.runs.reduce((sum, { result }) => sum + result.revised + result.retracted, 0);
      // Those that are together may include a scattered one of before.
      if (Math.min(alone.deleted, followed.deleted) < EVENTS - 2 || changed === 0) {
        throw new Error(
          `${alone.deleted} and ${followed.deleted} of ${EVENTS} events deleted, ${changed} changed`,
        );
      }
      const times = [followed.previewMs, alone.confirmMs, followed.confirmMs].map(duration);
      rows.push([grouped(events), which, ...times, grouped(changed)]);
      say(`corrections: ${grouped(events)} events, ${which}: ${times.join(', ')}`);
    }
    return rows;
  });
}
