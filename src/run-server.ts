// Owns a server as a process: settings from the environment, the line that says ready, signals, exit codes.
import { readConfig } from './config.ts';
import { WeirError } from './errors.ts';
import { startServer } from './server.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * Starts the server and closes it gently on SIGINT or SIGTERM; a second signal of the same kind ends the
 * process at once. Resolves when the server is ready.
 */
export async function runServer(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const server = await startServer(readConfig(env));
  const stop = (): void => {
    server.close().catch(endWith);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (server.firstKey !== undefined) say(`admin key (shown this once): ${server.firstKey}`);
  say(`listening on ${server.url}`);
}

/** Says what went wrong, in one line if it was foreseen, and ends the process with code 1. */
export function endWith(error: unknown): never {
  const foreseen = error instanceof WeirError && error.category !== 'internal';
  const text = foreseen
    ? `${error.message} (${error.code})`
    : error instanceof Error
      ? error.stack
      : 'unknown failure';
  process.stderr.write(`weir: ${text}\n`);
  process.exit(1);
}
