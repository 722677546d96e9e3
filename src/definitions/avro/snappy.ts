// Owns unpacking Snappy's raw format (format_description.txt of google/snappy): what Spark and Hive pack the
// blocks of their Avro files with.

/** The unpacked bytes. Throws a RangeError beyond `bytesMax`, an Error where they are not Snappy. */
export function unpackSnappy(packed: Buffer, bytesMax: number): Buffer {
  const { length, at: start } = lengthOf(packed);
  if (length > bytesMax) throw new RangeError(`${length} bytes`);
  const unpacked = Buffer.alloc(length);
  let at = start;
  let filled = 0;
  while (at < packed.length) {
    const element = elementAt(packed, at);
    at = element.next;
    if (filled + element.length > length) throw new Error('more bytes than announced');
    if (element.offset === 0) {
      if (at + element.length > packed.length) throw new Error('a literal ends early');
      packed.copy(unpacked, filled, at, at + element.length);
      at += element.length;
    } else {
      if (element.offset > filled) throw new Error('a copy from before the start');
      copyWithin(unpacked, filled, element.offset, element.length);
    }
    filled += element.length;
  }
  if (filled < length) throw new Error('fewer bytes than announced');
  return unpacked;
}

/** A copy may overlap itself: then it repeats what it has just written. */
function copyWithin(bytes: Buffer, at: number, offset: number, length: number): void {
  if (offset >= length) {
    bytes.copyWithin(at, at - offset, at - offset + length);
    return;
  }
  for (let index = at; index < at + length; index++) bytes[index] = bytes[index - offset] ?? 0;
}

interface Element {
  readonly length: number;
  /** How far back to copy from; 0 is a literal, whose bytes follow. */
  readonly offset: number;
  readonly next: number;
}

function elementAt(packed: Buffer, at: number): Element {
  const tag = packed[at] ?? 0;
  const high = tag >> 2;
  switch (tag & 3) {
    case 0: {
      const extra = Math.max(0, high - 59);
      const length = extra === 0 ? high : littleEndian(packed, at + 1, extra);
      return { length: length + 1, offset: 0, next: at + 1 + extra };
    }
    case 1:
      return element((high & 7) + 4, ((tag >> 5) << 8) | littleEndian(packed, at + 1, 1), at + 2);
    case 2:
      return element(high + 1, littleEndian(packed, at + 1, 2), at + 3);
    default:
      return element(high + 1, littleEndian(packed, at + 1, 4), at + 5);
  }
}

function element(length: number, offset: number, next: number): Element {
  if (offset === 0) throw new Error('a copy of nothing');
  return { length, offset, next };
}

function littleEndian(bytes: Buffer, at: number, count: number): number {
  if (at + count > bytes.length) throw new Error('the block ends early');
  return bytes.readUIntLE(at, count);
}

const LENGTH_BYTES_MAX = 5;

function lengthOf(packed: Buffer): { readonly length: number; readonly at: number } {
  let length = 0;
  for (let at = 0; at < LENGTH_BYTES_MAX; at++) {
    const byte = littleEndian(packed, at, 1);
    length += (byte & 0x7f) * 128 ** at;
    if (byte < 0x80) return { length, at: at + 1 };
  }
  throw new Error('the length has no end');
}
