// Calls of a server process, for tests that look at answers of every status.
import type { ServerProcess } from '../server-process.ts';

export const KEY = 'faults key';
export const WITH_KEY = { WEIR_ADMIN_KEY: KEY };

export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

export interface Remote {
  send<T = Problem>(method: string, path: string, body?: unknown, type?: string): Promise<Answer<T>>;
}

/** A client of the server when it is ready. */
export async function remote(server: ServerProcess): Promise<Remote> {
  const url = await server.ready;
  const send = async (method: string, path: string, body?: unknown, type = 'application/json') => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${KEY}`, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const parsed: unknown = isJson && !text.includes('\n') ? JSON.parse(text) : text;
    return { status: response.status, body: parsed };
  };
  // What an answer holds is for its test to say.
  return { send: send as Remote['send'] };
}

export const CALLS = {
  name: 'calls',
  fields: [
    { name: 'id', type: 'string', required: true },
    { name: 'at', type: 'datetime', required: true },
    { name: 'account', type: 'string' },
    { name: 'units', type: 'decimal', scale: 6 },
    { name: 'note', type: 'string' },
  ],
  eventIdFields: ['id'],
  eventTimeField: 'at',
};

/** A definition `calls` and a store of it. */
export async function makeStore(weir: Remote, name: string): Promise<void> {
  await weir.send('POST', '/v1/event-definitions', CALLS);
  const made = await weir.send('POST', '/v1/event-stores', { name, eventDefinition: 'calls' });
  if (made.status !== 201) throw new Error(`${made.status} ${JSON.stringify(made.body)}`);
}
