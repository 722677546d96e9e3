// Owns taking NDJSON apart: one event per line, a bad line being the affair of that line alone.
import { isUtf8 } from 'node:buffer';
import { JsonSyntaxError } from '../json/lossless-json.ts';
import { parseJson } from '../json/parse-json.ts';
import type { BodyReader, EventSink } from './event-sink.ts';
import { exceedsBytes, INPUT_CHARACTERS_MAX, TOO_LARGE, tooLargeMessage } from './event-size.ts';
import { emitJsonEvent } from './json-event.ts';
import { EVENT_BYTES_MAX, type ReadOptions } from './options.ts';
import { asBuffer } from './utf8.ts';

const NEWLINE = 0x0a;

export class NdjsonReader implements BodyReader {
  readonly #sink: EventSink;
  readonly #cloudEvents: boolean;
  readonly #bytesMax: number;
  #line: number;
  #first = true;
  /** The line that the last chunk left open. */
  #open: Buffer[] = [];
  #openBytes = 0;
  /** The start of a line that is already too long; its rest is skipped. */
  #oversize: string | undefined;

  constructor(sink: EventSink, options: ReadOptions) {
    this.#sink = sink;
    this.#cloudEvents = options.cloudEvents ?? false;
    this.#bytesMax = options.eventBytesMax ?? EVENT_BYTES_MAX;
    this.#line = options.firstLine ?? 1;
  }

  push(chunk: Uint8Array): void {
    let bytes = asBuffer(chunk);
    if (this.#openBytes > 0 || this.#oversize !== undefined) {
      const newline = bytes.indexOf(NEWLINE);
      if (newline < 0) return this.#leaveOpen(bytes);
      this.#leaveOpen(bytes.subarray(0, newline));
      this.#closeOpen();
      bytes = bytes.subarray(newline + 1);
    }
    const last = bytes.lastIndexOf(NEWLINE);
    if (last >= 0) this.#lines(bytes.subarray(0, last));
    this.#leaveOpen(bytes.subarray(last + 1));
  }

  end(): void {
    if (this.#openBytes > 0 || this.#oversize !== undefined) this.#closeOpen();
  }

  #leaveOpen(bytes: Buffer): void {
    if (bytes.length === 0 || this.#oversize !== undefined) return;
    // A copy: the caller may use its chunk again.
    this.#open.push(Buffer.from(bytes));
    this.#openBytes += bytes.length;
    if (this.#openBytes <= this.#bytesMax) return;
    this.#oversize = Buffer.concat(this.#open).toString('utf8').slice(0, INPUT_CHARACTERS_MAX);
    this.#open = [];
    this.#openBytes = 0;
  }

  #closeOpen(): void {
    if (this.#oversize === undefined) {
      this.#lines(Buffer.concat(this.#open));
    } else {
      this.#reject(TOO_LARGE, tooLargeMessage(this.#bytesMax), this.#oversize);
    }
    this.#open = [];
    this.#openBytes = 0;
    this.#oversize = undefined;
  }

  /** Whole lines, the last one without its newline. Decoded at once, since that is cheaper than by line. */
  #lines(bytes: Buffer): void {
    if (!isUtf8(bytes)) return this.#linesOneByOne(bytes);
    const text = bytes.toString('utf8');
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#event(text.slice(start, end));
      start = end + 1;
    }
    this.#event(text.slice(start));
  }

  #linesOneByOne(bytes: Buffer): void {
    let start = 0;
    while (start <= bytes.length) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      const line = bytes.subarray(start, end);
      if (isUtf8(line)) this.#event(line.toString('utf8'));
      else this.#reject('EVENT_NOT_UTF8', 'The line is not UTF-8.', line.toString('utf8'));
      start = end + 1;
    }
  }

  #event(raw: string): void {
    if (exceedsBytes(raw, this.#bytesMax)) {
      return this.#reject(TOO_LARGE, tooLargeMessage(this.#bytesMax), raw);
    }
    const text = this.#first && raw.startsWith('\ufeff') ? raw.slice(1) : raw;
    this.#first = false;
    if (text.trim() === '') {
      this.#line++;
      return;
    }
    let value: unknown;
    try {
      value = parseJson(text);
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      return this.#reject('EVENT_MALFORMED', `The line is not JSON: ${error.message}.`, text);
    }
    emitJsonEvent(value, this.#line, text, this.#sink, this.#cloudEvents);
    this.#line++;
  }

  #reject(code: string, message: string, input: string): void {
    this.#first = false;
    this.#sink.reject(code, message, this.#line, input);
    this.#line++;
  }
}
