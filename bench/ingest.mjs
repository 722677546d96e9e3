// Bench (a): durable, deduplicated ingest over HTTP, against the engine's own bulk load of the same rows.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ingestTable } from './ingest-table.mjs';
import { readBatches } from './lib/batches.mjs';
import { openClient } from './lib/client.mjs';
import { openEngine } from './lib/engine.mjs';
import { READER_COLUMNS, TABLE_COLUMNS, writeNdjson } from './lib/events.mjs';
import { duration, grouped, megabytes, percent, ratio, spread } from './lib/format.mjs';
import { elapsed, median, quantile, timed } from './lib/measure.mjs';
import { readProfile } from './lib/profile.mjs';
import { startServer } from './lib/server.mjs';
import { eventCount, makeStore, postBatches } from './lib/store.mjs';

const BATCH_EVENTS = 1_000;
const CLIENTS = [8, 1];
/** This share of the requests is sent a second time, after the measured ones. */
const SENT_AGAIN = 0.1;
const FUNCTIONS_SHOWN = 12;
const SHARE_SHOWN = 0.005;

/** Runs the bench; sections for the report. */
export async function ingestBench({ ingestEvents, rounds }, scratch, say) {
  const file = join(scratch, 'events.ndjson');
  const engine = await openEngine();
  await writeNdjson(engine, file, { first: 0, end: ingestEvents, total: ingestEvents });
  engine.close();
  const batches = readBatches(file, BATCH_EVENTS);
  const server = new Map(CLIENTS.map((clients) => [clients, []]));
  const bulk = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const clients of CLIENTS) {
      const measured = await throughServer({ batches, clients, events: ingestEvents, scratch });
      server.get(clients).push(measured);
      say(`ingest, round ${round}, ${clientsText(clients)}: ${grouped(measured.rate)} events/s`);
      if (clients !== CLIENTS[0]) continue;
      bulk.push(await throughEngine(file, ingestEvents, scratch));
      say(`ingest, round ${round}, bulk load: ${grouped(bulk.at(-1))} events/s`);
    }
  }
  const profile = await profiled({ batches, clients: CLIENTS[0], events: ingestEvents, scratch });
  const table = await ingestTable(file, scratch, say);
  rmSync(file);
  return [
    rates(ingestEvents, server, bulk),
    costs(server),
    ...table,
    whereTimeGoes(profile),
    busiest(profile),
  ];
}

