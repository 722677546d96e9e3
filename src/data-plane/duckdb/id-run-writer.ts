// Owns writing the file of one run of the id index from entries in the order of their hashes.
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { addTo, filterWords } from './id-filter.ts';
import {
  BITS_OF_RUN,
  HEADER_BYTES,
  PAGE_BYTES,
  PAGE_ENTRIES,
  PIECE_BYTES,
  bytesOf,
  encodeHeader,
  placesOf,
  type RunSpan,
} from './id-run-file.ts';

/** Hashes and sequences of some entries, in the order of the hashes. */
export interface RunEntries {
  readonly hashes: readonly bigint[];
  readonly sequences: readonly bigint[];
}

/**
 * Writes a run of exactly `count` entries, in bounded memory but for its filter and fence. The file has its name
 * when it is whole and synced; if anything fails, nothing is left.
 */
export async function writeRun(
  path: string,
  span: RunSpan,
  count: number,
  entries: AsyncIterable<RunEntries>,
): Promise<void> {
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w');
  try {
    try {
      const writer = new RunWriter(file, count);
      for await (const some of entries) await writer.add(some);
      await writer.finish(span);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

class RunWriter {
  readonly #file: FileHandle;
  readonly #count: number;
  readonly #fence: BigUint64Array;
  readonly #checksums: Uint32Array;
  readonly #filter: Uint32Array;
  /** Pages that are full and wait to be written together, and the one being filled. */
  readonly #piece = new BigUint64Array(PIECE_BYTES / 8);
  readonly #halves = new Uint32Array(this.#piece.buffer);
  #inPiece = 0;
  #written = 0;

  constructor(file: FileHandle, count: number) {
    const { pages } = placesOf({ count });
    this.#file = file;
    this.#count = count;
    this.#fence = new BigUint64Array(pages);
    this.#checksums = new Uint32Array(pages);
    this.#filter = filterWords(count, BITS_OF_RUN);
  }

  async add({ hashes, sequences }: RunEntries): Promise<void> {
    for (let index = 0; index < hashes.length; index++) {
      const page = Math.floor(this.#inPiece / PAGE_ENTRIES);
      const at = page * PAGE_ENTRIES * 2 + (this.#inPiece % PAGE_ENTRIES);
      this.#piece[at] = hashes[index]!;
      this.#piece[at + PAGE_ENTRIES] = sequences[index]!;
      addTo(this.#filter, this.#halves[at * 2]!, this.#halves[at * 2 + 1]!);
      this.#inPiece += 1;
      if (this.#inPiece * 16 === PIECE_BYTES) await this.#writePiece();
    }
  }

  async finish(span: RunSpan): Promise<void> {
    await this.#writePiece();
    if (this.#written !== this.#count) {
      throw new RangeError(`a run of ${this.#count} ids was given ${this.#written}`);
    }
    const { fence } = placesOf({ count: this.#count });
    let at = fence;
    let checksum = 0;
    for (const part of [this.#fence, this.#checksums, this.#filter].map(bytesOf)) {
      for (let start = 0; start < part.length; start += PIECE_BYTES) {
        const piece = part.subarray(start, start + PIECE_BYTES);
        checksum = crc32(piece, checksum);
        at += await this.#write(piece, at);
      }
    }
    const header = { ...span, count: this.#count, filterWords: this.#filter.length, checksum };
    await this.#write(encodeHeader(header), 0);
  }

  /** What the last page has no entries for is zero. */
  async #writePiece(): Promise<void> {
    if (this.#inPiece === 0) return;
    const first = this.#written / PAGE_ENTRIES;
    const bytes = bytesOf(this.#piece).subarray(0, Math.ceil(this.#inPiece / PAGE_ENTRIES) * PAGE_BYTES);
    for (let page = 0; page * PAGE_BYTES < bytes.length; page++) {
      this.#fence[first + page] = this.#piece[page * PAGE_ENTRIES * 2]!;
      this.#checksums[first + page] = crc32(bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES));
    }
    await this.#write(bytes, HEADER_BYTES + first * PAGE_BYTES);
    this.#written += this.#inPiece;
    this.#inPiece = 0;
    this.#piece.fill(0n);
  }

  async #write(bytes: Uint8Array, at: number): Promise<number> {
    for (let done = 0; done < bytes.length;) {
      done += (await this.#file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
    }
    return bytes.length;
  }
}
