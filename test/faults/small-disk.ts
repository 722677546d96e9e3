// A file system that can be full: a small tmpfs, where the test may mount one.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { freshDirectory } from '../server.ts';

export interface SmallDisk {
  readonly directory: string;
  /** Makes room, as somebody who clears up does. */
  resize(megabytes: number): void;
  remove(): void;
}

const mount = (...args: readonly string[]): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', ...args], { stdio: 'ignore' }).status === 0;

/** Mounts a disk of this size; undefined where that is not permitted. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const directory = freshDirectory();
  if (!mount('-o', `size=${megabytes}m`, 'tmpfs', directory)) {
    rmSync(directory, { recursive: true });
    return undefined;
  }
  return {
    directory,
    resize: (size) => {
      if (!mount('-o', `remount,size=${size}m`, 'tmpfs', directory)) throw new Error('the disk cannot grow');
    },
    remove: () => {
      // Lazily, since a killed server may still be letting go of its files.
      spawnSync('umount', ['-l', directory]);
      rmSync(directory, { recursive: true });
    },
  };
}
