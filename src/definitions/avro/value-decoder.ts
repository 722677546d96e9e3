// Owns reading Avro's binary encoding. Every length is checked against the bytes that are there before it is
// believed: avsc 5.7.9 makes 16 million elements of an array that four bytes announce, and then says that
// they are missing.
import { isUtf8 } from 'node:buffer';
import { WeirError } from '../../errors.ts';
import { TOO_LARGE, tooLargeMessage } from '../decode/event-size.ts';
import type { RawEvent } from '../decode/event-sink.ts';
import { setOwn } from '../json/lossless-json.ts';
import { NumberText } from '../values/numeral.ts';
import {
  clockText,
  dateText,
  decimalOf,
  durationText,
  shortestFloat,
  timestampText,
  uuidText,
} from './logical-values.ts';
import type { AvroRecord, AvroType, LogicalType } from './schema-model.ts';

/** The bytes are not what the schema says; the reader knows where. */
export class AvroEncodingError extends Error {}

/** Deeper than that no json value may nest; the decoder recurses. */
const DEPTH_MAX = 200;
/** Bits that each byte of a variable-length integer carries, and how many of them a JavaScript number adds exactly. */
const VARINT_BYTES_MAX = 10;
const EXACT_BYTES = 7;

type Integer = number | bigint;

/** Reads the records of one block after another. */
export class AvroDecoder {
  readonly #bytesMax: number;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Where the present record must end. */
  #limit = 0;
  /** Values of the present record: some take no bytes, and must not go on for ever. */
  #values = 0;

  /** `bytesMax` is that of one record. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  load(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  /** Bytes that have not been read. */
  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  /**
   * The next record, its values as JSON would have them: numbers exact, times as text, bytes as base64. Throws
   * AvroEncodingError, and EVENT_TOO_LARGE, after which the next record cannot be found either.
   */
  record(type: AvroRecord): RawEvent {
    this.#limit = Math.min(this.#bytes.length, this.#at + this.#bytesMax);
    this.#values = 0;
    return this.#record(type, 0);
  }

  #record({ fields }: AvroRecord, depth: number): Record<string, unknown> {
    const event: Record<string, unknown> = {};
    for (const { name, type } of fields) setOwn(event, name, this.#value(type, depth + 1));
    return event;
  }

  #value(type: AvroType, depth: number): unknown {
    if (++this.#values > this.#bytesMax) throw this.#tooLarge();
    if (depth > DEPTH_MAX) throw new AvroEncodingError(`values nest deeper than ${DEPTH_MAX}`);
    switch (type.kind) {
      case 'null':
        return null;
      case 'boolean':
        return this.#boolean();
      case 'int':
      case 'long':
        return type.logical ? integerOf(type.logical, this.#integer()) : exact(this.#integer());
      case 'float':
        return shortestFloat(this.#take(4).readFloatLE());
      case 'double':
        return this.#take(8).readDoubleLE();
      case 'bytes':
        return bytesOf(type.logical, this.#take(this.#length()));
      case 'fixed':
        return bytesOf(type.logical, this.#take(type.size));
      case 'string':
        return this.#text();
      case 'enum':
        return this.#pick(type.symbols);
      case 'union':
        return this.#value(this.#pick(type.branches), depth + 1);
      case 'array':
        return this.#array(type.items, depth);
      case 'map':
        return this.#map(type.values, depth);
      case 'record':
        return this.#record(type, depth);
    }
  }

  #boolean(): boolean {
    const byte = this.#take(1)[0];
    if (byte === 0 || byte === 1) return byte === 1;
    throw new AvroEncodingError(`${byte} is no boolean`);
  }

  #text(): string {
    const bytes = this.#take(this.#length());
    if (isUtf8(bytes)) return bytes.toString('utf8');
    throw new AvroEncodingError('a text is not UTF-8');
  }

  #array(items: AvroType, depth: number): unknown[] {
    const values: unknown[] = [];
    for (let count = this.#count(); count > 0; count = this.#count()) {
      for (; count > 0; count--) values.push(this.#value(items, depth + 1));
    }
    return values;
  }

  #map(values: AvroType, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (let count = this.#count(); count > 0; count = this.#count()) {
      for (; count > 0; count--) {
        const key = this.#text();
        setOwn(map, key, this.#value(values, depth + 1));
      }
    }
    return map;
  }

  /** Elements of a part of an array or map; below zero the bytes of the part follow, for those who skip it. */
  #count(): number {
    const count = this.#size();
    if (count < 0) this.#integer();
    return Math.abs(count);
  }

  #pick<T>(choices: readonly T[]): T {
    const choice = choices[this.#size()];
    if (choice === undefined) throw new AvroEncodingError('a choice that the schema does not have');
    return choice;
  }

  #length(): number {
    const length = this.#size();
    if (length < 0) throw new AvroEncodingError('a length below zero');
    return length;
  }

  #size(): number {
    const size = this.#integer();
    if (typeof size === 'number') return size;
    throw new AvroEncodingError('a length beyond all bytes');
  }

  #take(length: number): Buffer {
    const start = this.#at;
    this.#at += length;
    if (this.#at <= this.#limit) return this.#bytes.subarray(start, this.#at);
    if (this.#limit < this.#bytes.length) throw this.#tooLarge();
    throw new AvroEncodingError('the block ends inside of a record');
  }

  /** Zigzag, seven bits a byte, least significant first. A number up to 2^48 in size, else a bigint. */
  #integer(): Integer {
    let sum = 0;
    let factor = 1;
    for (let length = 1; length <= EXACT_BYTES; length++) {
      const byte = this.#take(1)[0] ?? 0;
      sum += (byte & 0x7f) * factor;
      if (byte < 0x80) return sum % 2 === 0 ? sum / 2 : -(sum + 1) / 2;
      factor *= 128;
    }
    return this.#longInteger(BigInt(sum));
  }

  #longInteger(low: bigint): bigint {
    let sum = low;
    for (let length = EXACT_BYTES; length < VARINT_BYTES_MAX; length++) {
      const byte = this.#take(1)[0] ?? 0;
      sum |= BigInt(byte & 0x7f) << BigInt(7 * length);
      if (byte < 0x80) return BigInt.asIntN(64, (sum >> 1n) ^ -(sum & 1n));
    }
    throw new AvroEncodingError('an integer of more than 64 bits');
  }

  #tooLarge(): WeirError {
    return new WeirError('too-large', TOO_LARGE, tooLargeMessage(this.#bytesMax));
  }
}

const exact = (value: Integer): number | NumberText =>
  typeof value === 'number' ? value : new NumberText(String(value));

/** The value of an int or long that means something. */
function integerOf({ name }: LogicalType, value: Integer): unknown {
  if (name === 'date') return dateText(BigInt(value));
  if (name === 'time-millis') return clockText(BigInt(value) * 1_000n);
  return name === 'time-micros' ? clockText(BigInt(value)) : timestampText(BigInt(value), name);
}

function bytesOf(logical: LogicalType | undefined, bytes: Buffer): unknown {
  if (logical === undefined) return bytes.toString('base64');
  if (logical.name === 'decimal') return decimalOf(bytes, logical.scale);
  return logical.name === 'uuid' ? uuidText(bytes) : durationText(bytes);
}
