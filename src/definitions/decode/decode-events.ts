// Owns the door: a body in, batches of canonical rows and rejections out.
import type { DoorBatch } from '../rows.ts';
import type { BodyReader } from './event-sink.ts';
import { openBody, originOf, piecesOf } from './open-body.ts';
import { BATCH_ROWS_MAX, type DecodeFormat, type DecodeOptions } from './options.ts';
import { RowSink, type RowDefinition } from './row-sink.ts';

/**
 * Pieces of a body (64 KiB at most) that make a batch, however few events they hold: 2,048 events of a
 * megabyte each would be far more than the heap takes.
 */
const BATCH_PIECES_MAX = 128;

/**
 * Reads the events of a body (already gunzipped) in bounded memory, as its bytes come. Every event of the body
 * is in exactly one batch, as a row or as a rejection, numbered from 0. Throws a WeirError where the body as a
 * whole cannot be read (BODY_MALFORMED, BODY_NOT_UTF8, CSV_HEADER_INVALID); it is then of no further use.
 */
export class EventDecoder {
  readonly #sink: RowSink;
  readonly #reader: BodyReader;
  readonly #batchRows: number;
  #pieces = 0;

  constructor(definition: RowDefinition, format: DecodeFormat, options: DecodeOptions = {}) {
    const hasLines = format === 'ndjson' || format === 'csv';
    this.#sink = new RowSink(definition, originOf(format), hasLines, options);
    this.#reader = openBody(format, this.#sink, options);
    this.#batchRows = options.batchRows ?? BATCH_ROWS_MAX;
  }

  /** The batches that are full after these bytes. */
  *push(chunk: Uint8Array): Generator<DoorBatch, void, undefined> {
    for (const piece of piecesOf(chunk)) {
      this.#reader.push(piece);
      this.#pieces += 1;
      yield* this.#takeFull();
      while (this.#reader.readOn?.() === true) yield* this.#takeFull();
    }
  }

  /** No more bytes: the batches that are left. */
  *end(): Generator<DoorBatch, void, undefined> {
    this.#reader.end();
    yield* this.#take();
  }

  *#takeFull(): Generator<DoorBatch, void, undefined> {
    if (this.#sink.size >= this.#batchRows || this.#pieces >= BATCH_PIECES_MAX) yield* this.#take();
  }

  *#take(): Generator<DoorBatch, void, undefined> {
    this.#pieces = 0;
    if (this.#sink.size > 0) yield* inBatches(this.#sink.take(), this.#batchRows);
  }
}

/** Reads the events of a body as `EventDecoder` does. */
export async function* decodeEvents(
  definition: RowDefinition,
  format: DecodeFormat,
  chunks: AsyncIterable<Uint8Array>,
  options: DecodeOptions = {},
): AsyncGenerator<DoorBatch, void, undefined> {
  const decoder = new EventDecoder(definition, format, options);
  for await (const chunk of chunks) yield* decoder.push(chunk);
  yield* decoder.end();
}

/** A piece of small events may hold more than one batch. */
function* inBatches(batch: DoorBatch, batchRows: number): Generator<DoorBatch> {
  const { rows, rejected } = batch;
  let { ignoredFields } = batch;
  let row = 0;
  let rejection = 0;
  while (row < rows.length || rejection < rejected.length) {
    const end = Math.min(rows.length, row + batchRows);
    const rejectionEnd = Math.min(rejected.length, rejection + batchRows - (end - row));
    yield {
      rows: rows.slice(row, end),
      rejected: rejected.slice(rejection, rejectionEnd),
      ignoredFields,
    };
    ignoredFields = 0;
    row = end;
    rejection = rejectionEnd;
  }
}
