// Owns the store of events on a server under test: making it, writing to it, asking what it holds.
import { EVENT_DEFINITION } from './events.mjs';
import { timed } from './measure.mjs';

const STORE = 'month';
export const STORE_PATH = `/v1/event-stores/${STORE}`;

export const STORE_SOURCE = { operator: 'event-store', config: { store: STORE } };

export async function makeStore(client) {
  await client.post('/v1/event-definitions', EVENT_DEFINITION);
  await client.post('/v1/event-stores', { name: STORE, eventDefinition: EVENT_DEFINITION.name });
}

/**
 * Posts the batches, `clients` at a time, for `limitMs` at most; what became of the events, each request's
 * milliseconds, and how many were refused (429) and sent again.
 */
export async function postBatches(client, batches, clients, limitMs = Infinity) {
  const totals = { accepted: 0, duplicates: 0, replaced: 0, rejected: 0 };
  const latencies = [];
  const end = performance.now() + limitMs;
  let refused = 0;
  let next = 0;
  const post = async (batch) => {
    for (;;) {
      try {
        return await timed(() => client.postBytes(`${STORE_PATH}/events`, 'application/x-ndjson', batch));
      } catch (error) {
        if (error.status !== 429) throw error;
        refused += 1;
        await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs));
      }
    }
  };
  const work = async () => {
    while (next < batches.length && performance.now() < end) {
      const { result, ms } = await post(batches[next++]);
      latencies.push(ms);
      addCounts(totals, { ...result, rejected: result.rejected.length });
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
  return { totals, latencies, refused };
}

/** Uploads a file and imports it as one commit. */
export async function importFile(client, name, file) {
  await client.putFile(`/v1/files/${name}`, file);
  const started = await client.post(`${STORE_PATH}/imports`, { file: name });
  const { counts } = await client.whenCompleted(`/v1/imports/${started.id}`);
  await client.remove(`/v1/files/${name}`);
  return counts;
}

/** Previews the deletion of these events, confirms it and waits for it and for the runs that it starts. */
export async function deleteEvents(client, ids, reconcile) {
  const csv = Buffer.from(`id\n${ids.join('\n')}\n`);
  const preview = await timed(() => client.postBytes(`${STORE_PATH}/backfills?kind=delete`, 'text/csv', csv));
  const path = `/v1/backfills/${preview.result.id}`;
  const confirmed = await timed(async () => {
    await client.post(`${path}/confirm`, { reconcile });
    const backfill = await client.whenCompleted(path);
    const runs = [];
    for (const id of backfill.runs ?? []) runs.push(await client.whenCompleted(`/v1/runs/${id}`));
    return { deleted: backfill.counts.deleted, runs };
  });
  return { previewMs: preview.ms, confirmMs: confirmed.ms, ...confirmed.result };
}

export const eventCount = async (client) => (await client.get(STORE_PATH)).eventCount;

function addCounts(totals, counts) {
  for (const name of Object.keys(totals)) totals[name] += counts[name];
}
