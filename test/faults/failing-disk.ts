// A disk that fails on demand, where there is a C compiler: a library loaded before the server (failing-disk.c).
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDirectory, removeDirectory } from '../server.ts';

export interface FailingDisk {
  /** A data directory on it. */
  readonly directory: string;
  /** What a server process needs in its environment to be on this disk. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on whatever changes a file fails so. */
  fail(error: 'EROFS' | 'EIO'): void;
  mend(): void;
  remove(): void;
}

const source = join(dirname(fileURLToPath(import.meta.url)), 'failing-disk.c');

/** Undefined where nothing can be compiled. */
export function makeFailingDisk(): FailingDisk | undefined {
  const tools = freshDirectory();
  const library = join(tools, 'failing-disk.so');
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
  if (compiled.status !== 0) {
    removeDirectory(tools);
    return undefined;
  }
  const directory = freshDirectory();
  const flag = join(tools, 'switch');
  return {
    directory,
    env: { LD_PRELOAD: library, WEIR_DISK: directory, WEIR_DISK_SWITCH: flag },
    fail: (error) => writeFileSync(flag, String(constants.errno[error])),
    mend: () => rmSync(flag),
    remove: () => {
      removeDirectory(tools);
      removeDirectory(directory);
    },
  };
}
