// Owns the door: a body in, batches of canonical rows and rejections out.
import type { DoorBatch } from '../rows.ts';
import { feed, openBody, originOf } from './open-body.ts';
import { BATCH_ROWS_MAX, type DecodeFormat, type DecodeOptions } from './options.ts';
import { RowSink, type RowDefinition } from './row-sink.ts';

/**
 * Pieces of a body (64 KiB at most) that make a batch, however few events they hold: 2,048 events of a
 * megabyte each would be far more than the heap takes.
 */
const BATCH_PIECES_MAX = 128;

/**
 * Reads the events of a body (already gunzipped) in bounded memory. Every event of the body is in exactly
 * one batch, as a row or as a rejection, numbered from 0. Throws a WeirError where the body as a whole
 * cannot be read: BODY_MALFORMED, BODY_NOT_UTF8, CSV_HEADER_INVALID.
 */
export async function* decodeEvents(
  definition: RowDefinition,
  format: DecodeFormat,
  chunks: AsyncIterable<Uint8Array>,
  options: DecodeOptions = {},
): AsyncGenerator<DoorBatch, void, undefined> {
  const hasLines = format === 'ndjson' || format === 'csv';
  const sink = new RowSink(definition, originOf(format), hasLines, options);
  const batchRows = options.batchRows ?? BATCH_ROWS_MAX;
  const reader = openBody(format, sink, options);
  let pieces = 0;
  for await (const _ of feed(reader, chunks)) {
    pieces += 1;
    if (sink.size < batchRows && pieces < BATCH_PIECES_MAX) continue;
    pieces = 0;
    if (sink.size > 0) yield* inBatches(sink.take(), batchRows);
  }
  if (sink.size > 0) yield* inBatches(sink.take(), batchRows);
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
