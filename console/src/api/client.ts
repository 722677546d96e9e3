import { readJson } from './json.ts';
import { ApiProblem, problemFrom } from './problem.ts';
import { currentSession, signOut } from './session.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface CallOptions {
  readonly query?: Query | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; give `contentType` too. */
  readonly body?: BodyInit;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  /** Instead of the session's key (to try one at the login). */
  readonly key?: string;
}

/** Calls the API and reads its JSON answer. Throws `ApiProblem`; 401 ends the session. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  const text = await response.text();
  return (text === '' ? undefined : readJson(text)) as T;
}

/** Calls the API for a file: its bytes, and the name that the server gives it. */
export async function download(
  path: string,
  query?: Query,
): Promise<{ blob: Blob; name: string | undefined }> {
  const response = await send('GET', path, { query });
  const name = /filename="?([^";]+)"?/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  return { blob: await response.blob(), name };
}

async function send(method: string, path: string, options: CallOptions): Promise<Response> {
  const response = await reach(path + searchOf(options.query), {
    method,
    headers: headersOf(options),
    body: options.json === undefined ? (options.body ?? null) : JSON.stringify(options.json),
    signal: options.signal ?? null,
  });
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (response.status === 401 && options.key === undefined) signOut(problem.message);
  throw problem;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem(0, 'SERVER_UNREACHABLE', 'The server does not answer. Is it still running?');
  }
}

function headersOf({ key, json, contentType }: CallOptions): Headers {
  const headers = new Headers({ accept: 'application/json, application/problem+json, */*' });
  const bearer = key ?? currentSession().key;
  if (bearer !== null) headers.set('authorization', `Bearer ${bearer}`);
  if (json !== undefined) headers.set('content-type', 'application/json');
  else if (contentType !== undefined) headers.set('content-type', contentType);
  return headers;
}

function searchOf(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search}`;
}

async function readProblem(response: Response): Promise<ApiProblem> {
  const text = await response.text();
  const fallback = `The server answered ${response.status} ${response.statusText}`.trim();
  if (!(response.headers.get('content-type') ?? '').includes('json')) {
    return problemFrom(response.status, undefined, fallback);
  }
  return problemFrom(response.status, readJson(text), fallback);
}

/** A path below `/v1`, each part encoded. */
export function path(...parts: readonly string[]): string {
  return `/v1/${parts.map(encodeURIComponent).join('/')}`;
}
