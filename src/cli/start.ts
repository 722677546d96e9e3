// Owns `weir start`: the server in this process, as `npm start` runs it.
import type { Command } from 'commander';
import { WeirError } from '../errors.ts';
import { CliError } from './cli-error.ts';

interface StartOptions {
  readonly dataDir?: string;
  readonly host?: string;
  readonly port?: string;
}

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('start the server: API and console in one process')
    .option('--data-dir <folder>', 'where everything is kept (WEIR_DATA_DIR, ./data)')
    .option('--host <host>', 'the address to listen on (WEIR_HOST, 127.0.0.1)')
    .option('--port <port>', 'the port to listen on, 0 for any (WEIR_PORT, 4680)')
    .action((options: StartOptions) => start(options));
}

/** Resolves when the server listens; the process then lives until it is told to end. */
async function start({ dataDir, host, port }: StartOptions): Promise<void> {
  // Loaded here, so that the other commands start without the database engines.
  const { runServer } = await import('../run-server.ts');
  const given = { WEIR_DATA_DIR: dataDir, WEIR_HOST: host, WEIR_PORT: port };
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  try {
    await runServer({ ...process.env, ...Object.fromEntries(set) });
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    const details = error.problems.map(({ message }) => message);
    throw new CliError(error.message, { code: error.code, details, cause: error });
  }
}
