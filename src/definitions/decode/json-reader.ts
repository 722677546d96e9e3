// Owns taking a JSON body apart: an object is one event, an array one per element. Malformed JSON fails the
// whole body, since after it nothing says where the next event begins.
import { WeirError } from '../../errors.ts';
import { JsonSyntaxError } from '../json/lossless-json.ts';
import { parseJson } from '../json/parse-json.ts';
import type { BodyReader, EventSink } from './event-sink.ts';
import { exceedsBytes, INPUT_CHARACTERS_MAX, TOO_LARGE, tooLargeMessage } from './event-size.ts';
import { JsonElements, type ElementSink } from './json-elements.ts';
import { emitJsonEvent } from './json-event.ts';
import { EVENT_BYTES_MAX, type ReadOptions } from './options.ts';
import { Utf8Chunks } from './utf8.ts';

export class JsonReader implements BodyReader, ElementSink {
  readonly #sink: EventSink;
  readonly #cloudEvents: boolean;
  readonly #bytesMax: number;
  readonly #utf8 = new Utf8Chunks();
  readonly #elements: JsonElements;
  #line: number;

  constructor(sink: EventSink, options: ReadOptions) {
    this.#sink = sink;
    this.#cloudEvents = options.cloudEvents ?? false;
    this.#bytesMax = options.eventBytesMax ?? EVENT_BYTES_MAX;
    this.#line = options.firstLine ?? 1;
    this.#elements = new JsonElements(this, this.#bytesMax, INPUT_CHARACTERS_MAX);
  }

  push(chunk: Uint8Array): void {
    this.#elements.push(this.#utf8.push(chunk).toString('utf8'));
  }

  end(): void {
    this.#utf8.end();
    this.#elements.end();
  }

  element(text: string, position: number): void {
    if (exceedsBytes(text, this.#bytesMax)) return this.oversize(text);
    const value = this.#parse(text, position);
    emitJsonEvent(value, this.#line, text, this.#sink, this.#cloudEvents);
    this.#line++;
  }

  oversize(start: string): void {
    this.#sink.reject(TOO_LARGE, tooLargeMessage(this.#bytesMax), this.#line, start);
    this.#line++;
  }

  malformed(reason: string, position: number): never {
    const message = `The body is not JSON: ${reason} at character ${position + 1}.`;
    throw new WeirError('malformed', 'BODY_MALFORMED', message);
  }

  #parse(text: string, position: number): unknown {
    try {
      return parseJson(text);
    } catch (error) {
      if (error instanceof JsonSyntaxError) this.malformed(error.reason, position + error.position);
      throw error;
    }
  }
}
