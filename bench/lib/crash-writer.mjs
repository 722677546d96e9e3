// A process that writes events until the log of its data directory is as large as asked, says so, and is killed
// there: arguments are the directory and the bytes.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { EMPTY, append, batchOf, openPlane } from './large-store.mjs';

const BATCH_ROWS = 5_000;
const [directory, bytes] = process.argv.slice(2);
const log = join(directory, 'data.duckdb.wal');

// Far more than asked, so that no checkpoint empties the log before.
const plane = await openPlane(directory, { wal_bytes_max: 4 * Number(bytes) });
await plane.events.createStore(EMPTY);
let written = 0;
while (written === 0 || statSync(log).size < Number(bytes)) {
  const numbers = Array.from({ length: BATCH_ROWS }, (_, index) => written + index);
  written += (await append(plane, EMPTY, batchOf(numbers))).accepted;
}
process.stdout.write(`${JSON.stringify({ written })}\n`, () => process.kill(process.pid, 'SIGKILL'));
