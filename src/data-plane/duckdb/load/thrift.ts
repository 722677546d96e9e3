// Owns the part of Thrift's compact protocol that the metadata of a Parquet file needs.
import { ByteWriter } from './byte-writer.ts';

const TYPE = { true: 1, int32: 5, int64: 6, binary: 8, list: 9, struct: 12 } as const;
const LONG_LIST = 15;

/** A value of a field: `struct` has its own fields; lists are of one kind. */
export type ThriftValue =
  | { readonly int32: number }
  | { readonly int64: number }
  | { readonly text: string }
  | { readonly flag: boolean }
  | { readonly struct: ThriftStruct }
  | { readonly structs: readonly ThriftStruct[] }
  | { readonly int32s: readonly number[] }
  | { readonly texts: readonly string[] };

/** Fields by their number, rising. */
export type ThriftStruct = readonly (readonly [field: number, value: ThriftValue])[];

/** The bytes of a struct. */
export function thriftBytes(struct: ThriftStruct): Buffer {
  const out = new ByteWriter(256);
  writeStruct(out, struct);
  return out.written();
}

function writeStruct(out: ByteWriter, struct: ThriftStruct): void {
  let last = 0;
  for (const [field, value] of struct) {
    out.byte(((field - last) << 4) | typeOf(value));
    last = field;
    writeValue(out, value);
  }
  out.byte(0);
}

function typeOf(value: ThriftValue): number {
  if ('int32' in value) return TYPE.int32;
  if ('int64' in value) return TYPE.int64;
  if ('text' in value) return TYPE.binary;
  if ('flag' in value) return value.flag ? TYPE.true : TYPE.true + 1;
  return 'struct' in value ? TYPE.struct : TYPE.list;
}

function writeValue(out: ByteWriter, value: ThriftValue): void {
  if ('int32' in value) return writeZigzag(out, value.int32);
  if ('int64' in value) return writeZigzag(out, value.int64);
  if ('text' in value) return writeText(out, value.text);
  // A flag is in its type already.
  if ('flag' in value) return;
  if ('struct' in value) return writeStruct(out, value.struct);
  if ('structs' in value) return writeList(out, TYPE.struct, value.structs, writeStruct);
  if ('texts' in value) return writeList(out, TYPE.binary, value.texts, writeText);
  return writeList(out, TYPE.int32, value.int32s, writeZigzag);
}

function writeList<T>(
  out: ByteWriter,
  type: number,
  items: readonly T[],
  write: (out: ByteWriter, item: T) => void,
): void {
  if (items.length < LONG_LIST) out.byte((items.length << 4) | type);
  else {
    out.byte((LONG_LIST << 4) | type);
    writeVarint(out, items.length);
  }
  for (const item of items) write(out, item);
}

function writeText(out: ByteWriter, text: string): void {
  const bytes = Buffer.from(text);
  writeVarint(out, bytes.length);
  out.bytes(bytes);
}

const writeZigzag = (out: ByteWriter, value: number): void =>
  writeVarint(out, value < 0 ? -2 * value - 1 : 2 * value);

/** Seven bits a byte, the lowest first; for numbers of at most 53 bits. */
export function writeVarint(out: ByteWriter, value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    out.byte((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.byte(rest);
}
