// Owns the rule that one server owns a data directory: a lock that ends with its process, however it ends.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { z } from 'zod';
import { nowInstant } from '../../clock.ts';
import { WeirError } from '../../errors.ts';

const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  since: z.string(),
  address: z.string().nullable(),
});
type Holder = z.infer<typeof holderSchema>;

export interface DirectoryLock {
  /** Tells others where the server that holds the lock listens. */
  announce(address: string): void;
  release(): void;
}

function readHolder(path: string): string {
  try {
    const holder = holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    const where = holder.address === null ? '' : `, listening on ${holder.address}`;
    return `process ${holder.pid} on ${holder.host} since ${holder.since}${where}`;
  } catch {
    // The file only explains: the lock itself is what decides, and its holder may just be writing the file.
    return 'another process';
  }
}

/**
 * Takes the directory or throws `DATA_DIR_LOCKED`, having touched nothing in it. The lock is SQLite's own
 * exclusive lock on a file: the operating system drops it when the process dies, so nothing is ever stale.
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const holderPath = join(directory, 'weir.lock.json');
  const database = new Database(join(directory, 'weir.lock'));
  try {
    database.exec('begin exclusive');
  } catch (cause) {
    database.close();
    const detail = `The data directory ${directory} is in use by ${readHolder(holderPath)}.`;
    throw new WeirError('conflict', 'DATA_DIR_LOCKED', detail, { cause });
  }
  const holder: Holder = { pid: process.pid, host: hostname(), since: nowInstant(), address: null };
  const write = (address: string | null): void =>
    writeFileSync(holderPath, `${JSON.stringify({ ...holder, address })}\n`);
  write(null);
  return {
    announce: write,
    release() {
      rmSync(holderPath, { force: true });
      database.exec('rollback');
      database.close();
    },
  };
}
