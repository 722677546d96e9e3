// Owns what a failure of the disk means, whoever met it: the file system, the engine of the data plane, or
// the control plane. All of them are the operator's to mend, and none needs a restart.
import { WeirError } from './errors.ts';

interface DiskFailure {
  /** Codes of node and of SQLite. */
  readonly codes: RegExp;
  /** What the data plane's engine writes into its messages: the texts of strerror(3). */
  readonly texts: RegExp;
  readonly make: (cause: unknown) => WeirError;
}

const RETRY_AFTER_SECONDS = 5;

const FAILURES: readonly DiskFailure[] = [
  {
    codes: /^(?:ENOSPC|EDQUOT|SQLITE_FULL)/,
    texts: /No space left on device|Disk quota exceeded/i,
    make: (cause) =>
      new WeirError('no-space', 'DISK_FULL', 'The disk of the data directory is full.', { cause }),
  },
  {
    codes: /^(?:EROFS|SQLITE_READONLY|SQLITE_CANTOPEN)/,
    texts: /Read-only file system/i,
    make: (cause) =>
      new WeirError('unavailable', 'DISK_READ_ONLY', 'The disk of the data directory cannot be written to.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
        cause,
      }),
  },
  {
    codes: /^(?:EIO|SQLITE_IOERR)/,
    texts: /Input\/output error/i,
    make: (cause) =>
      new WeirError('unavailable', 'DISK_FAILING', 'The disk of the data directory reports errors.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
        cause,
      }),
  },
];

/** The error to show instead of one that a disk caused; undefined if it was not the disk. */
export function diskError(error: unknown): WeirError | undefined {
  if (error instanceof WeirError || !(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : '';
  return FAILURES.find(({ codes, texts }) => codes.test(code) || texts.test(error.message))?.make(error);
}
