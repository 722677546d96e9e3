// Owns `weir store import` and `weir meter ingest`: local files into an event store, or into that of a meter.
import { Option, type Command } from 'commander';
import pc from 'picocolors';
import type { Meter } from './api-types.ts';
import { CliError, usageError } from './cli-error.ts';
import { apiPath, type WeirClient } from './client.ts';
import { contextOf } from './context.ts';
import { importFile } from './import/import-file.ts';
import { Rejects, type Reject } from './import/rejects.ts';
import { FILE_FORMATS, openSourceFile, type FileFormat } from './import/source-file.ts';
import type { ImportSummary } from './import/types.ts';
import { wholeNumber } from './options.ts';
import { countOf, countText } from './output/decimal-text.ts';
import { printable, tableLines } from './output/table.ts';

const BATCH_EVENTS_DEFAULT = 10_000;
const BATCH_EVENTS_MAX = 1_000_000;

interface ImportOptions {
  readonly format?: FileFormat;
  readonly batch: number;
  readonly unknown?: 'reject' | 'ignore';
  readonly null?: string;
  readonly rejects?: string;
}

type FindStore = (client: WeirClient, name: string) => Promise<string>;

export function addStoreImport(store: Command): void {
  addImport(store, 'import <store> <files...>', 'events from files', async (_client, name) => name);
}

export function addMeterIngest(meter: Command): void {
  const what = 'events from files into the streaming source of a meter';
  addImport(meter, 'ingest <meter> <files...>', what, streamingInboxOf);
}

/** The inbox store behind the ingest URL of a meter. */
async function streamingInboxOf(client: WeirClient, name: string): Promise<string> {
  const { nodes = [], inboxes = {} } = await client.get<Meter>(apiPath`/v1/meters/${name}`);
  const source = nodes.find(({ operator }) => operator === 'streaming-api');
  const inbox = source && inboxes[source.id];
  if (inbox === undefined) throw usageError(`${name} has no streaming source`);
  return inbox;
}

function addImport(parent: Command, words: string, what: string, find: FindStore): void {
  parent
    .command(words)
    .description(`${what}: CSV, NDJSON, JSON array, XML, Avro, Parquet; gzip is seen by itself`)
    .addOption(
      new Option('--format <format>', 'the format, if its first bytes mislead').choices(FILE_FORMATS),
    )
    .option(
      '--batch <events>',
      'events per request (CSV and NDJSON)',
      wholeNumber(1, BATCH_EVENTS_MAX),
      BATCH_EVENTS_DEFAULT,
    )
    .addOption(
      new Option('--unknown <what>', 'fields that the definition lacks').choices(['reject', 'ignore']),
    )
    .option('--null <text>', 'the text that means "no value" in CSV')
    .option('--rejects <file>', 'write the rejected events to this file, with their lines and reasons')
    .action((name: string, files: string[], options: ImportOptions, command: Command) =>
      importFiles(name, files, options, command, find),
    );
}

async function importFiles(
  name: string,
  paths: readonly string[],
  options: ImportOptions,
  command: Command,
  find: FindStore,
): Promise<void> {
  const { client, output } = contextOf(command);
  const store = await find(client, name);
  // Every file is looked at before the first event is sent: a misspelt name should not stop half-way.
  const files = await Promise.all(paths.map((path) => openSourceFile(path, options.format)));
  const rejects = await Rejects.open(options.rejects);
  const summaries: ImportSummary[] = [];
  try {
    for (const file of files) {
      const request = {
        store,
        file,
        batchEvents: options.batch,
        unknown: options.unknown,
        nullText: options.null,
      };
      summaries.push(await importFile(client, request, rejects, output));
    }
  } finally {
    await rejects.close();
  }
  output.result({ store: name, files: summaries }, () => summaryLines(summaries, rejects, options.rejects));
  if (rejects.count > 0) {
    throw new CliError(`rejected: ${countOf(rejects.count, 'event')}`, { code: 'EVENTS_REJECTED' });
  }
}

function summaryLines(
  summaries: readonly ImportSummary[],
  rejects: Rejects,
  rejectsFile: string | undefined,
): string[] {
  const counts = ['events', 'accepted', 'duplicates', 'replaced', 'rejected'] as const;
  const table = tableLines(
    [{ title: 'file' }, ...counts.map((title) => ({ title, align: 'right' as const }))],
    summaries.map((summary) => [summary.file, ...counts.map((count) => countText(summary[count]))]),
  );
  if (rejects.count === 0) return table;
  const more = rejects.count - rejects.first.length;
  return [
    ...table,
    '',
    'rejected:',
    ...rejects.first.flatMap(rejectLines),
    ...(more > 0 ? [pc.dim(`  and ${countText(more)} more`)] : []),
    rejectsFile === undefined
      ? pc.dim('  write them all to a file with --rejects FILE')
      : `  all of them are in ${rejectsFile}`,
  ];
}

/** A line for each problem of the event. */
function rejectLines({ file, line, code, pointer, message, errors }: Reject): string[] {
  const place = line === null ? file : `${file}:${line}`;
  return [{ code, pointer, message }, ...(errors ?? [])].map(
    (problem) =>
      `  ${printable(place)}  ${pc.yellow(problem.code)}  ${printable(problem.pointer ?? '')}  ${printable(problem.message)}`,
  );
}
