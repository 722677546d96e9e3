// A server without a socket, and shorthands for its problems.
import { openTestServer, removeDirectory } from '../server.ts';
import type { Answer, TestServer } from '../server.ts';
import type { Problem } from './server.ts';

export interface Weir {
  readonly server: TestServer;
  send<T = Problem>(method: string, path: string, body?: unknown, type?: string): Promise<Answer<T>>;
  /** The body of a call that must succeed. */
  ok<T = Record<string, unknown>>(method: string, path: string, body?: unknown, type?: string): Promise<T>;
  close(): Promise<void>;
}

export async function openWeir(): Promise<Weir> {
  const server = await openTestServer();
  const send = <T>(method: string, path: string, body?: unknown, type = 'application/json') =>
    server.call<T>(method, path, body, body === undefined ? {} : { headers: { 'content-type': type } });
  return {
    server,
    send,
    async ok<T>(method: string, path: string, body?: unknown, type?: string) {
      const answer = await send<T>(method, path, body, type);
      if (answer.status < 300) return answer.body;
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
    async close() {
      await server.close();
      removeDirectory(server.dataDir);
    },
  };
}

/** Status and code of an answer that is a problem. */
export const refusal = ({ status, body }: Answer<Problem>): [number, string] => [status, body.code];
