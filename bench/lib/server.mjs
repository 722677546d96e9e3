// Owns the server under test: a real process on a data directory of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timed } from './measure.mjs';

const MAIN = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url));
const MONITOR = new URL('./loop-monitor.mjs', import.meta.url).href;
const CLOCK_TICKS_PER_SECOND = 100;

export const ADMIN_KEY = 'weir-bench-key';

/** Starts a server; with `profileDirectory` it leaves a CPU profile of its main thread there when it ends. */
export async function startServer(dataDirectory, profileDirectory) {
  const profile = profileDirectory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`];
  const child = spawn(process.execPath, [...profile, '--import', MONITOR, MAIN], {
    env: {
      PATH: process.env.PATH,
      WEIR_DATA_DIR: dataDirectory,
      WEIR_PORT: '0',
      WEIR_ADMIN_KEY: ADMIN_KEY,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const { result: url, ms: readyMs } = await timed(() => whenReady(child, ended));
  return {
    url,
    readyMs,
    usage: () => processUsage(child.pid),
    /** The longest time for which the event loop was blocked since this was last asked. */
    blockedMs: async () => {
      const answer = once(child, 'message');
      child.send('blocked');
      const [{ blockedMs }] = await answer;
      return blockedMs;
    },
    /** Ends the server as its operator would, and waits for it. */
    stop: async () => {
      child.kill('SIGTERM');
      const code = await ended;
      if (code !== 0) throw new Error(`the server ended with ${code}`);
    },
    /** Ends a server of a bench that failed. */
    kill: () => void child.kill('SIGKILL'),
  };
}

function whenReady(child, ended) {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk) => {
      output += chunk.toString();
      const found = /listening on (http:\/\/\S+)/u.exec(output);
      if (found) resolve(found[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then((code) => reject(new Error(`the server ended with ${code}: ${output}`)));
  });
}

/** CPU seconds so far, of all threads, and the largest resident size; null where the system has no /proc. */
function processUsage(pid) {
  const folder = join('/proc', String(pid));
  if (!existsSync(folder)) return null;
  // The name of the program may hold spaces; it ends with the last parenthesis. utime and stime follow.
  const fields = readFileSync(join(folder, 'stat'), 'utf8').split(')').at(-1).trim().split(' ');
  const peak = /VmHWM:\s+(\d+) kB/u.exec(readFileSync(join(folder, 'status'), 'utf8'));
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND,
    peakBytes: Number(peak[1]) * 1024,
  };
}
