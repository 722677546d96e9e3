// Owns measuring corrections: events of a full store are deleted, and its records follow.
import { eventId } from './lib/events.mjs';
import { duration } from './lib/format.mjs';
import { elapsed } from './lib/measure.mjs';
import { removeMeter, replay } from './lib/meters.mjs';
import { deleteEvents } from './lib/store.mjs';

/** The most that one delete backfill takes. */
const EVENTS = 1_000;

/**
 * Per round: a deletion, then a replay of all time, then all records written by hand once more to compare with;
 * then a deletion that evaluates only what it touched.
 * The other meters on the store go first, because a correction evaluates every one of them.
 */
export async function measureCorrections({ options, client, meter, others, byHand, say }) {
  for (const other of others) await removeMeter(client, other);
  const times = {
    events: EVENTS,
    previewMs: [],
    deleteMs: [],
    replayMs: [],
    byHandMs: [],
    reconcileMs: [],
    revised: 0,
  };
  for (let round = 0; round < options.rounds; round += 1) {
    const alone = await deleteEvents(client, idsOf(options, 2 * round), false);
    const after = await replay(client, meter);
    times.byHandMs.push(await elapsed(() => byHand(round)));
    const followed = await deleteEvents(client, idsOf(options, 2 * round + 1), true);
    const changed = followed.runs.reduce((sum, { result }) => sum + result.revised + result.retracted, 0);
    expectChange(alone.deleted, after.counts.revised + after.counts.retracted);
    expectChange(followed.deleted, changed);
    times.previewMs.push(alone.previewMs, followed.previewMs);
    times.deleteMs.push(alone.confirmMs);
    times.replayMs.push(after.ms);
    times.reconcileMs.push(followed.confirmMs);
    times.revised = changed;
    say(
      `corrections: deletion ${duration(alone.confirmMs)}, replay ${duration(after.ms)}, with reconcile ${duration(followed.confirmMs)}`,
    );
  }
  return times;
}

/** Ids spread evenly over the month, others for every turn. */
function idsOf({ replayEvents }, turn) {
  const step = Math.floor(replayEvents / EVENTS);
  return Array.from({ length: EVENTS }, (_, index) => eventId(index * step + turn));
}

function expectChange(deleted, changed) {
  if (deleted !== EVENTS) throw new Error(`${deleted} of ${EVENTS} events were deleted`);
  if (changed === 0 || changed > EVENTS) throw new Error(`${changed} records changed by ${EVENTS} events`);
}
