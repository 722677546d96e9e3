// Owns `weir store create` and `weir store set`: the settings of an event store.
import type { Command } from 'commander';
import type { Store } from './api-types.ts';
import { CliError, usageError } from './cli-error.ts';
import { apiPath } from './client.ts';
import { confirmed } from './confirm.ts';
import { contextOf } from './context.ts';
import { wholeNumber } from './options.ts';
import { countOf } from './output/decimal-text.ts';
import { instantText } from './output/times.ts';

interface CreateOptions {
  readonly definition: string;
  readonly timeZone?: string;
  readonly retentionDays?: number;
}

interface SetOptions {
  readonly name?: string;
  readonly timeZone?: string;
  readonly retentionDays?: number;
  readonly keepAll?: boolean;
  readonly yes?: boolean;
}

/** A century, as the server has it. */
const retention_days_max = 36_500;

export function addStoreSettings(store: Command): void {
  const days = wholeNumber(1, retention_days_max);
  store
    .command('create <name>')
    .description('a new event store')
    .requiredOption('--definition <definition>', 'the event definition of its events')
    .option('--time-zone <zone>', 'in which a date of a time frame begins')
    .option('--retention-days <n>', 'days after which events expire, by event time', days)
    .action((name: string, options: CreateOptions, command: Command) => create(name, options, command));
  store
    .command('set <store>')
    .description('change the settings of an event store')
    .option('--name <name>', 'another name')
    .option('--time-zone <zone>', 'another time zone')
    .option(
      '--retention-days <n>',
      'days after which events expire; fewer than before remove events at once',
      days,
    )
    .option('--keep-all', 'no events expire any more')
    .option('--yes', 'do not ask before events expire')
    .action((name: string, options: SetOptions, command: Command) => set(name, options, command));
}

async function create(name: string, options: CreateOptions, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const { definition, timeZone, retentionDays } = options;
  const body = { name, eventDefinition: definition, timeZone, retentionDays };
  const store = await client.post<Store>('/v1/event-stores', body);
  output.result(store, () => [`event store ${store.name} (${store.id})`, retentionLine(store)]);
}

async function set(name: string, options: SetOptions, command: Command): Promise<void> {
  const context = contextOf(command);
  const { client, output } = context;
  if (options.keepAll === true && options.retentionDays !== undefined) {
    throw usageError('--keep-all and --retention-days exclude each other');
  }
  const path = apiPath`/v1/event-stores/${name}`;
  const before = await client.get<Store>(path);
  const retentionDays = options.keepAll === true ? null : (options.retentionDays ?? before.retentionDays);
  if (retentionDays !== null && retentionDays < (before.retentionDays ?? Infinity)) {
    const question = `events older than ${retentionDays} days leave ${before.name} at once and for ever; go on?`;
    if (!(await confirmed(context, question, options.yes === true))) {
      throw new CliError('nothing was changed: confirm with --yes', { code: 'NOT_CONFIRMED' });
    }
  }
  const { eventDefinition } = before;
  const body = {
    name: options.name ?? before.name,
    eventDefinition,
    timeZone: options.timeZone ?? before.timeZone,
    retentionDays,
  };
  const store = await client.put<Store>(path, body);
  const expired = store.expiredCount - before.expiredCount;
  output.result(store, () => [
    retentionLine(store),
    ...(expired > 0 ? [`expired now: ${countOf(expired, 'event')}`] : []),
  ]);
}

/** `keeps events for 90 days: those before 2026-01-01T00:00:00Z have expired`. */
export function retentionLine({ retentionDays, retainedFrom }: Store): string {
  const days = retentionDays === null ? 'without end' : `for ${countOf(retentionDays, 'day')}`;
  return `keeps events ${days}${retainedFrom === null ? '' : `: those before ${instantText(retainedFrom)} have expired`}`;
}
