// Owns the adapter of the file port: files below one folder, named by id.
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { WeirError } from '../../errors.ts';
import type { FilePort } from '../file-port.ts';

const PART = '.part';

/** Files in this folder. Names are ids that the server made; anything else is refused. */
export async function openLocalFiles(folder: string): Promise<FilePort> {
  await mkdir(folder, { recursive: true });
  const left = (await readdir(folder)).filter((name) => name.endsWith(PART));
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
  const pathOf = (id: string): string => {
    if (!/^\w+$/u.test(id)) throw new RangeError(`not an id: ${id}`);
    return join(folder, id);
  };
  return {
    write: (id, bytes) => writeFile(pathOf(id), bytes),
    read: (id) => createReadStream(pathOf(id)),
    readUnpacked: (id) => unpacked(pathOf(id)),
    remove: (id) => rm(pathOf(id), { force: true }),
    list: () => readdir(folder),
  };
}

/** Whole or not at all: the bytes get their name when they are synced. */
async function writeFile(path: string, source: AsyncIterable<Uint8Array>): Promise<{ bytes: number }> {
  const part = path + PART;
  try {
    const bytes = await writePart(part, source);
    await rename(part, path);
    return { bytes };
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function writePart(path: string, source: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'w');
  try {
    let bytes = 0;
    for await (const chunk of source) {
      await file.writeFile(chunk);
      bytes += chunk.byteLength;
    }
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}

async function* unpacked(path: string): AsyncGenerator<Uint8Array> {
  if (!(await isGzip(path))) return yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  // The pipeline ends both streams when the reader leaves early or the bytes are broken.
  const bytes = pipeline(createReadStream(path), createGunzip(), () => undefined);
  try {
    yield* bytes as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_')) {
      throw new WeirError('malformed', 'BODY_GZIP_INVALID', 'The file is not whole gzip.', { cause });
    }
    throw cause;
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
