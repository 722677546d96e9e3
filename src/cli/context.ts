// Owns what every command works with: the server to talk to and the terminal to write on, from the global
// options and the environment.
import type { Command } from 'commander';
import { WeirClient } from './client.ts';
import { Output } from './output/output.ts';

export const DEFAULT_SERVER = 'http://127.0.0.1:4680';

export interface GlobalOptions {
  readonly json?: boolean;
  readonly server?: string;
  readonly key?: string;
}

export interface Context {
  readonly client: WeirClient;
  readonly output: Output;
}

/** `--server` and `--key` go before WEIR_URL and WEIR_API_KEY, and that before WEIR_ADMIN_KEY. */
export function contextOf(command: Command): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  return {
    output: new Output({ json: options.json === true }),
    client: new WeirClient({
      server: options.server ?? filled('WEIR_URL') ?? DEFAULT_SERVER,
      key: options.key ?? filled('WEIR_API_KEY') ?? filled('WEIR_ADMIN_KEY'),
    }),
  };
}

/** An empty variable counts as one that is not set. */
function filled(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}
