// Owns what reaches the terminal. Results go to standard output, everything about the way there to standard
// error, so that a pipe gets the result only. With `json` standard output is one JSON document.
import pc from 'picocolors';
import { CliError } from '../cli-error.ts';
import { printable, tableLines, type TableColumn } from './table.ts';

export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly stdout?: Terminal;
  readonly stderr?: Terminal;
}

export class Output {
  readonly json: boolean;
  readonly stdout: Terminal;
  readonly stderr: Terminal;

  constructor(options: OutputOptions) {
    this.json = options.json;
    this.stdout = options.stdout ?? process.stdout;
    this.stderr = options.stderr ?? process.stderr;
  }

  /** The result of a command: `value` as JSON, or else the lines for people. */
  result(value: unknown, lines: () => readonly string[]): void {
    if (this.json) this.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    else for (const line of lines()) this.stdout.write(`${line}\n`);
  }

  /** The same for a list; one without rows says so. */
  table(value: unknown, columns: readonly TableColumn[], rows: readonly (readonly string[])[]): void {
    this.result(value, () => (rows.length === 0 ? [pc.dim('none')] : tableLines(columns, rows)));
  }

  /** Something to know on the way; not part of the result. */
  note(line: string): void {
    if (!this.json) this.stderr.write(`${line}\n`);
  }

  /** Why the command failed, on standard error. Returns the exit code. */
  failure(error: unknown): number {
    if (!(error instanceof CliError)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.stderr.write(`${pc.red('internal error')} ${text}\n`);
      return 1;
    }
    if (this.json) {
      const { code, message, details } = error;
      this.stderr.write(`${JSON.stringify({ error: { code: code ?? null, message, details } })}\n`);
      return error.exitCode;
    }
    const code = error.code === undefined ? '' : ` ${pc.dim(`(${error.code})`)}`;
    this.stderr.write(`${pc.red('error')} ${printable(error.message)}${code}\n`);
    for (const detail of error.details) this.stderr.write(`  ${printable(detail)}\n`);
    return error.exitCode;
  }
}
