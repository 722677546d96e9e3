// A server for tests: real planes in a fresh directory, requests without a socket.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { createServer } from '../src/server.ts';
import type { Server } from '../src/server.ts';

export const ADMIN_KEY = 'test admin key';

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface TestServer {
  readonly server: Server;
  readonly dataDir: string;
  /** Lines that the server logged. */
  readonly logged: string[];
  /** Sends JSON, or what `init` says; reads JSON, or text of other types. */
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    init?: CallInit,
  ): Promise<Answer<T>>;
  close(): Promise<void>;
}

export interface CallInit {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const freshDirectory = (): string => mkdtempSync(join(tmpdir(), 'weir-test-'));

/** Opens a server on this directory, by default a fresh one; every answer is checked against its schema. */
export async function openTestServer(
  dataDir = freshDirectory(),
  settings: Partial<Config> = {},
): Promise<TestServer> {
  const logged: string[] = [];
  const config = {
    dataDir,
    host: '127.0.0.1',
    port: 0,
    adminKey: ADMIN_KEY,
    checkAnswers: true,
    ...settings,
  };
  const server = await createServer(config, { log: createLog((line) => void logged.push(line)) });
  return {
    server,
    dataDir,
    logged,
    async call<T>(method: string, path: string, body?: unknown, init: CallInit = {}): Promise<Answer<T>> {
      const raw = typeof body === 'string' || body instanceof Uint8Array;
      const response = await server.app.request(path, {
        method,
        headers: {
          authorization: `Bearer ${init.key ?? ADMIN_KEY}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...init.headers,
        },
        ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      });
      const isJson = response.headers.get('content-type')?.includes('json') ?? false;
      const text = await response.text();
      const parsed: unknown = isJson && !text.includes('\n') ? JSON.parse(text) : text;
      return { status: response.status, headers: response.headers, body: parsed as T };
    },
    close: () => server.close(),
  };
}

export const removeDirectory = (directory: string): void => rmSync(directory, { recursive: true });
