// Owns the handle on the ClickHouse engine's process.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROCESS = fileURLToPath(new URL('chdb-process.mjs', import.meta.url));

/** Opens an installed chdb package on an empty directory. */
export function openChdb(packageDirectory, dataDirectory) {
  const child = fork(PROCESS, [packageDirectory, dataDirectory]);
  const ended = once(child, 'exit');
  const failed = ended.then(([code]) => {
    throw new Error(`the ClickHouse engine ended with ${code}`);
  });
  // Until a query waits for it, an end is no failure.
  failed.catch(() => undefined);
  return {
    /** Runs one statement: text of the result as CSV, milliseconds. */
    query: async (sql) => {
      const answered = once(child, 'message');
      child.send({ sql });
      const [{ text, ms, error }] = await Promise.race([answered, failed]);
      if (error !== undefined) throw new Error(`${error}\n${sql}`);
      return { text: text.trim(), ms };
    },
    close: async () => {
      child.disconnect();
      await ended;
    },
  };
}

export const chdbVersion = (packageDirectory) =>
  JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8')).version;
