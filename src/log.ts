// Owns how the server reports about itself: one JSON object per line on standard error.

export interface Log {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  error(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

/** The stack of an error and of what caused it. */
const stackOf = (error: Error): string => {
  const cause = error.cause instanceof Error ? `\ncaused by: ${stackOf(error.cause)}` : '';
  return (error.stack ?? String(error)) + cause;
};

const printable = (value: unknown): unknown => {
  if (value instanceof Error) return stackOf(value);
  return typeof value === 'bigint' ? value.toString() : value;
};

/** A log that writes lines with `write`, by default to standard error. */
export function createLog(write = (line: string): void => void process.stderr.write(line)): Log {
  const line = (level: string, message: string, facts: Readonly<Record<string, unknown>> = {}): void => {
    const entry = { at: new Date().toISOString(), level, message, ...facts };
    write(`${JSON.stringify(entry, (_key, value: unknown) => printable(value))}\n`);
  };
  return {
    info: (message, facts) => line('info', message, facts),
    error: (message, facts) => line('error', message, facts),
  };
}
