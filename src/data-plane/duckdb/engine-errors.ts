// Owns what a failure of the engine, or of the files around it, means to a caller. Mistakes in our own
// statements stay as they are: they are bugs, and an `internal` error is the honest answer.
import { diskError } from '../../disk-errors.ts';
import { WeirError } from '../../errors.ts';

/** After a fatal error the engine refuses everything until the file is opened again. */
const INVALIDATED = /^(FATAL|INTERNAL) Error|database has been invalidated/i;
const INPUT_OUTPUT = /^IO Error/;
const OUT_OF_MEMORY = /^Out of Memory Error/i;
const NEWER = /newer version of DuckDB|Trying to read a database file with version number/i;
const CORRUPT = /not a valid DuckDB database|Corrupt database file|^Serialization Error|corrupt/i;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether the engine has given up on the open file. */
export const isInvalidated = (error: unknown): boolean =>
  INVALIDATED.test(textOf(error instanceof WeirError ? error.cause : error));

/** The error to throw instead of one of the engine's; the same object where it has no other meaning. */
export function translateEngineError(error: unknown): unknown {
  if (error instanceof WeirError) return error;
  const disk = diskError(error);
  if (disk) return disk;
  const text = textOf(error);
  if (INVALIDATED.test(text)) {
    return unavailable('DATA_FILE_INVALIDATED', 'The data file failed and is being opened again.', error);
  }
  if (INPUT_OUTPUT.test(text)) return unavailable('DATA_FILE_IO', `The data file failed: ${text}`, error);
  if (OUT_OF_MEMORY.test(text)) {
    return unavailable(
      'DATA_MEMORY_EXHAUSTED',
      'The work did not fit into the memory of the data plane.',
      error,
    );
  }
  return error;
}

/** The error of a data file that cannot be opened. */
export function translateOpenError(error: unknown, file: string): unknown {
  const text = textOf(error);
  if (NEWER.test(text)) return newerFile(file, error);
  if (CORRUPT.test(text)) {
    const message = `The data file ${file} is damaged or not a data file; it was left untouched.`;
    return new WeirError('unavailable', 'DATA_FILE_CORRUPT', message, { cause: error });
  }
  return translateEngineError(error);
}

/** The error of a data file that a later version of Weir has written. */
export function newerFile(file: string, cause?: unknown): WeirError {
  const message = `The data file ${file} was written by a newer version; it was left untouched.`;
  return new WeirError('unavailable', 'DATA_FILE_NEWER', message, cause === undefined ? {} : { cause });
}

const unavailable = (code: string, message: string, cause: unknown): WeirError =>
  new WeirError('unavailable', code, message, { retryAfterSeconds: 1, cause });