/** One server on an empty directory takes all batches; its rate, latencies and costs. */
async function throughServer({ batches, clients, events, scratch, profileDirectory }) {
  const directory = mkdtempSync(join(scratch, 'ingest-'));
  const server = await startServer(directory, profileDirectory);
  const client = openClient(server.url, clients);
  try {
    await makeStore(client);
    const before = server.usage();
    const own = process.cpuUsage();
    const from = process.hrtime.bigint();
    const { result, ms } = await timed(() => postBatches(client, batches, clients));
    const window = { from: Number(from / 1_000n), to: Number(process.hrtime.bigint() / 1_000n) };
    const { user, system } = process.cpuUsage(own);
    const after = server.usage();
    expectEqual('accepted events', result.totals.accepted, events);
    const again = await sendAgain(client, batches.slice(0, Math.ceil(batches.length * SENT_AGAIN)), clients);
    expectEqual('events in the store', await eventCount(client), events);
    await server.stop();
    return {
      rate: (events / ms) * 1_000,
      latencies: result.latencies,
      duplicateRate: again,
      serverCpuMicros: before && ((after.cpuSeconds - before.cpuSeconds) * 1e6) / events,
      clientCpuMicros: (user + system) / events,
      peakBytes: after?.peakBytes,
      window,
    };
  } catch (error) {
    server.kill();
    throw error;
  } finally {
    client.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Events per second when all of them are there already. */
async function sendAgain(client, batches, clients) {
  const { result, ms } = await timed(() => postBatches(client, batches, clients));
  const { duplicates, ...others } = result.totals;
  expectEqual('events taken twice', others.accepted + others.replaced + others.rejected, 0);
  return (duplicates / ms) * 1_000;
}

/** The engine reads the file into a table of the same columns, in one synced commit; rows per second. */
async function throughEngine(file, events, scratch) {
  const directory = mkdtempSync(join(scratch, 'bulk-'));
  const engine = await openEngine(join(directory, 'bulk.duckdb'), join(directory, 'spill'));
  await engine.run(`CREATE TABLE events (${TABLE_COLUMNS})`);
  const ms = await elapsed(() =>
    engine.run(`INSERT INTO events SELECT * FROM read_json('${file.replaceAll("'", "''")}',
      format = 'newline_delimited', auto_detect = false, columns = ${READER_COLUMNS})`),
  );
  const [[count]] = await engine.rows('SELECT count(*) FROM events');
  expectEqual('rows of the bulk load', Number(count), events);
  engine.close();
  rmSync(directory, { recursive: true });
  return (events / ms) * 1_000;
}

async function profiled(work) {
  const profileDirectory = join(work.scratch, 'profile');
  mkdirSync(profileDirectory);
  const { window, rate } = await throughServer({ ...work, profileDirectory });
  return { rate, ...readProfile(profileDirectory, window) };
}

const clientsText = (clients) => `${clients} ${clients === 1 ? 'client' : 'clients'}`;

function expectEqual(what, actual, expected) {
  if (actual !== expected) throw new Error(`${what}: ${actual} instead of ${expected}`);
}

function rates(events, server, bulk) {
  const perSecond = (value) => `${grouped(value)}/s`;
  const row = (name, values) => {
    const [middle, range] = spread(values, perSecond);
    return [name, middle, range, ratio(median(values) / median(bulk))];
  };
  const first = server.get(CLIENTS[0]);
  return {
    title: 'Durable, deduplicated ingest over HTTP',
    text: `${grouped(events)} events of ten fields as NDJSON, ${grouped(BATCH_EVENTS)} per request, each answered when
      it is synced. The bulk load is one statement of the engine that reads the same file into a table of the same
      columns: no HTTP, no check of values, no event ids, no sequence. Aim: 0.5.`,
    head: ['events per second', 'median', 'lowest to highest', 'of the bulk load'],
    rows: [
      row("engine's bulk load", bulk),
      ...CLIENTS.map((clients) =>
        row(
          `Weir, ${clientsText(clients)}`,
          server.get(clients).map(({ rate }) => rate),
        ),
      ),
      row(
        `Weir, ${CLIENTS[0]} clients, sent again (all duplicates)`,
        first.map(({ duplicateRate }) => duplicateRate),
      ),
    ],
  };
}

function costs(server) {
  const micros = (values) =>
    values.some((value) => value === null) ? 'not known' : `${median(values).toFixed(1)} us`;
  return {
    title: 'Ingest: answers and cost',
    text: 'Time to the answer of one request, CPU time per event of the server (all threads) and of the sending client.',
    head: ['', 'p50', 'p99', 'server CPU', 'client CPU', 'server memory, peak'],
    rows: CLIENTS.map((clients) => {
      const measured = server.get(clients);
      const latencies = measured.flatMap((one) => one.latencies);
      const peaks = measured.flatMap(({ peakBytes }) => (peakBytes === undefined ? [] : [peakBytes]));
      return [
        clientsText(clients),
        duration(quantile(latencies, 0.5)),
        duration(quantile(latencies, 0.99)),
        micros(measured.map(({ serverCpuMicros }) => serverCpuMicros)),
        micros(measured.map(({ clientCpuMicros }) => clientCpuMicros)),
        peaks.length === 0 ? 'not known' : megabytes(Math.max(...peaks)),
      ];
    }),
  };
}

const whereTimeGoes = ({ parts, rate }) => ({
  title: "Ingest: where the server's main thread spends its time",
  text: `One more run with ${CLIENTS[0]} clients under node's profiler (${grouped(rate)} events/s). The engine and the
    door's workers have threads of their own, which are in the first line's waiting and not in the profile.`,
  head: ['part', 'share of the time'],
  rows: parts.map(({ name, share }) => [name, percent(share)]),
});

const busiest = ({ functions }) => ({
  title: 'Ingest: the busiest functions of the main thread',
  text: 'Own time, without what they call.',
  head: ['function', 'share of the time'],
  rows: functions
    .filter(({ name, share }) => share >= SHARE_SHOWN && name !== '(idle)')
    .slice(0, FUNCTIONS_SHOWN)
    .map(({ name, share }) => [`\`${name}\``, percent(share)]),
});
