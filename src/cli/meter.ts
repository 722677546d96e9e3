// Owns `weir meter`: the list of meters, one meter, and running one.
import type { Command } from 'commander';
import pc from 'picocolors';
import type { Meter, MeterNode, Run } from './api-types.ts';
import { usageError } from './cli-error.ts';
import { apiPath, type WeirClient } from './client.ts';
import { contextOf } from './context.ts';
import { openSourceFile } from './import/source-file.ts';
import { scopeOf, type ScopeOptions } from './options.ts';
import { tableLines } from './output/table.ts';
import { addMeterIngest } from './store-import.ts';
import { finishRun, previewOf, previewLines, runLines } from './run-report.ts';

interface RunOptions extends ScopeOptions {
  readonly replay?: boolean;
  readonly preview?: boolean;
  readonly file?: string;
  readonly source?: string;
  readonly wait: boolean;
}

export function addMeterCommands(program: Command): void {
  const meter = program.command('meter').description('meters: list, show, run, ingest');
  meter
    .command('list')
    .description('all meters')
    .action((_options, command: Command) => list(command));
  meter
    .command('show <meter>')
    .description('one meter: its version and its components')
    .action((name: string, _options, command: Command) => show(name, command));
  addMeterIngest(meter);
  meter
    .command('run <meter>')
    .description('evaluate a meter; without --replay its batch, with --replay what its stores hold')
    .option('--replay', 'evaluate again what the event stores hold')
    .option('--all', 'replay all time')
    .option('--from <date>', 'replay from this date (or instant) on')
    .option('--to <date>', 'up to and including this date (or up to an instant)')
    .option('--preview', 'say what would change, and change nothing')
    .option('--file <path>', 'a file for the upload source')
    .option('--source <node>', 'the upload source that takes the file, if there are several')
    .option('--no-wait', 'start it and leave')
    .action((name: string, options: RunOptions, command: Command) => run(name, options, command));
}

async function list(command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const meters: Meter[] = [];
  for await (const meter of client.items<Meter>('/v1/meters')) meters.push(meter);
  output.table(
    meters,
    [{ title: 'meter' }, { title: 'type' }, { title: 'version', align: 'right' }, { title: 'status' }],
    meters.map((meter) => [meter.name, meter.type, String(meter.version), meter.status ?? '-']),
  );
}

async function show(name: string, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const meter = await client.get<Meter>(apiPath`/v1/meters/${name}`);
  output.result(meter, () => [
    `${pc.bold(meter.name)}  ${pc.dim(meter.id)}  ${meter.type}, version ${meter.version}  ${meter.status ?? ''}`,
    ...(meter.ingestUrl === undefined ? [] : [`takes events at ${meter.ingestUrl}`]),
    '',
    ...tableLines(
      [{ title: 'component' }, { title: 'operator' }, { title: 'reads' }, { title: 'config' }],
      (meter.nodes ?? []).map((node) => [
        node.id,
        node.operator,
        node.inputs.join(', '),
        JSON.stringify(node.config),
      ]),
    ),
  ]);
}

async function run(name: string, options: RunOptions, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const scope = scopeOf(options);
  if (options.replay === true && scope === undefined) {
    throw usageError('a replay needs its data scope: --all, or --from and --to');
  }
  if (options.replay !== true && scope !== undefined) throw usageError('a data scope needs --replay');
  const sources = options.file === undefined ? undefined : await upload(client, name, options);
  const started = await client.post<Run>(apiPath`/v1/meters/${name}/runs`, {
    mode: options.replay === true ? 'replay' : 'batch',
    ...(options.preview === true ? { dryRun: true } : {}),
    ...(scope ? { scope } : {}),
    ...(sources ? { sources } : {}),
  });
  if (!options.wait) {
    output.result(started, () => [`${started.id} is ${started.status}; see: weir run show ${started.id}`]);
    return;
  }
  const done = await finishRun(client, output, started);
  if (options.preview !== true) {
    output.result(done, () => runLines(done));
    return;
  }
  const items = await previewOf(client, done.id);
  output.result({ ...done, preview: items }, () => previewLines(items, done));
}

/** Hands the file to the server and names the source that reads it. */
async function upload(
  client: WeirClient,
  meterName: string,
  options: RunOptions,
): Promise<Readonly<Record<string, { readonly file: string }>>> {
  const node = options.source ?? (await uploadSourceOf(client, meterName)).id;
  const file = await openSourceFile(options.file ?? '');
  await client.send({
    method: 'PUT',
    path: apiPath`/v1/files/${file.name}`,
    contentType: 'application/octet-stream',
    body: () => ReadableStream.from(file.chunks()),
    repeatable: true,
  });
  return { [node]: { file: file.name } };
}

async function uploadSourceOf(client: WeirClient, name: string): Promise<MeterNode> {
  const meter = await client.get<Meter>(apiPath`/v1/meters/${name}`);
  const uploads = (meter.nodes ?? []).filter(({ operator }) => operator === 'upload');
  const [only, second] = uploads;
  if (only === undefined) throw usageError(`${name} has no upload source`);
  if (second !== undefined) {
    throw usageError(
      `${name} has several upload sources; name one with --source`,
      uploads.map(({ id }) => id),
    );
  }
  return only;
}
