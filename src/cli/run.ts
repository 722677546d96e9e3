// Owns `weir run`: the runs there were, and one of them.
import type { Command } from 'commander';
import type { Run } from './api-types.ts';
import { apiPath } from './client.ts';
import { contextOf } from './context.ts';
import { wholeNumber } from './options.ts';
import { instantText } from './output/times.ts';
import { addRunRejected } from './run-rejected.ts';
import { resultText, runLines } from './run-report.ts';

export function addRunCommands(program: Command): void {
  const run = program.command('run').description('runs: list, show, rejected');
  run
    .command('list')
    .description('the latest runs')
    .option('--meter <meter>', 'of this meter only')
    .option('--limit <count>', 'at most so many', wholeNumber(1, 1000), 20)
    .action((options: { meter?: string; limit: number }, command: Command) => list(options, command));
  run
    .command('show <run>')
    .description('one run: status, scope, counts per component, result')
    .action((id: string, _options, command: Command) => show(id, command));
  addRunRejected(run);
}

async function list(options: { meter?: string; limit: number }, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const { items } = await client.get<{ items: Run[] }>('/v1/runs', options);
  output.table(
    items,
    [
      { title: 'run' },
      { title: 'meter' },
      { title: 'mode' },
      { title: 'status' },
      { title: 'as of' },
      { title: 'result' },
    ],
    items.map((run) => [
      run.id,
      `${run.meterName} v${run.version}`,
      run.dryRun === true ? `${run.mode} (preview)` : run.mode,
      run.status,
      instantText(run.asOf),
      run.result ? resultText(run.result) : '-',
    ]),
  );
}

async function show(id: string, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const run = await client.get<Run>(apiPath`/v1/runs/${id}`);
  output.result(run, () => runLines(run));
}
