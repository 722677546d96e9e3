// Owns the adapter of the file port: files below one folder, named by id.
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
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
