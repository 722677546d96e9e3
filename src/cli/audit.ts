// Owns `weir audit`: who changed what.
import { Option, type Command } from 'commander';
import { contextOf } from './context.ts';
import { wholeNumber } from './options.ts';
import { printable } from './output/table.ts';
import { instantText } from './output/times.ts';

const ACTIONS = ['create', 'update', 'delete'] as const;
const TEXT_LENGTH_MAX = 60;

type Body = Readonly<Record<string, unknown>> | null;

interface AuditEntry {
  readonly at: string;
  readonly actor: { readonly id: string; readonly name: string };
  readonly action: (typeof ACTIONS)[number];
  readonly collection: string;
  readonly resource: string;
  readonly name: string | null;
  readonly before: Body;
  readonly after: Body;
}

interface AuditOptions {
  readonly resource?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly collection?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description('who changed what, newest first')
    .option('--resource <resource>', 'of this id or name, with what belongs to it')
    .option('--actor <key>', 'by the key of this id or name')
    .addOption(new Option('--action <action>', 'only such changes').choices(ACTIONS))
    .option('--collection <collection>', 'of this kind, such as event-stores or meters')
    .option('--from <time>', 'from this instant or UTC date on')
    .option('--to <time>', 'before this instant, or up to and including this date')
    .option('--limit <count>', 'at most so many', wholeNumber(1, 1000), 20)
    .action((options: AuditOptions, command: Command) => audit(options, command));
}

async function audit(options: AuditOptions, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const { items } = await client.get<{ items: AuditEntry[] }>('/v1/audit', { ...options });
  output.table(
    items,
    [{ title: 'at' }, { title: 'who' }, { title: 'what' }, { title: 'resource' }, { title: 'changed' }],
    items.map((entry) => [
      instantText(entry.at),
      entry.actor.name,
      `${entry.action} ${entry.collection}`,
      entry.name ?? entry.resource,
      changedText(entry),
    ]),
  );
}

/** The members that an update changed, with their values before and after. */
function changedText({ before, after }: AuditEntry): string {
  if (before === null || after === null) return '';
  const members = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return members
    .map((member) => ({ member, was: textOf(before[member]), is: textOf(after[member]) }))
    .filter(({ was, is }) => was !== is)
    .map(({ member, was, is }) => `${printable(member)}: ${shortened(was)} -> ${shortened(is)}`)
    .join(', ');
}

const textOf = (value: unknown): string => (value === undefined ? '-' : JSON.stringify(value));

const shortened = (text: string): string =>
  printable(text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text);
