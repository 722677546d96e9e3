// Owns the socket: it listens before the server is ready, so that /healthz answers at once, and closes so
// that requests in flight end first.
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { WeirError } from '../errors.ts';
import { problem } from './problems.ts';

/** `env` holds the socket's side of the request. */
export type Fetch = (request: Request, env?: object) => Response | Promise<Response>;

/** Requests that are still going on after this are cut off. */
const CLOSE_GRACE_MS = 10_000;

export interface Listener {
  /** Such as `http://127.0.0.1:4680`. */
  readonly url: string;
  /** From now on requests go here. */
  serve(fetch: Fetch): void;
  /** Resolves when the last request has ended. */
  close(): Promise<void>;
}

/** What is answered while the server opens its data; `detail` says what it is doing. */
export const starting =
  (detail = 'The data directory is being opened.'): Fetch =>
  (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/healthz') return Response.json({ status: 'alive' });
    const notReady = { status: 'not-ready', missing: [detail] };
    if (pathname === '/readyz') return Response.json(notReady, { status: 503 });
    return problem({ status: 503, code: 'STARTING', detail, headers: { 'retry-after': '1' } });
  };

function addressError(error: NodeJS.ErrnoException, host: string, port: number): WeirError {
  const reason = error.code === 'EADDRINUSE' ? 'the port is in use' : error.message;
  return new WeirError('unavailable', 'LISTEN_FAILED', `Cannot listen on ${host}:${port}: ${reason}.`, {
    cause: error,
  });
}

/** Listens; throws `LISTEN_FAILED` if the address is taken or not ours. */
export async function openListener(host: string, port: number, first: Fetch): Promise<Listener> {
  let current = first;
  const server = createAdaptorServer({
    fetch: (request, env) => current(request, env),
    // A large upload may take long; its headers may not.
    serverOptions: { requestTimeout: 0, headersTimeout: 60_000 },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(addressError(error, host, port)));
    server.listen(port, host, resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    serve(fetch) {
      current = fetch;
    },
    close: () => closeGently(server),
  };
}

function closeGently(server: ReturnType<typeof createAdaptorServer>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cutOff = setTimeout(() => {
      if ('closeAllConnections' in server) server.closeAllConnections();
    }, CLOSE_GRACE_MS);
    server.close((error) => {
      clearTimeout(cutOff);
      if (error) reject(error);
      else resolve();
    });
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  });
}
