// Owns Avro object container files as events: each record is one event, its values typed.
import { AvroContainer, avroMalformed } from '../avro/container.ts';
import { AvroDecoder, AvroEncodingError } from '../avro/value-decoder.ts';
import { canonicalJson } from '../values/json.ts';
import type { BodyReader, EventSink, RawEvent } from './event-sink.ts';
import { EVENT_BYTES_MAX, type ReadOptions } from './options.ts';

/** Records between two looks at the sink: a block of some kilobytes may hold millions. */
const RECORDS_AT_ONCE = 1_024;

export class AvroReader implements BodyReader {
  readonly #sink: EventSink;
  readonly #container = new AvroContainer();
  readonly #decoder: AvroDecoder;
  #line: number;
  /** Records of the present block that have not been read. */
  #left = 0;

  constructor(sink: EventSink, options: ReadOptions) {
    this.#sink = sink;
    this.#decoder = new AvroDecoder(options.eventBytesMax ?? EVENT_BYTES_MAX);
    this.#line = options.firstLine ?? 1;
  }

  push(chunk: Uint8Array): void {
    this.#container.push(chunk);
  }

  readOn(): boolean {
    for (let records = 0; records < RECORDS_AT_ONCE; records++) {
      while (this.#left === 0) if (!this.#nextBlock()) return false;
      this.#record();
    }
    return true;
  }

  end(): void {
    this.#container.end();
  }

  #nextBlock(): boolean {
    const block = this.#container.next();
    if (!block) return false;
    this.#decoder.load(block.bytes);
    this.#left = block.records;
    if (block.records === 0) this.#endBlock();
    return true;
  }

  #record(): void {
    const event = this.#decode();
    this.#sink.event(event, this.#line, () => inputText(event));
    this.#line++;
    this.#left--;
    if (this.#left === 0) this.#endBlock();
  }

  #decode(): RawEvent {
    try {
      return this.#decoder.record(this.#container.type);
    } catch (error) {
      // Nothing says where the next record begins.
      if (error instanceof AvroEncodingError) throw this.#malformed(error.message, error);
      throw error;
    }
  }

  #endBlock(): void {
    if (this.#decoder.rest > 0) throw this.#malformed(`${this.#decoder.rest} bytes follow the last record`);
  }

  #malformed(reason: string, cause?: unknown): Error {
    return avroMalformed(`block ${this.#container.blocks}, record ${this.#line}: ${reason}`, cause);
  }
}

function inputText(event: RawEvent): string {
  const text = canonicalJson(event);
  return typeof text === 'string' ? text : text.problem;
}
