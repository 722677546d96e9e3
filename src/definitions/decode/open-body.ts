// Owns the choice of the reader of a format, and feeding it.
import type { BodyReader, EventSink } from './event-sink.ts';
import { AvroReader } from './avro-reader.ts';
import { CsvReader } from './csv-reader.ts';
import { JsonReader } from './json-reader.ts';
import { NdjsonReader } from './ndjson-reader.ts';
import type { DecodeFormat, ReadOptions } from './options.ts';
import { XmlReader } from './xml-reader.ts';

/** Whether values come with a JSON type, or all as text. */
export const originOf = (format: DecodeFormat): 'typed' | 'text' =>
  format === 'csv' || format === 'xml' ? 'text' : 'typed';

export function openBody(format: DecodeFormat, sink: EventSink, options: ReadOptions): BodyReader {
  switch (format) {
    case 'json':
      return new JsonReader(sink, options);
    case 'ndjson':
      return new NdjsonReader(sink, options);
    case 'csv':
      return new CsvReader(sink, options);
    case 'xml':
      return new XmlReader(sink, options);
    case 'avro':
      return new AvroReader(sink, options);
  }
}

/** However large the chunks of a body are: what is read between two looks at the sink. */
const PIECE_BYTES = 65_536;

/** A chunk in pieces. */
export function* piecesOf(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < chunk.length; at += PIECE_BYTES) yield chunk.subarray(at, at + PIECE_BYTES);
}

/** Feeds a body to its reader piece by piece; yields after each, so that the caller may empty the sink. */
export async function* feed(
  reader: BodyReader,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<undefined, void, undefined> {
  for await (const chunk of chunks) {
    for (const piece of piecesOf(chunk)) {
      reader.push(piece);
      yield;
      while (reader.readOn?.() === true) yield;
    }
  }
  reader.end();
  yield;
}
