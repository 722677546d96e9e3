// Owns `weir demo`: a month of a global API provider, from raw files to corrected bills.
import type { Command } from 'commander';
import { wholeNumber } from './options.ts';

const EVENTS_DEFAULT = 200_000;

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('start a server on a temporary folder and show a month of usage, end to end')
    .option(
      '--events <count>',
      'distinct events of the month',
      wholeNumber(10_000, 10_000_000),
      EVENTS_DEFAULT,
    )
    .action(async (options: { events: number }) => {
      const { runDemo } = await import('./demo/demo.ts');
      process.exitCode = await runDemo({
        events: options.events,
        keepRunning: !isCi(process.env['CI']),
        environment: process.env,
        terminal: process.stdout,
      });
    });
}

/** Set by every build service; `CI=false` and `CI=0` are how people unset it. */
function isCi(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value);
}
