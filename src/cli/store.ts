// Owns `weir store`: the list of event stores, one store, export; settings, import and query have
// files of their own.
import { Option, type Command } from 'commander';
import pc from 'picocolors';
import type { Definition, Store } from './api-types.ts';
import { apiPath } from './client.ts';
import { contextOf } from './context.ts';
import { checkDownloadTarget, saveAnswer } from './download.ts';
import { countOf, countText } from './output/decimal-text.ts';
import { fieldLines } from './output/fields.ts';
import { instantText } from './output/times.ts';
import { addStoreHistogram } from './store-histogram.ts';
import { addStoreImport } from './store-import.ts';
import { addStoreQuery } from './store-query.ts';
import { addStoreSettings, retentionLine } from './store-settings.ts';

export function addStoreCommands(program: Command): void {
  const store = program
    .command('store')
    .description('event stores: list, show, create, set, histogram, import, export, query');
  store
    .command('list')
    .description('all event stores')
    .action((_options, command: Command) => list(command));
  store
    .command('show <store>')
    .description('one event store: its fields, its events, the meters that use it')
    .action((name: string, _options, command: Command) => show(name, command));
  addStoreHistogram(store);
  addStoreSettings(store);
  addStoreImport(store);
  addStoreQuery(store);
  store
    .command('export <store>')
    .description('the events of a store, in order of event time')
    .option('--from <instant>', 'first event time')
    .option('--to <instant>', 'end of the time frame, not included')
    .addOption(formatOption())
    .option('-o, --output <file>', 'write to this file rather than to standard output')
    .action((name: string, options: ExportOptions, command: Command) => exportEvents(name, options, command));
}

/** How exports are written; shared with `weir usage export`. */
export function formatOption(): Option {
  return new Option('--format <format>', 'how to write them')
    .choices(['ndjson', 'csv', 'parquet'])
    .default('ndjson');
}

async function list(command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const stores: Store[] = [];
  for await (const store of client.items<Store>('/v1/event-stores')) stores.push(store);
  const names = new Map<string, string>();
  for await (const { id, name } of client.items<Definition>('/v1/event-definitions')) names.set(id, name);
  output.table(
    stores,
    [
      { title: 'store' },
      { title: 'definition' },
      { title: 'status' },
      { title: 'events', align: 'right' },
      { title: 'first' },
      { title: 'last' },
    ],
    stores.map((store) => [
      store.name,
      names.get(store.eventDefinition) ?? store.eventDefinition,
      statusText(store),
      countText(store.eventCount),
      instantText(store.firstEventTime),
      instantText(store.lastEventTime),
    ]),
  );
}

async function show(name: string, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const store = await client.get<Store>(apiPath`/v1/event-stores/${name}`);
  const definition = await client.get<Definition>(apiPath`/v1/event-definitions/${store.eventDefinition}`);
  output.result({ ...store, definition }, () => [
    `${pc.bold(store.name)}  ${pc.dim(store.id)}  ${statusText(store)}`,
    contentText(store),
    `last write ${instantText(store.lastWriteAt)}, about ${countText(Math.ceil(store.sizeBytes / 1_048_576))} MiB on disk`,
    retentionLine(store),
    '',
    `definition ${definition.name}, version ${definition.version}, time zone ${definition.timeZone}`,
    `event id: ${definition.eventIdFields.join(', ')}`,
    ...fieldLines(definition),
    '',
    ...(store.inbox ? [`inbox of ${store.inbox.meterName}, source ${store.inbox.node}`] : []),
    ...(store.usedBy.length === 0
      ? ['no meter uses it']
      : store.usedBy.map(({ meterName, role }) => `used by ${meterName} as ${role}`)),
  ]);
}

function contentText({ eventCount, firstEventTime, lastEventTime }: Store): string {
  if (eventCount === 0) return 'no events';
  return `${countOf(eventCount, 'event')}, ${instantText(firstEventTime)} to ${instantText(lastEventTime)}`;
}

function statusText({ status }: Store): string {
  return `${status.usage === 'in_use' ? 'in use' : status.usage}, ${status.activity}`;
}

interface ExportOptions {
  readonly from?: string;
  readonly to?: string;
  readonly format: string;
  readonly output?: string;
}

async function exportEvents(name: string, options: ExportOptions, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  checkDownloadTarget(options.format, options.output);
  const response = await client.send({
    method: 'GET',
    path: apiPath`/v1/event-stores/${name}/export`,
    query: { from: options.from, to: options.to, format: options.format },
    repeatable: true,
  });
  const saved = await saveAnswer(response, options.output);
  if (saved.file === null) return;
  output.result(saved, () => [`${saved.file}: ${countText(saved.bytes)} bytes`]);
}
