// Owns one request to append while it is gathered: its encoded rows in memory, or on disk when they are many.
import { open, type FileHandle } from 'node:fs/promises';
import type { DoorRow } from '../../definitions/rows.ts';
import type { StoreTable } from '../event-store-port.ts';
import { translateEngineError } from './engine-errors.ts';
import { IdHashes } from './id-hash.ts';
import { rowEncoder } from './row-encoder.ts';
import { removeFile, scratchPath, unwritten } from './scratch-files.ts';

/** More than this is staged in a file of its own and commits alone. */
export const REQUEST_BYTES_MAX = 8 * 1024 * 1024;

/** A request whose rows are complete. */
export interface AppendRequest {
  readonly store: StoreTable;
  readonly hashes: IdHashes;
  /** Per row its position in the request, which rejections name. */
  readonly positions: Uint32Array;
  readonly rowCount: number;
  readonly byteCount: number;
  readonly lineBytesMax: number;
  /** The load file of a staged request; else the parts to write into one. */
  readonly content: { readonly file: string } | { readonly parts: readonly Buffer[] };
}

/** Reads and encodes all rows. If `rows` throws, nothing is left behind. */
export async function gatherRequest(
  store: StoreTable,
  rows: AsyncIterable<readonly DoorRow[]>,
  scratchDirectory: string,
): Promise<AppendRequest> {
  const encoder = rowEncoder(store);
  const hashes = new IdHashes();
  const content = new Content(scratchDirectory);
  let positions = new Uint32Array(1024);
  let rowCount = 0;
  let lineBytesMax = 0;
  try {
    for await (const batch of rows) {
      if (batch.length === 0) continue;
      const encoded = encoder.encode(batch, hashes);
      // A line is not longer than its batch.
      lineBytesMax = Math.max(lineBytesMax, encoded.length);
      await content.add(encoded);
      if (rowCount + batch.length > positions.length) positions = grown(positions, rowCount + batch.length);
      for (const row of batch) positions[rowCount++] = row.index;
    }
    const done = await content.finish();
    return { store, hashes, positions, rowCount, byteCount: content.byteCount, lineBytesMax, content: done };
  } catch (error) {
    await content.discard();
    throw error;
  }
}

/** Removes the file of a staged request. */
export function releaseRequest({ content }: AppendRequest): void {
  if ('file' in content) removeFile(content.file);
}

class Content {
  readonly #directory: string;
  #parts: Buffer[] = [];
  #path = '';
  #file: FileHandle | undefined;
  byteCount = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async add(part: Buffer): Promise<void> {
    this.#parts.push(part);
    this.byteCount += part.length;
    if (this.byteCount <= REQUEST_BYTES_MAX) return;
    try {
      await this.#stage();
    } catch (error) {
      throw translateEngineError(error);
    }
  }

  async #stage(): Promise<void> {
    if (!this.#file) {
      this.#path = scratchPath(this.#directory, 'ndjson');
      this.#file = await open(this.#path, 'wx');
    }
    let rest: Uint8Array[] = this.#parts;
    this.#parts = [];
    while (rest.length > 0) rest = unwritten(rest, (await this.#file.writev(rest)).bytesWritten);
  }

  async finish(): Promise<AppendRequest['content']> {
    if (!this.#file) return { parts: this.#parts };
    await this.#file.close();
    return { file: this.#path };
  }

  async discard(): Promise<void> {
    if (!this.#file) return;
    await this.#file.close();
    removeFile(this.#path);
  }
}

function grown(positions: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(length, positions.length * 2));
  larger.set(positions);
  return larger;
}
