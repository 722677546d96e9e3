// A terminal as a reader of the guides has it: bash in a folder with the examples, `weir` on the path, a server.
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../src/package-root.ts';
import type { BuiltServer } from '../server-process.ts';

const KEY = 'key of the guides';

export interface Ran {
  readonly failed: boolean;
  /** Standard output and standard error, as a terminal shows them. */
  readonly printed: string;
}

export interface Shell {
  /** Types commands; what they set stays set for the next ones. */
  run(commands: string): Promise<Ran>;
  close(): Promise<void>;
}

export async function openShell(built: BuiltServer): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-guide-'));
  await cp(join(packageRoot, 'examples'), join(folder, 'examples'), { recursive: true });
  await mkdir(join(folder, 'bin'));
  const weir = `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(built.cli)} "$@"\n`;
  await writeFile(join(folder, 'bin/weir'), weir, { mode: 0o755 });
  const server = built.start(join(folder, 'data'), { WEIR_ADMIN_KEY: KEY });
  const bash = spawn('bash', ['--noprofile', '--norc'], {
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      WEIR_URL: await server.ready,
      WEIR_API_KEY: KEY,
      NO_COLOR: '1',
      LC_ALL: 'C.UTF-8',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: bash.stdout })[Symbol.asyncIterator]();
  let steps = 0;
  return {
    async run(commands) {
      const step = join(folder, `step-${(steps += 1)}`);
      // The trap sees a command that fails anywhere in the step, not only the last one.
      await writeFile(step, `failed=0\ntrap 'failed=1' ERR\n${commands}\n`);
      bash.stdin.write(`. ${step} </dev/null >${step}.printed 2>&1; echo "$failed"\n`);
      const answer = await answers.next();
      if (answer.done === true) throw new Error('the shell ended');
      return { failed: answer.value !== '0', printed: await readFile(`${step}.printed`, 'utf8') };
    },
    async close() {
      bash.stdin.end();
      server.child.kill('SIGTERM');
      await server.exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
