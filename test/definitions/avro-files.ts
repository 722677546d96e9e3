// Avro files for tests, written by avsc, which this product does not use itself.
import avro from 'avsc';
import type { Schema } from 'avsc';

interface FileOptions {
  readonly codec?: 'null' | 'deflate';
  /** Bytes of a block before it is closed. */
  readonly blockSize?: number;
}

/** Longs as bigint, since a JavaScript number does not hold them all. */
const long = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => Number(a > b) - Number(a < b),
});

/** Every long, logical ones too, is of our own type; of unions the branch is named. */
const typeOf = (schema: Schema): avro.Type =>
  avro.Type.forSchema(schema, {
    wrapUnions: true,
    typeHook: (part: unknown) =>
      part === 'long' || (part as { readonly type?: unknown }).type === 'long' ? long : undefined,
  });

/** An object container file with these records. Values of unions that are not null stand as `{branch: value}`. */
export async function avroFile(
  schema: Schema,
  records: readonly unknown[],
  { codec = 'null', blockSize }: FileOptions = {},
): Promise<Buffer> {
  // Written as it was given: what avsc makes of it has lost its logical types.
  const type = Object.create(typeOf(schema), { getSchema: { value: () => schema } }) as avro.Type;
  const encoder = new avro.streams.BlockEncoder(type, {
    codec,
    writeHeader: 'always',
    ...(blockSize === undefined ? {} : { blockSize }),
  });
  const chunks: Buffer[] = [];
  encoder.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve, reject) => encoder.on('end', resolve).on('error', reject));
  for (const record of records) encoder.write(record);
  encoder.end();
  await ended;
  return Buffer.concat(chunks);
}

/** The bytes of one value, as they stand in a block. */
export const avroValue = (schema: Schema, value: unknown): Buffer => typeOf(schema).toBuffer(value);

/** A file made by hand: one block of these bytes, whatever they are. */
export function avroFileOf(
  schema: unknown,
  block: { readonly records: number; readonly bytes: Buffer; readonly size?: number },
  codec = 'null',
): Buffer {
  const text = (value: string): Buffer => avroValue('bytes', Buffer.from(value));
  const count = (value: number): Buffer => avroValue('long', BigInt(value));
  const mark = Buffer.alloc(16, 7);
  return Buffer.concat([
    Buffer.from('Obj\x01'),
    count(2),
    text('avro.schema'),
    text(typeof schema === 'string' ? schema : JSON.stringify(schema)),
    text('avro.codec'),
    text(codec),
    count(0),
    mark,
    count(block.records),
    count(block.size ?? block.bytes.length),
    block.bytes,
    mark,
  ]);
}
