// Owns writing a streamed answer to a file or to standard output, in bounded memory.
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { usageError } from './cli-error.ts';

export interface Saved {
  readonly file: string | null;
  readonly bytes: number;
}

/** Saves to `path`, which appears only once it is whole; without a path writes to standard output. */
export async function saveAnswer(response: Response, path: string | undefined): Promise<Saved> {
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  if (path === undefined) {
    await pipeline(Readable.from(counted()), process.stdout, { end: false });
    return { file: null, bytes };
  }
  const unfinished = `${path}.part`;
  await pipeline(Readable.from(counted()), createWriteStream(unfinished));
  await rename(unfinished, path);
  return { file: path, bytes };
}

/** Parquet is binary: it would garble a terminal, and text output is not what it is for. */
export function checkDownloadTarget(format: string, path: string | undefined): void {
  if (format === 'parquet' && path === undefined && process.stdout.isTTY) {
    throw usageError('Parquet is binary: name a file with --output');
  }
}
