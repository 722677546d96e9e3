// Owns the demo's server: the real one, in this process, on its own folder unless WEIR_DATA_DIR names one.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readConfig, type Config } from '../../config.ts';
import { WeirError } from '../../errors.ts';
import type { Server } from '../../server.ts';
import { ApiError } from '../api-error.ts';
import { CliError } from '../cli-error.ts';
import { apiPath, WeirClient } from '../client.ts';
import { STORE } from './setup.ts';

export interface Host {
  readonly client: WeirClient;
  readonly address: string;
  /** The console's address with the key in its fragment, which the browser does not send. */
  readonly consoleAddress: string;
  readonly key: string;
  readonly dataDir: string;
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Starts the server and checks that it does not hold a demo already: its figures would not be as told. */
export async function startHost(environment: Environment, folder: string): Promise<Host> {
  const key = environment['WEIR_ADMIN_KEY'] ?? `demo_${randomBytes(16).toString('hex')}`;
  const config = readConfig({
    ...environment,
    WEIR_DATA_DIR: environment['WEIR_DATA_DIR'] ?? join(folder, 'data'),
    WEIR_ADMIN_KEY: key,
  });
  const server = await listening(config, environment['WEIR_PORT'] === undefined);
  const client = new WeirClient({ server: server.url, key });
  try {
    await refuseSecondDemo(client, config.dataDir);
  } catch (error) {
    await server.close();
    throw error;
  }
  return {
    client,
    address: server.url,
    consoleAddress: `${server.url}/#key=${encodeURIComponent(key)}`,
    key,
    dataDir: config.dataDir,
    close: () => server.close(),
  };
}

/** On the usual port; on any free one if that is taken and nobody asked for it. */
async function listening(config: Config, anyPort: boolean): Promise<Server & { readonly url: string }> {
  // Loaded here, so that the other commands start without the database engines.
  const { startServer } = await import('../../server.ts');
  try {
    return await startServer(config);
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    if (anyPort && error.code === 'LISTEN_FAILED') return startServer({ ...config, port: 0 });
    throw new CliError(error.message, { code: error.code, cause: error });
  }
}

async function refuseSecondDemo(client: WeirClient, dataDir: string): Promise<void> {
  try {
    await client.get(apiPath`/v1/event-stores/${STORE}`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return;
    throw error;
  }
  throw new CliError(`${dataDir} holds the event store "${STORE}" already`, {
    code: 'DEMO_EXISTS',
    details: ['give the demo a folder of its own with WEIR_DATA_DIR, or leave that unset'],
  });
}
