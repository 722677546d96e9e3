// Owns the rejected events of an import: counted, the first ones kept to be shown, all written to a file
// if one is asked for.
import { open, type FileHandle } from 'node:fs/promises';
import type { RejectedEntry } from '../api-types.ts';

export interface Reject {
  readonly file: string;
  readonly line: number | null;
  readonly code: string;
  readonly message: string;
  readonly pointer: string | null;
  readonly errors: RejectedEntry['errors'] | null;
  /** The record as it stands in the file, where the file has lines. */
  readonly input: string | null;
}

const shown_max = 10;

export class Rejects {
  readonly first: Reject[] = [];
  count = 0;
  private readonly handle: FileHandle | undefined;

  private constructor(handle: FileHandle | undefined) {
    this.handle = handle;
  }

  /** With a path, the file is made anew: one JSON object per line. */
  static async open(path: string | undefined): Promise<Rejects> {
    return new Rejects(path === undefined ? undefined : await open(path, 'w'));
  }

  /** `count` may be more than there are rejects at hand. */
  async add(count: number, rejects: readonly Reject[]): Promise<void> {
    this.count += count;
    this.first.push(...rejects.slice(0, Math.max(0, shown_max - this.first.length)));
    if (rejects.length === 0) return;
    await this.handle?.appendFile(rejects.map((reject) => `${JSON.stringify(reject)}\n`).join(''));
  }

  async close(): Promise<void> {
    await this.handle?.close();
  }
}

/** Joins what the server says about an event with where it stands. */
export function rejectOf(
  entry: RejectedEntry,
  place: { file: string; line: number | undefined; input: string | null },
): Reject {
  return {
    file: place.file,
    line: entry.line ?? place.line ?? null,
    code: entry.code,
    message: entry.message,
    pointer: entry.pointer ?? null,
    errors: entry.errors ?? null,
    input: place.input,
  };
}
