// Owns the data pages of a load file: the values of one column of one batch, with what says which are missing.
import type { CanonicalValue } from '../../../definitions/types.ts';
import { ByteWriter } from './byte-writer.ts';
import type { ColumnType } from './column-types.ts';
import { thriftBytes, writeVarint } from './thrift.ts';

/** Encodings of the Parquet format. */
export const PLAIN = 0;
export const RLE = 3;
const DATA_PAGE = 0;

const body = new ByteWriter();
const levels = new ByteWriter(1_024);

/** Writes the page of an optional column. */
export function writePage(out: ByteWriter, type: ColumnType, values: readonly CanonicalValue[]): void {
  const present = values.filter((value) => value !== null);
  levels.length = 0;
  if (present.length === values.length) writeRun(values.length);
  else writeBits(values);
  body.length = 0;
  body.int32(levels.length);
  body.bytes(levels.written());
  type.write(body, present);
  finish(out, values.length);
}

/** Writes the page of the hashes, which are always there. */
export function writeHashPage(out: ByteWriter, low: Uint32Array, high: Uint32Array): void {
  body.length = 0;
  for (let index = 0; index < low.length; index++) body.halves(low[index]!, high[index]!);
  finish(out, low.length);
}

/** Every value is there: one run of level 1. */
function writeRun(count: number): void {
  writeVarint(levels, count * 2);
  levels.byte(1);
}

/** One bit per value, in groups of eight. */
function writeBits(values: readonly CanonicalValue[]): void {
  writeVarint(levels, Math.ceil(values.length / 8) * 2 + 1);
  for (let start = 0; start < values.length; start += 8) {
    let byte = 0;
    const end = Math.min(8, values.length - start);
    for (let bit = 0; bit < end; bit++) if (values[start + bit] !== null) byte |= 1 << bit;
    levels.byte(byte);
  }
}

function finish(out: ByteWriter, count: number): void {
  out.bytes(
    thriftBytes([
      [1, { int32: DATA_PAGE }],
      [2, { int32: body.length }],
      [3, { int32: body.length }],
      [
        5,
        {
          struct: [
            [1, { int32: count }],
            [2, { int32: PLAIN }],
            [3, { int32: RLE }],
            [4, { int32: RLE }],
          ],
        },
      ],
    ]),
  );
  out.bytes(body.written());
}
