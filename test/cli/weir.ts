// A real server on a folder of its own, and the command line talking to it, for tests.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { createLog } from '../../src/log.ts';
import { startServer } from '../../src/server.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TestServer {
  /** A folder for the test's files, removed in the end. */
  readonly folder: string;
  readonly url: string;
  weir(...words: string[]): Promise<Ran>;
  /** Runs with `--json`; the exit code must be 0. */
  json<T>(...words: string[]): Promise<T>;
  close(): Promise<void>;
}

const KEY = 'test-key';

export async function startTestServer(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-cli-'));
  const server = await startServer(
    { dataDir: join(folder, 'data'), host: '127.0.0.1', port: 0, adminKey: KEY, checkAnswers: true },
    { log: createLog(() => undefined) },
  );
  const weir = (...words: string[]): Promise<Ran> => run(['--server', server.url, '--key', KEY, ...words]);
  return {
    folder,
    url: server.url,
    weir,
    async json<T>(...words: string[]): Promise<T> {
      const ran = await weir(...words, '--json');
      if (ran.code !== 0) throw new Error(`weir ${words.join(' ')} ended with ${ran.code}: ${ran.stderr}`);
      return JSON.parse(ran.stdout) as T;
    },
    async close(): Promise<void> {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs one command in this process and catches what it writes. */
export async function run(words: readonly string[]): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true)),
  ];
  try {
    return { code: await runProgram(words), stdout, stderr };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
