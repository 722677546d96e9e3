// Owns bytes in the making: a buffer that grows as numbers and texts are written to its end.

const TWO_32 = 0x1_0000_0000;
/** Shorter texts are written by a loop: a call of the native encoder costs as much as 60 characters here. */
const LOOP_CHARACTERS_MAX = 64;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

/** Numbers are little-endian, as Parquet has them, unless a name says otherwise. */
export class ByteWriter {
  #bytes: Buffer;
  length = 0;

  constructor(capacity = 65_536) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** What has been written; valid until the next write. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  int32(value: number): void {
    this.#reserve(4);
    this.length = put32(this.#bytes, this.length, value);
  }

  /** A whole number of at most 53 bits as 64. */
  int64(value: number): void {
    this.#reserve(8);
    const high = Math.floor(value / TWO_32);
    const at = put32(this.#bytes, this.length, value - high * TWO_32);
    this.length = put32(this.#bytes, at, high);
  }

  bigInt64(value: bigint): void {
    this.#reserve(8);
    this.length = this.#bytes.writeBigInt64LE(value, this.length);
  }

  /** Two 32-bit halves as one number. */
  halves(low: number, high: number): void {
    this.#reserve(8);
    this.length = put32(this.#bytes, put32(this.#bytes, this.length, low), high);
  }

  /** A whole number of at most 53 bits as 128, the first byte the highest. */
  int128BigEndian(value: number): void {
    this.#reserve(16);
    const high = Math.floor(value / TWO_32);
    const sign = value < 0 ? -1 : 0;
    let at = put32BigEndian(this.#bytes, this.length, sign);
    at = put32BigEndian(this.#bytes, at, sign);
    at = put32BigEndian(this.#bytes, at, high);
    this.length = put32BigEndian(this.#bytes, at, value - high * TWO_32);
  }

  bigInt128BigEndian(value: bigint): void {
    this.#reserve(16);
    const at = this.#bytes.writeBigInt64BE(value >> 64n, this.length);
    this.length = this.#bytes.writeBigUInt64BE(BigInt.asUintN(64, value), at);
  }

  /** UTF-8, with its length in four bytes before it. */
  text(text: string): void {
    const units = text.length;
    this.#reserve(4 + units * BYTES_PER_UNIT);
    const start = this.length + 4;
    const end = (units <= LOOP_CHARACTERS_MAX && this.#ascii(text, start)) || this.#utf8(text, start);
    put32(this.#bytes, this.length, end - start);
    this.length = end;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The end of the text; 0 when it has a character beyond ASCII. */
  #ascii(text: string, start: number): number {
    const bytes = this.#bytes;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return 0;
      bytes[start + index] = code;
    }
    return start + text.length;
  }

  #utf8(text: string, start: number): number {
    return start + this.#bytes.write(text, start, 'utf8');
  }

  #reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}

function put32(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
  return at + 4;
}

function put32BigEndian(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
  return at + 4;
}
