// Owns the load format: rows on their way into the engine as Parquet files, typed, so that the engine neither
// parses nor casts. Knows nothing of stores' tables, commits or files on disk.
export { RowEncoder, type PlainRows, type RowFacts } from './row-encoder.ts';
export { LoadFile } from './load-file.ts';
export { loadedRowsSql } from './load-sql.ts';
