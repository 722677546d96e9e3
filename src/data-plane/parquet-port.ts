// Owns what the data plane promises about Parquet files: their rows as NDJSON for the door.

export interface ParquetPort {
  /**
   * The rows of a stored file (file-port.ts), in file order, as NDJSON: numbers as exact text, doubles through
   * their shortest decimal text, instants in RFC 3339. Throws PARQUET_UNREADABLE.
   */
  parquetRows(fileId: string): AsyncIterable<Uint8Array>;
}
