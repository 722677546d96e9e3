// A client of a server that may die at any moment.
import type { CrashEvent } from './events.ts';

export const KEY = 'crash suite key';

/** The server died before it answered. */
export class Unanswered extends Error {}

export interface Weir {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown, contentType?: string): Promise<T>;
  put<T>(path: string, body: object): Promise<T>;
  text(path: string): Promise<string>;
}

/** Calls of the server at this address; any answer but a good one is an error that shows it. */
export function client(url: string): Weir {
  const send = async (method: string, path: string, body?: string, type?: string): Promise<string> => {
    let status: number;
    let text: string;
    try {
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${KEY}`, ...(type === undefined ? {} : { 'content-type': type }) },
        ...(body === undefined ? {} : { body }),
      });
      status = response.status;
      text = await response.text();
    } catch (cause) {
      throw new Unanswered(`${method} ${path}`, { cause });
    }
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  };
  return {
    get: async <T>(path: string) => JSON.parse(await send('GET', path)) as T,
    post: async <T>(path: string, body: unknown, type = 'application/json') =>
      JSON.parse(await send('POST', path, typeof body === 'string' ? body : JSON.stringify(body), type)) as T,
    put: async <T>(path: string, body: object) =>
      JSON.parse(await send('PUT', path, JSON.stringify(body), 'application/json')) as T,
    text: (path) => send('GET', path),
  };
}

/** Whether work that a crash interrupted; other errors stay errors. */
export async function untilDeath(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
  }
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Every event of the store by its id; throws when an id is there twice. */
export async function storedEvents(weir: Weir): Promise<Map<string, CrashEvent>> {
  const events = lines(await weir.text('/v1/event-stores/crash/export?format=ndjson'));
  const byId = new Map<string, CrashEvent>();
  for (const line of events) {
    const event = JSON.parse(line) as CrashEvent;
    if (byId.has(event.id)) throw new Error(`event ${event.id} is stored twice`);
    byId.set(event.id, event);
  }
  return byId;
}

export interface UsageLine {
  readonly id: string;
  readonly accountNumber: string;
  readonly startDateTime: string;
  readonly quantity: string;
  readonly revision: number;
  readonly changeNumber: number;
  readonly state: string;
}

/** Current usage records, or with `changes` every revision in the order of changes. */
export async function usage(weir: Weir, changes = false): Promise<UsageLine[]> {
  const since = changes ? '&changesSince=0' : '';
  const text = await weir.text(`/v1/usage-records/export?meter=per%20day&format=ndjson${since}`);
  return lines(text).map((line) => JSON.parse(line) as UsageLine);
}

/** Events of a store in pages, with their sequences. */
export async function eventPages(
  weir: Weir,
  store: string,
): Promise<{ ingestSequence: string; fields: Record<string, string> }[]> {
  const all: { ingestSequence: string; fields: Record<string, string> }[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: { items: typeof all; nextCursor: string | null } = await weir.get(
      `/v1/event-stores/${store}/events?limit=1000${after}`,
    );
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}
