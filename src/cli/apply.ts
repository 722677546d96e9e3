// Owns `weir apply`: configuration in files, brought to the server by name, as often as one likes.
import type { Command } from 'commander';
import pc from 'picocolors';
import { differenceLine } from './apply/difference.ts';
import { carryOut, planOf, type PlannedChange } from './apply/changes.ts';
import { CliError } from './cli-error.ts';
import { contextOf } from './context.ts';
import { printable } from './output/table.ts';

interface ApplyOptions {
  readonly file: string[];
  readonly dryRun?: boolean;
}

export function addApplyCommand(program: Command): void {
  program
    .command('apply')
    .description('bring definitions, stores and meters from YAML or JSON files to the server, by name')
    .requiredOption(
      '-f, --file <path>',
      'a file, a folder, or - for standard input; may be given several times',
      (path: string, before: string[] | undefined) => [...(before ?? []), path],
    )
    .option('--dry-run', 'show what would change, and change nothing')
    .action((options: ApplyOptions, command: Command) => apply(options, command));
}

async function apply(options: ApplyOptions, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  // Loaded here, so that the other commands start without a YAML parser (60 ms).
  const { readConfigurations } = await import('./apply/documents.ts');
  const plan = await planOf(client, await readConfigurations(options.file));
  for (const change of plan) for (const line of changeLines(change)) output.note(line);
  const failures = options.dryRun === true ? [] : await carryOut(client, plan);
  const count = (action: PlannedChange['action']): number =>
    plan.filter((change) => change.action === action).length;
  const counts = { create: count('create'), change: count('change'), unchanged: count('unchanged') };
  output.result({ dryRun: options.dryRun === true, ...counts, changes: plan.map(jsonOf) }, () => [
    `${counts.create} to create, ${counts.change} to change, ${counts.unchanged} unchanged` +
      (options.dryRun === true ? ' (dry run: nothing was applied)' : ''),
  ]);
  if (failures.length === 0) return;
  throw new CliError(`${failures.length} of ${plan.length} could not be applied`, {
    code: 'APPLY_FAILED',
    details: failures.flatMap(({ configuration: { kind, name, place }, error }) => [
      `${place}: ${kind} "${name}": ${error.message}${error.code === undefined ? '' : ` (${error.code})`}`,
      ...error.details.map((detail) => `  ${detail}`),
    ]),
  });
}

const SIGNS = {
  create: pc.green('+ create   '),
  change: pc.yellow('~ change   '),
  unchanged: pc.dim('= unchanged'),
};

function changeLines({ action, configuration, differences }: PlannedChange): string[] {
  return [
    `${SIGNS[action]}  ${configuration.kind} ${printable(configuration.name)}`,
    ...differences.map((difference) => pc.dim(`    ${printable(differenceLine(difference))}`)),
  ];
}

function jsonOf({ action, configuration: { kind, name }, differences }: PlannedChange): unknown {
  return { action, kind, name, differences };
}
