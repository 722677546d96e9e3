// Owns XML as events: each child of the root element is one event, its attributes and child elements are
// the fields. Every value is text; an empty element means no value. Entities are never fetched or expanded.
import { SaxesParser } from 'saxes';
import { WeirError } from '../../errors.ts';
import { setOwn } from '../json/lossless-json.ts';
import type { BodyReader, EventSink } from './event-sink.ts';
import { EVENT_BYTES_MAX, type ReadOptions } from './options.ts';
import { TOO_LARGE, tooLargeMessage } from './event-size.ts';
import { Utf8Chunks } from './utf8.ts';

const EVENT_DEPTH = 2;
const FIELD_DEPTH = 3;

export class XmlReader implements BodyReader {
  readonly #sink: EventSink;
  readonly #bytesMax: number;
  readonly #utf8 = new Utf8Chunks();
  readonly #parser = new SaxesParser({ xmlns: false });
  #line: number;
  #depth = 0;
  #fields: Record<string, unknown> = {};
  #text = '';
  /** Why the present event cannot be read. */
  #problem: string | undefined;
  /** Where the present event, or what stands between two, begins. */
  #start = 0;

  constructor(sink: EventSink, options: ReadOptions) {
    this.#sink = sink;
    this.#bytesMax = options.eventBytesMax ?? EVENT_BYTES_MAX;
    this.#line = options.firstLine ?? 1;
    this.#parser.on('opentag', ({ name, attributes }) => this.#open(name, attributes));
    this.#parser.on('closetag', ({ name }) => this.#close(name));
    this.#parser.on('text', (text) => this.#characters(text));
    this.#parser.on('cdata', (text) => this.#characters(text));
    this.#parser.on('error', (error) => {
      throw malformed(error.message);
    });
  }

  push(chunk: Uint8Array): void {
    this.#parser.write(this.#utf8.push(chunk).toString('utf8'));
    this.#checkSize();
  }

  end(): void {
    this.#utf8.end();
    this.#parser.close();
  }

  /**
   * The parser holds a text until its end, so an endless one must be given up, and with it the body. Looked
   * at whenever an event begins or ends too, so that the cut of the chunks does not matter.
   */
  #checkSize(): void {
    if (this.#parser.position - this.#start <= this.#bytesMax) return;
    throw new WeirError('too-large', TOO_LARGE, tooLargeMessage(this.#bytesMax));
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#depth++;
    this.#text = '';
    if (this.#depth === EVENT_DEPTH) {
      this.#checkSize();
      this.#start = this.#parser.position;
      this.#fields = {};
      this.#problem = undefined;
      for (const key of Object.keys(attributes)) this.#field(key, attributes[key] ?? '');
    } else if (this.#depth > FIELD_DEPTH) {
      this.#problem ??= `Element "${name}" stands inside a field; a field holds text.`;
    }
  }

  #close(name: string): void {
    if (this.#depth === FIELD_DEPTH) this.#field(name, this.#text);
    if (this.#depth === EVENT_DEPTH) this.#emit();
    this.#depth--;
    this.#text = '';
  }

  #characters(text: string): void {
    if (this.#depth >= FIELD_DEPTH) this.#text += text;
    else if (text.trim() !== '' && this.#depth === EVENT_DEPTH) {
      this.#problem ??= 'Text stands in the event beside its fields.';
    } else if (text.trim() !== '') {
      throw malformed('text stands between the events');
    }
  }

  #field(name: string, text: string): void {
    if (Object.hasOwn(this.#fields, name)) this.#problem ??= `Field "${name}" is there twice.`;
    setOwn(this.#fields, name, text);
  }

  #emit(): void {
    this.#checkSize();
    const fields = this.#fields;
    const input = (): string => JSON.stringify(fields);
    if (this.#problem === undefined) this.#sink.event(fields, this.#line, input);
    else this.#sink.reject('EVENT_MALFORMED', this.#problem, this.#line, input);
    this.#line++;
    this.#start = this.#parser.position;
  }
}

const malformed = (reason: string): WeirError =>
  new WeirError('malformed', 'BODY_MALFORMED', `The body is not XML: ${reason}.`);
