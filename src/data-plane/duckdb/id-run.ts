// Owns reading one run of the id index: whether an id may be in it, and the sequences of its hash.
import { closeSync, openSync, readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { mayHold } from './id-filter.ts';
import {
  HEADER_BYTES,
  PAGE_BYTES,
  PAGE_ENTRIES,
  PIECE_BYTES,
  bytesOf,
  decodeHeader,
  placesOf,
  type RunHeader,
} from './id-run-file.ts';

interface RunParts {
  readonly fence: BigUint64Array;
  readonly checksums: Uint32Array;
  readonly filter: Uint32Array;
}

/** A page that cannot be read, or is not as it was written. */
export class DamagedRunError extends Error {}

export class IdRun {
  readonly path: string;
  readonly header: RunHeader;
  readonly #parts: RunParts;
  readonly #page = new BigUint64Array(PAGE_ENTRIES * 2);
  #file: number | undefined;

  private constructor(path: string, header: RunHeader, parts: RunParts) {
    this.path = path;
    this.header = header;
    this.#parts = parts;
    this.#file = openSync(path, 'r');
  }

  /** Opens the run of a file; undefined if the file is not whole. */
  static async open(path: string): Promise<IdRun | undefined> {
    const file = await open(path, 'r');
    try {
      const head = Buffer.alloc(HEADER_BYTES);
      const header = (await readInto(file, head, 0)) ? decodeHeader(head) : undefined;
      const parts = header && (await readParts(file, header));
      return header && parts && new IdRun(path, header, parts);
    } finally {
      await file.close();
    }
  }

  /** Whether an id, by the halves of its hash, may be in the run. False: certainly not. */
  mayHold(low: number, high: number): boolean {
    return mayHold(this.#parts.filter, low, high);
  }

  /**
   * The sequences under a hash: one read of a page. Synchronous on purpose: 3 us from the page cache, against 20
   * through the thread pool. Throws DamagedRunError.
   */
  find(hash: bigint): bigint[] {
    const { fence } = this.#parts;
    const found: bigint[] = [];
    const first = Math.max(0, lowerBound(fence, fence.length, hash) - 1);
    for (let page = first; page < fence.length && fence[page]! <= hash; page++) {
      const entries = Math.min(PAGE_ENTRIES, this.header.count - page * PAGE_ENTRIES);
      this.#readPage(page);
      for (let at = lowerBound(this.#page, entries, hash); at < entries && this.#page[at] === hash; at++) {
        found.push(this.#page[at + PAGE_ENTRIES]!);
      }
    }
    return found;
  }

  /** What the run keeps in memory. */
  get bytes(): number {
    const { fence, checksums, filter } = this.#parts;
    return fence.byteLength + checksums.byteLength + filter.byteLength;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #readPage(page: number): void {
    const bytes = bytesOf(this.#page);
    let cause: unknown;
    try {
      const read = readSync(this.#file!, bytes, 0, PAGE_BYTES, HEADER_BYTES + page * PAGE_BYTES);
      if (read === PAGE_BYTES && crc32(bytes) === this.#parts.checksums[page]) return;
    } catch (error) {
      cause = error;
    }
    throw new DamagedRunError(`Page ${page} of ${this.path} is damaged.`, { cause });
  }
}

/** The place of the first value, of the first `length`, that is not below `wanted`. */
function lowerBound(values: BigUint64Array, length: number, wanted: bigint): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function readParts(file: FileHandle, header: RunHeader): Promise<RunParts | undefined> {
  const { pages, fence: start } = placesOf(header);
  const parts = {
    fence: new BigUint64Array(pages),
    checksums: new Uint32Array(pages),
    filter: new Uint32Array(header.filterWords),
  };
  let at = start;
  let checksum = 0;
  for (const part of [parts.fence, parts.checksums, parts.filter].map(bytesOf)) {
    for (let done = 0; done < part.length; done += PIECE_BYTES) {
      const piece = part.subarray(done, done + PIECE_BYTES);
      if (!(await readInto(file, piece, at))) return undefined;
      checksum = crc32(piece, checksum);
      at += piece.length;
    }
  }
  return checksum === header.checksum ? parts : undefined;
}

/** Fills `bytes` from a place in a file; false if the file ends before. */
async function readInto(file: FileHandle, bytes: Uint8Array, at: number): Promise<boolean> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, at + done);
    if (bytesRead === 0) return false;
    done += bytesRead;
  }
  return true;
}
