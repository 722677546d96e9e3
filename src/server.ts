// Owns a server as a whole: the lock of its data directory, its services, its application, its socket.
import { join } from 'node:path';
import type { Hono } from 'hono';
import type { Config } from './config.ts';
import { logBytes } from './data-plane/duckdb/index.ts';
import { lockDirectory } from './control-plane/sqlite/directory-lock.ts';
import type { DirectoryLock } from './control-plane/sqlite/directory-lock.ts';
import { createApp } from './http/app.ts';
import { endpoints } from './http/endpoints.ts';
import { openListener, starting } from './http/listener.ts';
import type { Listener } from './http/listener.ts';
import { consolePage, serveFolder } from './http/static-files.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import { openServices } from './open-services.ts';
import type { OpenServices } from './open-services.ts';
import { packageRoot } from './package-root.ts';
import type { Services } from './services.ts';

export interface Server {
  /** `app.request()` works without a socket. */
  readonly app: Hono;
  readonly services: Services;
  /** The admin key, if this start made the first one. */
  readonly firstKey: string | undefined;
  /** Opens the socket; gives the address, such as `http://127.0.0.1:4680`. */
  listen(): Promise<string>;
  /** Ends requests in flight, then background work, then closes the data directory. Can be repeated. */
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly log?: Log;
}

/** Applying less than this is not noticed. */
const LOG_BYTES_TOLD = 1_000_000;

function buildApp(config: Config, services: Services): Hono {
  const consoleFolder = join(packageRoot, 'dist', 'console');
  const app = createApp({
    endpoints,
    services,
    checkAnswers: config.checkAnswers ?? false,
    fallbackPage: consolePage(consoleFolder),
  });
  serveFolder(app, '/docs', join(packageRoot, 'src', 'http', 'docs-page'));
  serveFolder(app, '', consoleFolder);
  return app;
}

class OwnedServer implements Server {
  readonly app: Hono;
  readonly #config: Config;
  readonly #opened: OpenServices;
  readonly #lock: DirectoryLock;
  #listener: Listener | undefined;
  #closed: Promise<void> | undefined;

  constructor(config: Config, opened: OpenServices, lock: DirectoryLock, listener: Listener | undefined) {
    this.#config = config;
    this.#opened = opened;
    this.#lock = lock;
    this.#listener = listener;
    this.app = buildApp(config, opened.services);
  }

  get services(): Services {
    return this.#opened.services;
  }

  get firstKey(): string | undefined {
    return this.#opened.firstKey;
  }

  async listen(): Promise<string> {
    this.#listener ??= await openListener(this.#config.host, this.#config.port, starting());
    this.#listener.serve((request, env) => this.app.fetch(request, env));
    this.#lock.announce(this.#listener.url);
    return this.#listener.url;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    try {
      await this.#listener?.close();
      await this.#opened.close();
    } finally {
      this.#lock.release();
    }
  }
}

/** Opens a server without a socket. Throws `DATA_DIR_LOCKED`, having touched nothing, if another has the directory. */
export async function createServer(config: Config, options: ServerOptions = {}): Promise<Server> {
  return openServer(config, options, async () => undefined);
}

/**
 * Opens a server that listens from the beginning: `/healthz` answers at once, everything else when the data
 * directory is open, which is also when this resolves.
 */
export async function startServer(
  config: Config,
  options: ServerOptions = {},
): Promise<Server & { readonly url: string }> {
  const server = await openServer(config, options, () =>
    openListener(config.host, config.port, starting(openingText(config.dataDir))),
  );
  return Object.assign(server, { url: await server.listen() });
}

/** A killed server leaves a log, which the next one applies before anything else: seconds for every 100 MB. */
function openingText(dataDir: string): string {
  const bytes = logBytes(dataDir);
  const opened = 'The data directory is being opened';
  return bytes < LOG_BYTES_TOLD
    ? `${opened}.`
    : `${opened}: a log of ${Math.round(bytes / 1e6)} MB is applied.`;
}

async function openServer(
  config: Config,
  { log = createLog() }: ServerOptions,
  openSocket: () => Promise<Listener | undefined>,
): Promise<Server> {
  const lock = lockDirectory(config.dataDir);
  let listener: Listener | undefined;
  try {
    listener = await openSocket();
    return new OwnedServer(config, await openServices(config, log), lock, listener);
  } catch (error) {
    await listener?.close();
    lock.release();
    throw error;
  }
}
