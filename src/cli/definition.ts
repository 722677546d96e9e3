// Owns `weir definition`: the list of event definitions, one of them, its versions, and proposals made from a
// sample or a schema, as YAML for `weir apply`.
import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import pc from 'picocolors';
import { stringify } from 'yaml';
import type { Definition, DefinitionProposal, DefinitionVersion } from './api-types.ts';
import { CliError } from './cli-error.ts';
import { apiPath } from './client.ts';
import { contextOf } from './context.ts';
import { FILE_FORMATS, openSourceFile, type FileFormat, type SourceFile } from './import/source-file.ts';
import { fieldLines } from './output/fields.ts';
import { printable, tableLines } from './output/table.ts';
import { instantText } from './output/times.ts';

/** Far more than the 5,000 events that the server looks at, in most files. */
const sample_bytes_max = 8 * 1024 * 1024;
const SCHEMA_FORMATS = ['json-schema', 'avro'] as const;
/** Formats that the server reads a sample of; a Parquet file is only imported. */
const SAMPLE_FORMATS = FILE_FORMATS.filter((format) => format !== 'parquet');
const CONTENT_TYPES: Readonly<Record<Exclude<FileFormat, 'parquet'>, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  xml: 'application/xml',
  avro: 'application/avro',
};

export function addDefinitionCommands(program: Command): void {
  const definition = program
    .command('definition')
    .description('event definitions: list, show, versions, detect, import');
  definition
    .command('list')
    .description('all event definitions')
    .action((_options, command: Command) => list(command));
  definition
    .command('show <definition>')
    .description('one event definition: its fields, event id and event time')
    .action((name: string, _options, command: Command) => show(name, command));
  definition
    .command('versions <definition>')
    .description('who changed what, from the first version on')
    .action((name: string, _options, command: Command) => versions(name, command));
  addProposals(definition);
}

interface DetectOptions {
  readonly name?: string;
  readonly format?: FileFormat;
  readonly null?: string;
}

interface SchemaOptions {
  readonly name?: string;
  readonly format?: (typeof SCHEMA_FORMATS)[number];
}

function addProposals(definition: Command): void {
  definition
    .command('detect <file>')
    .description('propose a definition from a file of events, as YAML to look over and apply')
    .option('--name <name>', 'the name of the definition')
    .addOption(new Option('--format <format>', 'if its first bytes mislead').choices(SAMPLE_FORMATS))
    .option('--null <text>', 'the text that means "no value" in CSV and XML')
    .action((file: string, options: DetectOptions, command: Command) => detect(file, options, command));
  definition
    .command('import <schema>')
    .description('propose a definition from a JSON Schema or an Avro schema, as YAML')
    .option('--name <name>', 'the name of the definition; default: that of the schema')
    .addOption(
      new Option('--format <format>', 'default: avro for a file *.avsc').choices([...SCHEMA_FORMATS]),
    )
    .action((file: string, options: SchemaOptions, command: Command) => importSchema(file, options, command));
}

async function list(command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const all: Definition[] = [];
  for await (const one of client.items<Definition>('/v1/event-definitions')) all.push(one);
  output.table(
    all,
    [
      { title: 'definition' },
      { title: 'version', align: 'right' },
      { title: 'fields', align: 'right' },
      { title: 'event id' },
      { title: 'event time' },
    ],
    all.map(({ name, version, fields, eventIdFields, eventTimeField }) => [
      name,
      String(version),
      String(fields.length),
      eventIdFields.join(', '),
      eventTimeField ?? '',
    ]),
  );
}

async function show(name: string, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const one = await client.get<Definition>(apiPath`/v1/event-definitions/${name}`);
  output.result(one, () => [
    `${pc.bold(one.name)}  ${pc.dim(one.id)}  version ${one.version}, time zone ${one.timeZone}`,
    `event id: ${one.eventIdFields.join(', ')}`,
    ...fieldLines(one),
  ]);
}

async function versions(name: string, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const all: DefinitionVersion[] = [];
  const path = apiPath`/v1/event-definitions/${name}/versions`;
  for await (const version of client.items<DefinitionVersion>(path)) all.push(version);
  output.result(all, () =>
    tableLines(
      [{ title: 'version', align: 'right' }, { title: 'saved' }, { title: 'by' }, { title: 'changed' }],
      all.map(({ version, savedAt, savedBy, changes }) => [
        String(version),
        instantText(savedAt),
        savedBy.name,
        changes.map(({ kind, pointer }) => `${kind} ${pointer}`).join(', '),
      ]),
    ),
  );
}

async function detect(path: string, { name, format, null: nullText }: DetectOptions, command: Command) {
  const { client, output } = contextOf(command);
  const file = await openSourceFile(path, format);
  if (file.format === 'parquet') {
    throw new CliError(`${path} is Parquet, of which no definition is proposed; list its fields yourself`);
  }
  const proposal = await client.json<DefinitionProposal>({
    method: 'POST',
    path: '/v1/event-definitions/detect',
    contentType: CONTENT_TYPES[file.format],
    query: { null: nullText },
    body: () => ReadableStream.from(sampleOf(file)) as ReadableStream<Uint8Array>,
    repeatable: true,
  });
  const title = name ?? file.name.replace(/\.\w+$/, '');
  output.result(proposal, () => documentLines(proposal, title));
}

/** The beginning of a file whose lines can be cut; of others all, since they are whole or nothing. */
async function* sampleOf(file: SourceFile): AsyncGenerator<Buffer> {
  const hasLines = file.format === 'csv' || file.format === 'ndjson';
  let left = hasLines ? sample_bytes_max : Infinity;
  for await (const chunk of file.chunks()) {
    if (chunk.length > left) return yield chunk.subarray(0, chunk.lastIndexOf(0x0a, left) + 1);
    left -= chunk.length;
    yield chunk;
  }
}

async function importSchema(path: string, { name, format }: SchemaOptions, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const schema = await readFile(path).catch((error: unknown) => {
    throw new CliError(`${path} cannot be read: ${String(error)}`, { cause: error });
  });
  const proposal = await client.json<DefinitionProposal>({
    method: 'POST',
    path: '/v1/event-definitions/import',
    contentType: 'application/json',
    query: { format: format ?? (/\.avsc$/i.test(path) ? 'avro' : 'json-schema') },
    body: () => schema,
    repeatable: true,
  });
  output.result(proposal, () => documentLines(proposal, name ?? proposal.name ?? 'imported'));
}

/** A document for `weir apply`; what a person should know stands above it as comments. */
function documentLines(proposal: DefinitionProposal, name: string): string[] {
  const { candidates, notes = [], eventsRead, eventsRejected, name: _name, ...rest } = proposal;
  const comments = [
    ...(eventsRead === undefined ? [] : [`from ${eventsRead} events; ${eventsRejected} could not be read`]),
    ...(rest.eventIdFields.length > 0 ? [] : ['nothing suggests an event id: name its fields below']),
    ...(candidates.eventId.length > 1 ? [`also possible as event id: ${candidates.eventId.join(', ')}`] : []),
    ...(candidates.eventTime.length > 1
      ? [`possible as event time: ${candidates.eventTime.join(', ')}`]
      : []),
    ...notes.map(({ pointer, message }) => `${pointer || '/'}: ${message}`),
  ];
  const document = stringify({ kind: 'EventDefinition', name, ...rest });
  // A line break in a name or description would end the comment.
  return [
    ...comments.map((line) => printable(`# ${line.replaceAll(/\s+/gu, ' ')}`)),
    ...document.trimEnd().split('\n'),
  ];
}
