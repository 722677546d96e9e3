// Owns the frame of an Avro object container file: header with schema and codec, then blocks of records, each
// closed by the file's mark.
import { WeirError } from '../../errors.ts';
import { JsonSyntaxError } from '../json/lossless-json.ts';
import { parseJson } from '../json/parse-json.ts';
import { ByteCursor, ByteQueue } from './byte-queue.ts';
import { BLOCK_BYTES_MAX, codecOf, type Codec } from './codecs.ts';
import { parseAvroSchema } from './parse-schema.ts';
import type { AvroRecord } from './schema-model.ts';

const MAGIC = Buffer.from('Obj\x01');
const MARK_BYTES = 16;
const HEADER_BYTES_MAX = 4 * 1024 * 1024;

export interface AvroBlock {
  readonly records: number;
  readonly bytes: Buffer;
}

interface Header {
  readonly type: AvroRecord;
  readonly codec: Codec;
  readonly mark: Buffer;
}

export const avroMalformed = (reason: string, cause?: unknown): WeirError =>
  new WeirError('malformed', 'AVRO_MALFORMED', `The file is not readable Avro: ${reason}.`, { cause });

/** Fed with the bytes of a file; gives its blocks as soon as they are whole. */
export class AvroContainer {
  readonly #queue = new ByteQueue();
  #header: Header | undefined;
  #blocks = 0;
  /** Bytes to wait for before looking again, so that those of a large block are joined once. */
  #wanted = 0;

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /** The type of the records; known when a block is. */
  get type(): AvroRecord {
    if (!this.#header) throw new Error('the header has not been read');
    return this.#header.type;
  }

  /** The place of the last block, for messages, from 1. */
  get blocks(): number {
    return this.#blocks;
  }

  /**
   * The next block, unpacked; undefined until all its bytes are there. Throws AVRO_MALFORMED,
   * AVRO_CODEC_UNSUPPORTED, AVRO_BLOCK_TOO_LARGE, and what parseAvroSchema throws.
   */
  next(): AvroBlock | undefined {
    if (this.#queue.length < this.#wanted) return undefined;
    this.#header ??= this.#readHeader();
    return this.#header && this.#readBlock(this.#header);
  }

  /** Throws AVRO_MALFORMED where the file ends inside of something. */
  end(): void {
    if (this.#header && this.#queue.length === 0) return;
    throw avroMalformed(
      this.#header ? `it ends inside of block ${this.#blocks + 1}` : 'it ends in its header',
    );
  }

  #readHeader(): Header | undefined {
    const cursor = new ByteCursor(this.#queue.front());
    const magic = cursor.take(MAGIC.length);
    if (magic && !magic.equals(MAGIC)) throw avroMalformed('it does not begin with "Obj" and 1');
    const entries = magic && readEntries(cursor);
    const mark = entries && cursor.take(MARK_BYTES);
    if (!mark) {
      if (this.#queue.length > HEADER_BYTES_MAX) throw avroMalformed('its header has no end');
      this.#wanted = 2 * this.#queue.length;
      return undefined;
    }
    this.#take(cursor.at);
    return { ...headerOf(entries), mark: Buffer.from(mark) };
  }

  #readBlock({ codec, mark }: Header): AvroBlock | undefined {
    const cursor = new ByteCursor(this.#queue.front());
    const records = cursor.integer();
    const size = cursor.integer();
    if (records === undefined || size === undefined) return undefined;
    const place = `block ${this.#blocks + 1}`;
    if (records < 0 || size < 0) throw avroMalformed(`${place} has a size below zero`);
    if (size > BLOCK_BYTES_MAX) throw blockTooLarge(place);
    this.#wanted = cursor.at + size + MARK_BYTES;
    const packed = cursor.take(size);
    const end = packed && cursor.take(MARK_BYTES);
    if (!end) return undefined;
    if (!end.equals(mark)) throw avroMalformed(`${place} does not end with the mark of the file`);
    this.#take(cursor.at);
    this.#blocks++;
    const bytes = unpacked(codec, packed, place);
    // An event has an id, so each takes a byte at least; without this a count could go on for ever.
    if (records > bytes.length) throw avroMalformed(`${place} has more records than bytes`);
    return { records, bytes };
  }

  #take(bytes: number): void {
    this.#queue.drop(bytes);
    this.#wanted = 0;
  }
}

function unpacked(codec: Codec, packed: Buffer, place: string): Buffer {
  try {
    return codec(packed);
  } catch (cause) {
    if (cause instanceof RangeError) throw blockTooLarge(place);
    throw avroMalformed(`${place} cannot be unpacked (${(cause as Error).message})`, cause);
  }
}

const blockTooLarge = (place: string): WeirError =>
  new WeirError('too-large', 'AVRO_BLOCK_TOO_LARGE', `${place} has more than ${BLOCK_BYTES_MAX} bytes.`);

/** A map of bytes, in parts; undefined until it is whole. */
function readEntries(cursor: ByteCursor): Map<string, Buffer> | undefined {
  const entries = new Map<string, Buffer>();
  for (;;) {
    const count = cursor.integer();
    if (count === undefined) return undefined;
    if (count === 0) return entries;
    // Below zero the bytes of the part follow.
    if (count < 0 && cursor.integer() === undefined) return undefined;
    for (let left = Math.abs(count); left > 0; left--) {
      const key = takeSized(cursor);
      const value = key && takeSized(cursor);
      if (!value) return undefined;
      entries.set(key.toString('utf8'), value);
    }
  }
}

function takeSized(cursor: ByteCursor): Buffer | undefined {
  const size = cursor.integer();
  if (size === undefined) return undefined;
  if (size < 0) throw avroMalformed('its header has a size below zero');
  return cursor.take(size);
}

function headerOf(entries: ReadonlyMap<string, Buffer>): Pick<Header, 'type' | 'codec'> {
  const schema = entries.get('avro.schema')?.toString('utf8');
  if (schema === undefined) throw avroMalformed('its header has no schema');
  const type = parseAvroSchema(parsed(schema));
  if (type.kind !== 'record') throw avroMalformed(`an event is a record; the file holds ${type.kind}s`);
  return { type, codec: codecOf(entries.get('avro.codec')?.toString('utf8') ?? 'null') };
}

function parsed(schema: string): unknown {
  try {
    return parseJson(schema);
  } catch (cause) {
    if (cause instanceof JsonSyntaxError)
      throw avroMalformed(`its schema is no JSON: ${cause.message}`, cause);
    throw cause;
  }
}
