// Owns a server that holds the month: its data directory, filled over HTTP, and a copy of its data file in
// which the engine is asked by hand what the server is asked over HTTP.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openClient } from './client.mjs';
import { openEngine } from './engine.mjs';
import { writeNdjson } from './events.mjs';
import { timed } from './measure.mjs';
import { startServer } from './server.mjs';
import { eventCount, importFile, makeStore } from './store.mjs';

const PARTS = 10;
/** One event in this many is sent twice, as to the tables of the other products. */
const SENT_TWICE = 100;

/** Makes the events part by part and imports each; then one in a hundred again. Milliseconds of importing. */
export async function loadMonth(directory, events, scratch, say) {
  const server = await startServer(directory);
  const client = openClient(server.url);
  const engine = await openEngine();
  const file = join(scratch, 'part.ndjson');
  let importMs = 0;
  const load = async (name, rows, expected) => {
    await writeNdjson(engine, file, { ...rows, total: events });
    const { result, ms } = await timed(() => importFile(client, name, file));
    if (result[expected] !== rows.end - rows.first) throw new Error(`import: ${JSON.stringify(result)}`);
    importMs += ms;
    say(`replay, events ${rows.first} to ${rows.end}: ${expected} in ${Math.round(ms)} ms`);
  };
  try {
    await makeStore(client);
    for (let part = 0; part < PARTS; part += 1) {
      const rows = {
        first: Math.floor((events * part) / PARTS),
        end: Math.floor((events * (part + 1)) / PARTS),
      };
      await load(`part-${part}.ndjson`, rows, 'accepted');
    }
    const newMs = importMs;
    await load('again.ndjson', { first: 0, end: Math.ceil(events / SENT_TWICE) }, 'duplicates');
    const count = await eventCount(client);
    if (count !== events) throw new Error(`the store holds ${count} events instead of ${events}`);
    await server.stop();
    return newMs;
  } catch (error) {
    server.kill();
    throw error;
  } finally {
    client.close();
    engine.close();
    rmSync(file, { force: true });
  }
}

export const dataFile = (directory) => join(directory, 'data.duckdb');

/** The engine on a copy of the data file of a server that has ended. */
export function openCopy(directory, scratch) {
  const folder = join(scratch, 'by-hand');
  mkdirSync(folder);
  const file = join(folder, 'copy.duckdb');
  copyFileSync(dataFile(directory), file);
  return openEngine(file, join(folder, 'spill'));
}

/** Runs `work` with a server on the directory and a client of it; the server has ended when it resolves. */
export async function withServer(directory, work) {
  const server = await startServer(directory);
  const client = openClient(server.url);
  try {
    const result = await work(client, server);
    await server.stop();
    return result;
  } catch (error) {
    server.kill();
    throw error;
  } finally {
    client.close();
  }
}
