// Bench (a), second part: ingest by number of clients and events per request, new and known, alone and beside readers.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readBatches } from './lib/batches.mjs';
import { openClient } from './lib/client.mjs';
import { duration, grouped, megabytes } from './lib/format.mjs';
import { quantile, timed } from './lib/measure.mjs';
import { startReaders } from './lib/readers.mjs';
import { startServer } from './lib/server.mjs';
import { STORE_PATH, makeStore, postBatches } from './lib/store.mjs';

const CLIENTS = [1, 8, 64];
const BATCHES = [1, 100, 1_000, 10_000];
const BATCH_WITH_READERS = 1_000;
/** How long one cell is written to at most; with fewer events it ends sooner. */
const NEW_MS = 3_000;
const KNOWN_MS = 1_500;
/** A batch of one event is prepared for so many requests; no server has taken more in that time. */
const REQUESTS_MAX = 50_000;

/** Measures every cell on a server and a directory of its own; sections for the report. */
export async function ingestTable(file, scratch, say) {
  const alone = [];
  const beside = [];
  for (const batch of BATCHES) {
    const batches = readBatches(file, batch, REQUESTS_MAX);
    for (const clients of CLIENTS) {
      const cell = { batches, batch, clients, scratch };
      alone.push(await measured(cell, say));
      if (batch === BATCH_WITH_READERS) beside.push(await measured({ ...cell, readers: true }, say));
    }
  }
  return [
    section('Ingest by clients and events per request', alone, ''),
    section(
      'The same beside readers',
      beside,
      'One client pages through the events, one counts them by hour, both without a pause.',
    ),
  ];
}

async function measured({ batches, batch, clients, scratch, readers = false }, say) {
  const directory = mkdtempSync(join(scratch, 'table-'));
  const server = await startServer(directory);
  const client = openClient(server.url, clients);
  const reader = openClient(server.url, 2);
  try {
    await makeStore(client);
    const reading = readers ? startReaders(reader, STORE_PATH) : undefined;
    const fresh = await written({ server, client, clients, batches, batch, limitMs: NEW_MS });
    const sent = batches.slice(0, fresh.requests);
    const known = await written({ server, client, clients, batches: sent, batch, limitMs: KNOWN_MS });
    const reads = await reading?.stop();
    if (fresh.totals.accepted !== fresh.events) throw new Error('not every event was new');
    if (known.totals.duplicates !== known.events) throw new Error('not every event was known');
    await server.stop();
    say(`ingest, ${clients} x ${batch}${readers ? ' beside readers' : ''}: ${grouped(fresh.rate)} events/s`);
    return { batch, clients, fresh, known, reads };
  } catch (error) {
    server.kill();
    throw error;
  } finally {
    client.close();
    reader.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function written({ server, client, clients, batches, batch, limitMs }) {
  await server.blockedMs();
  const before = server.usage();
  const { result, ms } = await timed(() => postBatches(client, batches, clients, limitMs));
  const blockedMs = await server.blockedMs();
  const after = server.usage();
  const requests = result.latencies.length;
  // The last body of a file may be shorter.
  const events = Object.values(result.totals).reduce((sum, count) => sum + count, 0);
  if (events > requests * batch) throw new Error('more answers than events');
  return {
    ...result,
    requests,
    events,
    rate: (events / ms) * 1_000,
    blockedMs,
    cpuMicros: before && ((after.cpuSeconds - before.cpuSeconds) * 1e6) / events,
    peakBytes: after?.peakBytes,
  };
}

const section = (title, cells, text) => ({
  title,
  text: `Each line on a new server and an empty store: new ids for ${NEW_MS / 1_000} s at most, then the same requests
    again, all duplicates, for ${KNOWN_MS / 1_000} s. Refused: answered with 429 and sent again after Retry-After. Blocked:
    the longest time for which the server's event loop did nothing else. Aims: 100,000 events/s with 1,000 per request,
    p99 250 ms, blocked 50 ms. ${text}`,
  head: [
    'clients',
    'events per request',
    'events/s',
    'p50',
    'p99',
    'refused',
    'blocked',
    'server CPU',
    'memory, peak',
  ]
    .concat(['duplicates/s', 'p99 of them'])
    .concat(cells.some(({ reads }) => reads !== undefined) ? ['reads'] : []),
  rows: cells.map(({ batch, clients, fresh, known, reads }) => [
    grouped(clients),
    grouped(batch),
    grouped(fresh.rate),
    duration(quantile(fresh.latencies, 0.5)),
    duration(quantile(fresh.latencies, 0.99)),
    grouped(fresh.refused),
    duration(Math.max(fresh.blockedMs, known.blockedMs)),
    fresh.cpuMicros === null ? 'not known' : `${fresh.cpuMicros.toFixed(1)} us`,
    known.peakBytes === undefined ? 'not known' : megabytes(known.peakBytes),
    grouped(known.rate),
    duration(quantile(known.latencies, 0.99)),
    ...(reads === undefined ? [] : [grouped(reads)]),
  ]),
});
