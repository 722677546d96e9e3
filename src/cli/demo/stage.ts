// Owns how the demo tells its story: numbered steps with what they took, and checks that must hold.
import pc from 'picocolors';
import type { Terminal } from '../output/output.ts';
import { durationText } from '../output/times.ts';

export interface Check {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

export class Stage {
  private readonly terminal: Terminal;
  private readonly beforeStep: () => void;
  private steps = 0;
  private readonly failed: Check[] = [];

  /** `beforeStep` may throw to end the story between two steps. */
  constructor(terminal: Terminal, beforeStep: () => void) {
    this.terminal = terminal;
    this.beforeStep = beforeStep;
  }

  /** Prints the title, does the work, prints its lines and how long it took. */
  async step<T>(title: string, work: () => Promise<T>, lines: (result: T) => readonly string[]): Promise<T> {
    this.beforeStep();
    this.steps += 1;
    this.line(`${pc.cyan(String(this.steps).padStart(2))}  ${pc.bold(title)}`);
    const started = performance.now();
    const result = await work();
    const took = performance.now() - started;
    for (const line of lines(result)) this.line(line === '' ? '' : `    ${line}`);
    this.line(pc.dim(`    ${durationText(took)}`));
    this.line();
    return result;
  }

  /** Compares with what must be; a difference is shown at once and fails the demo. */
  check(what: string, expected: string | number, got: string | number): string {
    const check = { what, expected: String(expected), got: String(got) };
    if (check.expected === check.got) return `${pc.green('✓')} ${what}: ${check.got}`;
    this.failed.push(check);
    return `${pc.red('✗')} ${what}: expected ${check.expected}, got ${check.got}`;
  }

  line(text = ''): void {
    this.terminal.write(`${text}\n`);
  }

  /** The last word: whether every check held. */
  finish(): boolean {
    if (this.failed.length === 0) {
      this.line(pc.green(pc.bold('every figure is as expected')));
      return true;
    }
    this.line(pc.red(pc.bold(`${this.failed.length} figures are not as expected:`)));
    for (const { what, expected, got } of this.failed) {
      this.line(pc.red(`  ${what}: expected ${expected}, got ${got}`));
    }
    return false;
  }
}
