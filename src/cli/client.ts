// Owns the command line's way to the server: HTTP by the public API, nothing else.
import { setTimeout as pause } from 'node:timers/promises';
import { apiErrorOf } from './api-error.ts';
import { CliError, usageError } from './cli-error.ts';
import { retryDelayMs } from './retry.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Made with `apiPath`, so that names are escaped. */
  readonly path: string;
  readonly query?: Query;
  readonly contentType?: string;
  /** Called again for each attempt: a stream can be sent only once. */
  readonly body?: () => NonNullable<RequestInit['body']>;
  /** Doing it twice is the same as once, so it is also repeated when the connection breaks. */
  readonly repeatable?: boolean;
}

export interface ClientOptions {
  readonly server: string;
  readonly key: string | undefined;
  readonly fetch?: typeof fetch;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

const page_items_max = 1000;

/** A path with its values escaped. The two names that a URL cannot carry are refused. */
export function apiPath(parts: TemplateStringsArray, ...values: readonly string[]): string {
  const escaped = values.map((value) => {
    // "." and ".." vanish from every URL, escaped or not (URL standard, dot segments).
    if (value === '.' || value === '..' || value === '') {
      throw usageError(`"${value}" cannot be part of an address; use the id instead`);
    }
    return encodeURIComponent(value);
  });
  return String.raw({ raw: parts }, ...escaped);
}

export class WeirClient {
  readonly server: string;
  private readonly key: string | undefined;
  private readonly fetch: typeof fetch;
  private readonly sleep: (ms: number) => Promise<unknown>;

  constructor(options: ClientOptions) {
    if (!URL.canParse(options.server) || !/^https?:/.test(options.server)) {
      throw usageError(`"${options.server}" is not the address of a server (http://HOST:PORT)`);
    }
    this.server = options.server.replace(/\/+$/, '');
    this.key = options.key;
    this.fetch = options.fetch ?? fetch;
    this.sleep = options.sleep ?? pause;
  }

  get<T>(path: string, query?: Query): Promise<T> {
    return this.json<T>({ method: 'GET', path, repeatable: true, ...(query ? { query } : {}) });
  }

  post<T>(path: string, body?: unknown, query?: Query): Promise<T> {
    return this.json<T>({ method: 'POST', path, ...jsonBody(body), ...(query ? { query } : {}) });
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.json<T>({ method: 'PUT', path, ...jsonBody(body), repeatable: true });
  }

  /** All items of a list, page by page. */
  async *items<T>(path: string, query: Query = {}): AsyncGenerator<T> {
    let cursor: string | undefined;
    do {
      const page: Page<T> = await this.get<Page<T>>(path, { limit: page_items_max, ...query, cursor });
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** The first `limit` items of a list, in as many pages as it takes. */
  async upTo<T>(path: string, query: Query, limit: number): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this.items<T>(path, { ...query, limit: Math.min(limit, page_items_max) })) {
      items.push(item);
      if (items.length === limit) break;
    }
    return items;
  }

  async json<T>(call: Call): Promise<T> {
    const response = await this.send(call);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Sends one call, again when the server asks to wait; throws `ApiError` on any answer but success. */
  async send(call: Call): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.attempt(call);
      // Not `instanceof Response`: a server in this process may have put its own class in place of it.
      if (!(outcome instanceof Error) && outcome.ok) return outcome;
      const delay = retryDelayMs(attempt, outcome, call.repeatable === true);
      if (delay === undefined) {
        throw outcome instanceof Error ? this.unreachable(outcome) : await apiErrorOf(outcome);
      }
      if (!(outcome instanceof Error)) await outcome.body?.cancel();
      await this.sleep(delay);
    }
  }

  private async attempt(call: Call): Promise<Response | Error> {
    const url = new URL(this.server + call.path);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const headers: Record<string, string> = { accept: 'application/json, */*' };
    if (this.key !== undefined) headers['authorization'] = `Bearer ${this.key}`;
    if (call.contentType !== undefined) headers['content-type'] = call.contentType;
    // `duplex` is required for streamed bodies (fetch standard) and missing from the types.
    const init: RequestInit & { duplex: 'half' } = { method: call.method, headers, duplex: 'half' };
    if (call.body) init.body = call.body();
    try {
      return await this.fetch(url, init);
    } catch (error) {
      if (error instanceof TypeError) return error;
      throw error;
    }
  }

  private unreachable(error: Error): CliError {
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    return new CliError(`no answer from ${this.server} (${reason})`, {
      code: 'SERVER_UNREACHABLE',
      details: ['start one with: weir start   or name another with --server or WEIR_URL'],
      cause: error,
    });
  }
}

function jsonBody(body: unknown): Pick<Call, 'body' | 'contentType'> {
  if (body === undefined) return {};
  const text = JSON.stringify(body);
  return { body: () => text, contentType: 'application/json' };
}
