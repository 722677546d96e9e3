// Owns `weir usage`: usage records, their history, the events behind them, and their export.
import { Option, type Command } from 'commander';
import type { EventAnswer, Revision, UsageRecord } from './api-types.ts';
import { apiPath } from './client.ts';
import { contextOf } from './context.ts';
import { checkDownloadTarget, saveAnswer } from './download.ts';
import { wholeNumber } from './options.ts';
import { countText, differenceText, groupDigits } from './output/decimal-text.ts';
import { instantText } from './output/times.ts';
import { formatOption } from './store.ts';

interface ListOptions {
  readonly meter?: string;
  readonly account?: string;
  readonly from?: string;
  readonly to?: string;
  readonly state?: string;
  readonly limit: number;
}

export function addUsageCommands(program: Command): void {
  const usage = program.command('usage').description('usage records: list, history, events, export');
  usage
    .command('list')
    .description('usage records')
    .option('--meter <meter>', 'of this meter')
    .option('--account <account>', 'of this account')
    .option('--from <instant>', 'of periods that start at this instant or later')
    .option('--to <instant>', 'of periods that start before this instant')
    .addOption(new Option('--state <state>', 'only these').choices(['current', 'retracted']))
    .addOption(limitOption())
    .action((options: ListOptions, command: Command) => list(options, command));
  usage
    .command('history <record>')
    .description('every revision of a usage record: what changed it, when and why')
    .action((id: string, _options, command: Command) => history(id, command));
  usage
    .command('events <record>')
    .description('the events behind a usage record')
    .addOption(limitOption())
    .action((id: string, options: { limit: number }, command: Command) => events(id, options, command));
  usage
    .command('export')
    .description('usage records as a file, all of them or what changed')
    .option('--meter <meter>', 'of this meter')
    .option('--changes-since <cursor>', 'every revision after this change number')
    .addOption(formatOption())
    .option('-o, --output <file>', 'write to this file rather than to standard output')
    .action((options: ExportOptions, command: Command) => exportRecords(options, command));
}

function limitOption(): Option {
  return new Option('--limit <count>', 'at most so many').argParser(wholeNumber(1, 999_999_999)).default(100);
}

async function list(options: ListOptions, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const { limit, ...query } = options;
  const found = await client.upTo<UsageRecord>('/v1/usage-records', { ...query }, limit);
  const records = found.toSorted(byAccountAndPeriod);
  output.table(
    records,
    [
      { title: 'record' },
      { title: 'account' },
      { title: 'quantity', align: 'decimal' },
      { title: 'unit' },
      { title: 'from' },
      { title: 'to' },
      { title: 'revision', align: 'right' },
      { title: 'state' },
    ],
    records.map((record) => [
      record.id,
      record.accountNumber ?? '-',
      groupDigits(record.quantity),
      record.unitOfMeasure ?? '-',
      instantText(record.startDateTime),
      instantText(record.endDateTime),
      String(record.revision),
      record.state,
    ]),
  );
  if (records.length === limit) output.note(`stopped at ${countText(limit)}; see more with --limit`);
}

/** The server lists in the order of ids, and which record of a run came first says nothing to a reader. */
function byAccountAndPeriod(a: UsageRecord, b: UsageRecord): number {
  return (
    compareTexts(a.accountNumber, b.accountNumber) ||
    compareTexts(a.startDateTime, b.startDateTime) ||
    compareTexts(a.unitOfMeasure, b.unitOfMeasure)
  );
}

function compareTexts(a: string | null | undefined, b: string | null | undefined): number {
  return (a ?? '').localeCompare(b ?? '', 'en');
}

async function history(id: string, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const { items: revisions } = await client.get<{ items: Revision[] }>(
    apiPath`/v1/usage-records/${id}/history`,
  );
  output.table(
    revisions,
    [
      { title: 'revision', align: 'right' },
      { title: 'quantity', align: 'decimal' },
      { title: 'difference', align: 'decimal' },
      { title: 'state' },
      { title: 'reason' },
      { title: 'run' },
      { title: 'at' },
    ],
    revisions.map((revision) => [
      String(revision.revision),
      groupDigits(revision.quantity),
      differenceText(revision.previousQuantity, revision.quantity),
      revision.state,
      revision.reason,
      revision.run ?? '-',
      instantText(revision.at),
    ]),
  );
}

async function events(id: string, { limit }: { limit: number }, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const found = await client.upTo<EventAnswer>(apiPath`/v1/usage-records/${id}/events`, {}, limit);
  output.table(
    found,
    [{ title: 'event' }, { title: 'time' }, { title: 'fields' }],
    found.map((event) => [event.eventId, instantText(event.eventTime), JSON.stringify(event.fields)]),
  );
  if (found.length === limit) output.note(`stopped at ${countText(limit)}; see more with --limit`);
}

interface ExportOptions {
  readonly meter?: string;
  readonly changesSince?: string;
  readonly format: string;
  readonly output?: string;
}

async function exportRecords(options: ExportOptions, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  checkDownloadTarget(options.format, options.output);
  const { meter, changesSince, format } = options;
  const response = await client.send({
    method: 'GET',
    path: '/v1/usage-records/export',
    query: { meter, changesSince, format },
    repeatable: true,
  });
  const nextCursor = response.headers.get('weir-next-cursor');
  const saved = await saveAnswer(response, options.output);
  if (saved.file !== null) {
    output.result({ ...saved, nextCursor }, () => [`${saved.file}: ${countText(saved.bytes)} bytes`]);
  }
  if (nextCursor !== null) output.note(`next time: --changes-since ${nextCursor}`);
}
