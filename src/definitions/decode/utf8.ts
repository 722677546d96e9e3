// Owns the way from bytes to text: strict UTF-8, a byte order mark dropped, characters never cut.
import { isUtf8 } from 'node:buffer';
import { WeirError } from '../../errors.ts';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const EMPTY = Buffer.alloc(0);

/** The same bytes, with Buffer's methods. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A reader of chunks that have no byte order mark and end between two characters. */
export class Utf8Chunks {
  #rest: Buffer = EMPTY;
  #started = false;
  #position = 0;

  /** The complete characters so far, as bytes known to be UTF-8. Throws BODY_NOT_UTF8. */
  push(chunk: Uint8Array): Buffer {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : asBuffer(chunk);
    // The mark may come in pieces. What is kept is copied: the caller may use its chunk again.
    if (!this.#started && bytes.length < 3 && BYTE_ORDER_MARK.subarray(0, bytes.length).equals(bytes)) {
      this.#rest = Buffer.from(bytes);
      return EMPTY;
    }
    const start = !this.#started && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
    this.#started = true;
    const end = completeLength(bytes);
    this.#rest = end < bytes.length ? Buffer.from(bytes.subarray(end)) : EMPTY;
    return this.#checked(bytes.subarray(start, end), start);
  }

  /** What is left at the end: nothing, or half a character. */
  end(): void {
    if (this.#started || this.#rest.length > 0) this.#checked(this.#rest, 0);
  }

  #checked(bytes: Buffer, skipped: number): Buffer {
    if (!isUtf8(bytes)) {
      const place = `between bytes ${this.#position + 1} and ${this.#position + skipped + bytes.length}`;
      throw new WeirError('malformed', 'BODY_NOT_UTF8', `The body is not UTF-8 ${place}.`);
    }
    this.#position += skipped + bytes.length;
    return bytes;
  }
}

/** The length without a character that the chunk has only begun. */
function completeLength(bytes: Buffer): number {
  const length = bytes.length;
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? length - back : length;
    }
  }
  return length;
}
