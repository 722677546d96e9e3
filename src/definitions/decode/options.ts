// Owns what a caller of the decoders may choose, and their limits.

export const DECODE_FORMATS = ['json', 'ndjson', 'csv', 'xml', 'avro'] as const;
export type DecodeFormat = (typeof DECODE_FORMATS)[number];

/** Bytes of one event (a line, an array element, a CSV record). A longer one is rejected: EVENT_TOO_LARGE. */
export const EVENT_BYTES_MAX = 1_048_576;
/** Events of one DoorBatch, rejected ones included. */
export const BATCH_ROWS_MAX = 2_048;

/** How a body is taken apart into events. */
export interface ReadOptions {
  /** JSON and NDJSON: events are CloudEvents in structured mode; their `data` holds the fields. */
  readonly cloudEvents?: boolean;
  /**
   * The line, in the original file, of the first event of this body, where a file is sent in several
   * bodies. Without it the body is the file: 1 for NDJSON, the line after the header for CSV (each CSV body
   * repeats the header, which `firstLine` does not count). Elements of JSON and XML and records of
   * Avro count 1, 2, 3, ...
   */
  readonly firstLine?: number;
  readonly eventBytesMax?: number;
}

export interface DecodeOptions extends ReadOptions {
  /** Fields that the definition does not have: `reject` the event (default), or `ignore` and count them. */
  readonly unknown?: 'reject' | 'ignore';
  /** CSV and XML: the text that means no value, beside the empty text. */
  readonly nullText?: string;
  /** The value of `$file`. */
  readonly file?: string;
  readonly batchRows?: number;
}
