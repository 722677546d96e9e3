// Owns CSV as events: a header row names the fields, each further record is one event. Every cell is text;
// an empty cell means no value.
import { WeirError } from '../../errors.ts';
import { setOwn } from '../json/lossless-json.ts';
import { CsvRecords, type RecordSink } from './csv-records.ts';
import type { BodyReader, EventSink } from './event-sink.ts';
import { INPUT_CHARACTERS_MAX } from './event-size.ts';
import { EVENT_BYTES_MAX, type ReadOptions } from './options.ts';
import { Utf8Chunks } from './utf8.ts';

export class CsvReader implements BodyReader, RecordSink {
  readonly #sink: EventSink;
  readonly #utf8 = new Utf8Chunks();
  readonly #records: CsvRecords;
  readonly #firstLine: number | undefined;
  #header: readonly string[] | undefined;
  /** From a line of this body to the line of the original file. */
  #shift = 0;

  constructor(sink: EventSink, options: ReadOptions) {
    this.#sink = sink;
    this.#firstLine = options.firstLine;
    this.#records = new CsvRecords(this, options.eventBytesMax ?? EVENT_BYTES_MAX);
  }

  push(chunk: Uint8Array): void {
    this.#records.push(this.#utf8.push(chunk));
  }

  end(): void {
    this.#utf8.end();
    this.#records.end();
  }

  record(cells: readonly string[], line: number, nextLine: number, bytes: Buffer): void {
    const header = this.#header;
    if (!header) {
      this.#header = checkedHeader(cells);
      this.#shift = this.#firstLine === undefined ? 0 : this.#firstLine - nextLine;
      return;
    }
    const input = (): string => inputText(bytes);
    if (cells.length !== header.length) {
      const message = `The row has ${cells.length} cells, the header ${header.length}.`;
      this.#sink.reject('EVENT_MALFORMED', message, line + this.#shift, input);
      return;
    }
    const event: Record<string, unknown> = {};
    for (let index = 0; index < cells.length; index++) setOwn(event, header[index] ?? '', cells[index]);
    this.#sink.event(event, line + this.#shift, input);
  }

  unreadable(code: string, message: string, line: number, bytes: Buffer): void {
    if (!this.#header) throw headerError(`The header cannot be read: ${message}`);
    this.#sink.reject(code, message, line + this.#shift, () => inputText(bytes));
  }
}

/** More bytes than the kept characters can take, without the line ending. */
const inputText = (bytes: Buffer): string =>
  bytes
    .subarray(0, INPUT_CHARACTERS_MAX * 4)
    .toString('utf8')
    .replace(/\r?\n$/, '');

const headerError = (message: string): WeirError => new WeirError('malformed', 'CSV_HEADER_INVALID', message);

function checkedHeader(cells: readonly string[]): readonly string[] {
  const empty = cells.indexOf('');
  if (empty >= 0) throw headerError(`Column ${empty + 1} of the header has no name.`);
  const repeated = cells.find((name, index) => cells.indexOf(name) < index);
  if (repeated !== undefined) throw headerError(`Column "${repeated}" is in the header twice.`);
  return cells;
}
