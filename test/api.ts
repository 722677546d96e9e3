// Calls of a test server that must succeed: the body, or an error that shows the problem.
import type { Config } from '../src/config.ts';
import type { TestServer } from './server.ts';
import { openTestServer } from './server.ts';

export interface Api {
  readonly weir: TestServer;
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  post<T = Record<string, unknown>>(
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T>;
  close(): Promise<void>;
}

export interface RunAnswer {
  readonly id: string;
  readonly status: string;
  readonly error: unknown;
  readonly effectiveScope: unknown;
  readonly progress: { readonly slicesTotal: number };
  readonly result: Readonly<Record<string, number>>;
  readonly nodes: readonly {
    readonly id: string;
    readonly in: number;
    readonly out: number;
    readonly dropped: number;
    readonly rejected: number;
  }[];
}

/** Opens a server on a fresh directory, or on this one. */
export async function openApi(dataDir?: string, settings: Partial<Config> = {}): Promise<Api> {
  const weir = await openTestServer(dataDir, settings);
  const expectOk = <T>({ status, body }: { status: number; body: T }): T => {
    if (status < 300) return body;
    throw new Error(`${status} ${JSON.stringify(body)}\n${weir.logged.slice(-3).join('\n')}`);
  };
  return {
    weir,
    get: async <T>(path: string) => expectOk(await weir.call<T>('GET', path)),
    post: async <T>(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      expectOk(await weir.call<T>('POST', path, body, { headers })),
    close: () => weir.close(),
  };
}

/** Starts a run and waits for its end. */
export async function runMeter(api: Api, meter: string, body: object): Promise<RunAnswer> {
  const { id } = await api.post<RunAnswer>(`/v1/meters/${meter}/runs`, body);
  return finishedRun(api, id);
}

/** The run when it has ended. */
export async function finishedRun(api: Api, id: string): Promise<RunAnswer> {
  for (;;) {
    const run = await api.get<RunAnswer>(`/v1/runs/${id}`);
    if (!['queued', 'running', 'stopping'].includes(run.status)) return run;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const REPLAY_ALL = { mode: 'replay', scope: { kind: 'all' } };
