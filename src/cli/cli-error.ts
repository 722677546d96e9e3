// Owns the failures that the command line reports, and the exit codes.

export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

export interface CliErrorOptions {
  readonly exitCode?: typeof EXIT_FAILED | typeof EXIT_USAGE;
  /** A stable code, as in the server's problems. */
  readonly code?: string;
  /** One line each, shown below the message. */
  readonly details?: readonly string[];
  readonly cause?: unknown;
}

/** A failure with a message for people; anything else that is thrown is a defect and shows its stack. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly exitCode: number;
  readonly code: string | undefined;
  readonly details: readonly string[];

  constructor(message: string, options: CliErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? EXIT_FAILED;
    this.code = options.code;
    this.details = options.details ?? [];
  }
}

/** The command was called wrongly: exit code 2. */
export function usageError(message: string, details: readonly string[] = []): CliError {
  return new CliError(message, { exitCode: EXIT_USAGE, details });
}
