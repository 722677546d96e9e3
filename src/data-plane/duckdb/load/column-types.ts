// Owns how each type of column stands in a load file: its Parquet type, and its canonical texts as bytes.
import { DECIMAL_DIGITS_MAX, DECIMAL_SCALE_DEFAULT, type Column } from '../../../definitions/types.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { ThriftValue } from './thrift.ts';
import { dayOf, writeMicros } from './times.ts';
import { unscaled } from './unscaled.ts';

/** Numbers of the Parquet format. */
const PHYSICAL = { boolean: 0, int32: 1, int64: 2, byteArray: 6, fixedBytes: 7 } as const;
const CONVERTED = { utf8: 0, decimal: 5, date: 6, uint64: 14 } as const;
const DECIMAL_BYTES = 16;
/** So many digits are exact as a JavaScript number, whatever they are. */
const SAFE_DIGITS = 15;

export interface ColumnType {
  /** Physical type. */
  readonly physical: number;
  /** The further fields of the column's SchemaElement, by their numbers. */
  readonly schema: readonly (readonly [number, ThriftValue])[];
  /** Writes the values that there are, one after the other. */
  readonly write: (out: ByteWriter, values: readonly string[]) => void;
}

/** The hashes of the ids: 64 bits without sign. They are not text, so they have a writer of their own. */
export const HASH_TYPE: Omit<ColumnType, 'write'> = {
  physical: PHYSICAL.int64,
  schema: [[6, { int32: CONVERTED.uint64 }]],
};

/** How a column stands in the file. */
export function columnTypeOf(column: Pick<Column, 'type' | 'scale'>): ColumnType {
  switch (column.type) {
    case 'string':
    case 'json':
      return { physical: PHYSICAL.byteArray, schema: [[6, { int32: CONVERTED.utf8 }]], write: writeTexts };
    case 'integer':
      return { physical: PHYSICAL.int64, schema: [], write: writeIntegers };
    case 'boolean':
      return { physical: PHYSICAL.boolean, schema: [], write: writeBooleans };
    case 'date':
      return { physical: PHYSICAL.int32, schema: [[6, { int32: CONVERTED.date }]], write: writeDates };
    case 'datetime':
      return { physical: PHYSICAL.int64, schema: [[10, TIMESTAMP_MICROS]], write: writeTimes };
    case 'decimal':
      return decimalType(column.scale ?? DECIMAL_SCALE_DEFAULT);
  }
}

/** LogicalType: TIMESTAMP, not adjusted to UTC (the engine's type without zone), in microseconds. */
const TIMESTAMP_MICROS: ThriftValue = {
  struct: [
    [
      8,
      {
        struct: [
          [1, { flag: false }],
          [2, { struct: [[2, { struct: [] }]] }],
        ],
      },
    ],
  ],
};

const decimalType = (scale: number): ColumnType => ({
  physical: PHYSICAL.fixedBytes,
  schema: [
    [2, { int32: DECIMAL_BYTES }],
    [6, { int32: CONVERTED.decimal }],
    [7, { int32: scale }],
    [8, { int32: DECIMAL_DIGITS_MAX }],
  ],
  write: (out, values) => {
    for (const value of values) {
      const digits = unscaled(value, scale);
      if (digits.length <= SAFE_DIGITS) out.int128BigEndian(Number(digits));
      else out.bigInt128BigEndian(BigInt(digits));
    }
  },
});

function writeTexts(out: ByteWriter, values: readonly string[]): void {
  for (const value of values) out.text(value);
}

function writeIntegers(out: ByteWriter, values: readonly string[]): void {
  for (const value of values) {
    if (value.length <= SAFE_DIGITS) out.int64(Number(value));
    else out.bigInt64(BigInt(value));
  }
}

/** Eight to a byte, the first in the lowest bit. */
function writeBooleans(out: ByteWriter, values: readonly string[]): void {
  for (let start = 0; start < values.length; start += 8) {
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) if (values[start + bit] === 'true') byte |= 1 << bit;
    out.byte(byte);
  }
}

function writeDates(out: ByteWriter, values: readonly string[]): void {
  for (const value of values) out.int32(dayOf(value));
}

function writeTimes(out: ByteWriter, values: readonly string[]): void {
  for (const value of values) writeMicros(out, value);
}
