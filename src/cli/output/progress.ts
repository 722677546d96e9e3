// Owns the progress line: redrawn in place on a terminal, else a plain line now and then.
import pc from 'picocolors';
import { countText } from './decimal-text.ts';
import type { Output } from './output.ts';
import { durationText } from './times.ts';

export interface ProgressState {
  /** From 0 to 1; unknown while the total is. */
  readonly fraction: number | undefined;
  readonly rows: number;
  readonly rowsPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
}

const bar_chars = 28;
const redraw_ms = 100;
const plain_line_ms = 5_000;

export class Progress {
  private readonly output: Output;
  private readonly label: string;
  private readonly redraw: boolean;
  private lastAt: number;

  constructor(output: Output, label: string) {
    this.output = output;
    this.label = label;
    this.redraw = output.stderr.isTTY === true;
    // On a pipe a line before the first interval would only be noise in short runs.
    this.lastAt = this.redraw ? 0 : performance.now();
  }

  show(state: ProgressState): void {
    if (this.output.json) return;
    const now = performance.now();
    if (now - this.lastAt < (this.redraw ? redraw_ms : plain_line_ms)) return;
    this.lastAt = now;
    const line = progressText(this.label, state);
    this.output.stderr.write(this.redraw ? `\r\x1b[2K${line}` : `${line}\n`);
  }

  /** Removes the line; call it before anything else is printed. */
  clear(): void {
    if (this.redraw && !this.output.json) this.output.stderr.write('\r\x1b[2K');
  }
}

/** `label  [=====     ]  42 %  1,234,000 rows  410,000 rows/s  3.1 s left`. */
export function progressText(label: string, state: ProgressState): string {
  const parts = [label];
  if (state.fraction !== undefined) {
    const done = Math.max(0, Math.min(1, state.fraction));
    const filled = Math.round(done * bar_chars);
    parts.push(pc.cyan('█'.repeat(filled)) + pc.dim('░'.repeat(bar_chars - filled)));
    parts.push(`${String(Math.floor(done * 100)).padStart(3)} %`);
  }
  parts.push(`${countText(state.rows)} rows`);
  if (state.rowsPerSecond !== undefined) parts.push(`${countText(Math.round(state.rowsPerSecond))} rows/s`);
  if (state.secondsLeft !== undefined) parts.push(`${durationText(state.secondsLeft * 1_000)} left`);
  return parts.join('  ');
}
