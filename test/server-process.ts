// A server as its users run it: a process of its own, started from compiled sources.
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/package-root.ts';

export interface ServerProcess {
  readonly child: ChildProcess;
  /** Everything on standard output and standard error so far. */
  readonly output: () => string;
  /** Resolves with the address when the server says that it is ready; rejects if it ends before. */
  readonly ready: Promise<string>;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exit: Promise<number | string | null>;
}

export interface BuiltServer {
  /** The program of the command line. */
  readonly cli: string;
  /** Where the compiled sources are. */
  readonly folder: string;
  start(dataDir: string, env?: Readonly<Record<string, string>>): ServerProcess;
  /** Ends what is still running and removes what was built. */
  dispose(): Promise<void>;
}

/** Compiles the server (about two seconds) into a folder of its own, so that builds do not meet. */
export function buildServer(): BuiltServer {
  const dist = join(packageRoot, 'dist');
  mkdirSync(dist, { recursive: true });
  const folder = mkdtempSync(join(dist, 'test-'));
  const tsc = join(packageRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [
    tsc,
    '-p',
    join(packageRoot, 'tsconfig.build.json'),
    '--outDir',
    folder,
    '--sourceMap',
    'false',
  ];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
  const started: ServerProcess[] = [];
  return {
    cli: join(folder, 'cli', 'weir.js'),
    folder,
    start(dataDir, env = {}) {
      const server = startProcess(join(folder, 'main.js'), {
        WEIR_DATA_DIR: dataDir,
        WEIR_PORT: '0',
        ...env,
      });
      started.push(server);
      return server;
    },
    async dispose() {
      for (const { child } of started) child.kill('SIGKILL');
      await Promise.all(started.map(({ exit }) => exit));
      rmSync(folder, { recursive: true });
    },
  };
}

function startProcess(main: string, env: Readonly<Record<string, string>>): ServerProcess {
  const child = spawn(process.execPath, [main], { env: { PATH: process.env['PATH'], ...env } });
  let output = '';
  const exit = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const ready = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /listening on (http:\/\/\S+)/u.exec(output)?.[1];
      if (url) resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exit.then((code) => reject(new Error(`the server ended with ${code}: ${output}`)));
  });
  // Whoever does not wait for readiness asks for the exit instead.
  ready.catch(() => undefined);
  return { child, output: () => output, ready, exit };
}
