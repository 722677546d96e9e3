// Bench (d): starting after a crash: a process is killed when its log has a certain size, and the next one starts.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { duration, grouped, megabytes } from './lib/format.mjs';
import { median, timed } from './lib/measure.mjs';
import { EMPTY, append, batchOf, openPlane } from './lib/large-store.mjs';

const WRITER = fileURLToPath(new URL('lib/crash-writer.mjs', import.meta.url));

/** Runs the bench; sections for the report. */
export async function recoveryBench({ logMegabytes, rounds }, scratch, say) {
  const measured = [];
  for (const size of logMegabytes) {
    const runs = [];
    for (let round = 0; round < rounds; round += 1) {
      runs.push(await crashAndStart(size * 1e6, scratch));
      say(`recovery of ${megabytes(runs.at(-1).logBytes)}: ${duration(runs.at(-1).openMs)}`);
    }
    measured.push(runs);
  }
  return [section(measured, rounds)];
}

async function crashAndStart(bytes, scratch) {
  const directory = mkdtempSync(join(scratch, 'recovery-'));
  try {
    const written = await writeAndDie(directory, bytes);
    const logBytes = statSync(join(directory, 'data.duckdb.wal')).size;
    const { result: plane, ms: openMs } = await timed(() => openPlane(directory));
    const { result: again, ms } = await timed(async () => {
      await plane.writers.warmUp(EMPTY.number);
      return append(plane, EMPTY, batchOf([0, written - 1, written]));
    });
    const { eventCount } = await plane.events.statistics(EMPTY);
    await plane.close();
    if (again.duplicates !== 2 || eventCount !== written + 1) {
      throw new Error(`${written} events were acknowledged, ${eventCount - 1} are there`);
    }
    return { written, logBytes, openMs, firstWriteMs: openMs + ms };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The events that the process had acknowledged when it was killed. */
function writeAndDie(directory, bytes) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [WRITER, directory, String(bytes)], (error, stdout, stderr) => {
      if (error?.signal === 'SIGKILL') resolve(JSON.parse(stdout).written);
      else reject(new Error(`the writer was not killed: ${stderr}`));
    });
  });
}

function section(measured, rounds) {
  const of = (runs, member) => median(runs.map((run) => run[member]));
  return {
    title: 'Starting after a crash',
    text: `A process writes events of six fields and is killed (SIGKILL) when its log has reached a size; then the data directory is opened, an event that was there is sent again, and the events are counted. Medians of ${rounds}. A server writes its log into the data file at 128 MiB; for the larger ones that was raised.`,
    head: ['log', 'events in it', 'opened', 'first write answered', 'opening, for every 100 MB'],
    rows: measured.map((runs) => [
      megabytes(of(runs, 'logBytes')),
      grouped(of(runs, 'written')),
      duration(of(runs, 'openMs')),
      duration(of(runs, 'firstWriteMs')),
      duration((of(runs, 'openMs') * 1e8) / of(runs, 'logBytes')),
    ]),
  };
}
