// Bench (c): export of a store of millions of events over HTTP, against the engine's own COPY of the same rows on a
// copy of the same data file; and how much memory the server takes, also for a client that reads slowly.
import { mkdirSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openEngine } from './lib/engine.mjs';
import { EVENT_DEFINITION, storeEventsSql } from './lib/events.mjs';
import { duration, grouped, megabytes, ratio } from './lib/format.mjs';
import { elapsed } from './lib/measure.mjs';
import { dataFile, openCopy, withServer } from './lib/month.mjs';
import { ADMIN_KEY } from './lib/server.mjs';
import { makeStore, STORE_PATH } from './lib/store.mjs';
import { eventTable } from './lib/usage-sql.mjs';

const FORMATS = ['parquet', 'csv', 'ndjson'];
/** Of the slow reader: so that a server that ran ahead of it would hold most of the export. */
const SLOW_BYTES = 64 * 1024 * 1024;
const SLOW_PAUSE_MS = 5;

/** Runs the bench; sections for the report. */
export async function exportBench(options, scratch, say) {
  const directory = join(scratch, 'export');
  mkdirSync(directory);
  await withServer(directory, makeStore);
  await fill(directory, options.replayEvents, say);
  const rows = await withServer(directory, async (client, server) => {
    const idle = server.usage()?.peakBytes ?? 0;
    const measured = [];
    for (const format of FORMATS) {
      const read = await download(server.url, format);
      const peak = server.usage()?.peakBytes ?? 0;
      measured.push({ format, ...read, peak });
      say(`export, ${format}: ${duration(read.ms)}, ${megabytes(read.bytes)}, peak ${megabytes(peak)}`);
    }
    const slow = await download(server.url, 'ndjson', SLOW_BYTES);
    say(`export, read slowly: peak ${megabytes(server.usage()?.peakBytes ?? 0)}`);
    const after = await pagesAfterLeaving(client);
    return { idle, measured, slow, slowPeak: server.usage()?.peakBytes ?? 0, after };
  });
  const byHand = await copies(directory, scratch, say);
  return [section(options, rows, byHand)];
}

/** Rows as the server would have them, without its index of ids, which exports do not read. */
async function fill(directory, total, say) {
  const engine = await openEngine(dataFile(directory));
  try {
    const table = await eventTable(engine);
    const ms = await elapsed(() => engine.run(`INSERT INTO ${table} BY NAME ${storeEventsSql(total)}`));
    await engine.run('CHECKPOINT');
    say(`export: ${grouped(total)} events filled in ${duration(ms)}`);
  } finally {
    engine.close();
  }
}

/** Reads an export to its end and forgets it, or `limit` bytes of it with pauses, and leaves. */
function download(url, format, limit = Infinity) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const call = get(`${url}${STORE_PATH}/export?format=${format}`, { headers }, async (answer) => {
      let bytes = 0;
      let firstMs;
      try {
        for await (const chunk of answer) {
          firstMs ??= performance.now() - started;
          bytes += chunk.length;
          if (limit !== Infinity) await pause(SLOW_PAUSE_MS);
          if (bytes >= limit) break;
        }
        resolve({ bytes, firstMs, ms: performance.now() - started });
      } catch (error) {
        reject(error);
      }
    });
    call.once('error', reject);
  });
}

/** The server still answers after a reader left in the middle. */
const pagesAfterLeaving = (client) => elapsed(() => client.get(`${STORE_PATH}/events?limit=100`));

/** What the server's own COPY would be without the server: the columns as they are, in the same order. */
async function copies(directory, scratch, say) {
  const engine = await openCopy(directory, scratch);
  try {
    const table = await eventTable(engine);
    const columns = `* EXCLUDE (seq, h, owner, sf, st)`;
    const results = {};
    for (const format of FORMATS) {
      const file = join(scratch, `by-hand.${format}`);
      const kind = { parquet: 'parquet, COMPRESSION zstd', csv: 'csv', ndjson: 'json' }[format];
      const ms = await elapsed(() =>
        engine.run(`COPY (SELECT ${columns} FROM ${table} ORDER BY t, seq) TO '${file}' (FORMAT ${kind})`),
      );
      results[format] = { ms, bytes: statSync(file).size };
      say(`copy by hand, ${format}: ${duration(ms)}`);
    }
    return results;
  } finally {
    engine.close();
  }
}

const section = ({ replayEvents }, { idle, measured, slow, slowPeak, after }, byHand) => ({
  title: 'Export of a store',
  text: `${grouped(replayEvents)} events of ${EVENT_DEFINITION.fields.length} fields, by event time, over HTTP. By hand:
    the engine's COPY of the same columns in the same order to a file. Peak: the largest resident size of the server
    so far, ${megabytes(idle)} when it had started. A reader that took ${megabytes(slow.bytes)} in ${duration(slow.ms)}
    and left: peak ${megabytes(slowPeak)}; the next page of events took ${duration(after)}.`,
  head: ['', 'time', 'to the first byte', 'events', 'bytes', 'speed, by hand = 1', 'peak'],
  rows: measured.map(({ format, ms, firstMs, bytes, peak }) => [
    format,
    duration(ms),
    duration(firstMs),
    `${grouped((replayEvents / ms) * 1_000)}/s`,
    megabytes(bytes),
    ratio(byHand[format].ms / ms),
    megabytes(peak),
  ]),
});
