// Owns bytes that come in pieces and are taken from the front once what they hold is whole.
const EMPTY = Buffer.alloc(0);

export class ByteQueue {
  #parts: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    // A copy: the caller may use its chunk again.
    if (chunk.length > 0) this.#parts.push(Buffer.from(chunk));
    this.#length += chunk.length;
  }

  /** All bytes in one piece. Joining costs their length, so ask when enough of them are there. */
  front(): Buffer {
    if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0] ?? EMPTY;
  }

  drop(count: number): void {
    const rest = this.front().subarray(count);
    this.#parts = rest.length > 0 ? [rest] : [];
    this.#length = rest.length;
  }
}

const VARINT_BYTES_MAX = 10;

/** Reads from bytes that may not all be there: undefined says that they are not. */
export class ByteCursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  take(count: number): Buffer | undefined {
    if (this.#at + count > this.#bytes.length) return undefined;
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** A zigzag integer as a float: exact where it counts bytes that can be there. */
  integer(): number | undefined {
    let sum = 0;
    for (let index = 0; index < VARINT_BYTES_MAX; index++) {
      const byte = this.take(1)?.[0];
      if (byte === undefined) return undefined;
      sum += (byte & 0x7f) * 128 ** index;
      if (byte < 0x80) return sum % 2 === 0 ? sum / 2 : -(sum + 1) / 2;
    }
    // Larger than any limit.
    return Number.MAX_VALUE;
  }
}
