// Owns `weir backfill`: reviewed changes of what a store holds, previewed before they are confirmed.
import { createInterface } from 'node:readline/promises';
import { Option, type Command } from 'commander';
import type { Backfill } from './api-types.ts';
import { carryOut, finishRuns, getBackfill, previewFile, previewObject } from './backfill-calls.ts';
import { backfillLines, backfillTable, doneLines, previewLines, revertedLines } from './backfill-report.ts';
import { usageError } from './cli-error.ts';
import { apiPath, type WeirClient } from './client.ts';
import { contextOf, type Context } from './context.ts';
import { FILE_FORMATS, openSourceFile, type FileFormat } from './import/source-file.ts';
import { wholeNumber } from './options.ts';

interface ChangeOptions {
  readonly store: string;
  readonly reason?: string;
  readonly yes?: boolean;
  readonly reconcile?: boolean;
}

interface EventsOptions extends ChangeOptions {
  readonly format?: FileFormat;
  readonly unknown?: 'reject' | 'ignore';
  readonly null?: string;
}

interface RangeOptions extends ChangeOptions {
  readonly from?: string;
  readonly to?: string;
  readonly filter?: readonly string[];
}

interface EraseOptions extends ChangeOptions {
  readonly field: string;
  readonly value: string;
}

const LIST_DEFAULT = 20;

export function addBackfillCommands(program: Command): void {
  const backfill = program.command('backfill').description('reviewed changes of what a store holds');
  const what = 'delete the events that a CSV file names (its header: the event-id fields; 1,000 rows)';
  change(backfill, 'delete <file>', what).action((path: string, options: ChangeOptions, command: Command) =>
    perform(command, options, async (client) =>
      previewFile(client, options.store, await openSourceFile(path, 'csv'), {
        kind: 'delete',
        reason: options.reason,
      }),
    ),
  );
  addEvents(backfill, 'insert', 'write the events of a file whose ids are not in the store');
  addEvents(backfill, 'correct', 'replace the events whose ids are in the store by those of a file');
  change(backfill, 'delete-range', 'delete the events of a time frame, or with certain values')
    .option('--from <time>', 'instant, or date in the zone of the store; inclusive')
    .option('--to <time>', 'instant, exclusive; or date, up to its end')
    .option('--filter <field=value...>', 'only events with these values')
    .action((options: RangeOptions, command: Command) => deleteRange(options, command));
  change(backfill, 'truncate', 'delete all events of the store').action(
    (options: ChangeOptions, command: Command) =>
      perform(command, options, (client) =>
        previewObject(client, options.store, { kind: 'truncate', reason: options.reason }),
      ),
  );
  change(backfill, 'erase', 'blank the events of one subject, for good: they stay, without their fields')
    .requiredOption('--field <field>', 'the field that names the subject')
    .requiredOption('--value <value>', 'its value; it is not kept')
    .action((options: EraseOptions, command: Command) => {
      const { field, value, reason } = options;
      return perform(command, options, (client) =>
        previewObject(client, options.store, { kind: 'erase', field, value, reason }),
      );
    });
  addLifeCommands(backfill);
}

function change(backfill: Command, words: string, what: string): Command {
  return backfill
    .command(words)
    .description(what)
    .requiredOption('--store <store>', 'the event store')
    .option('--reason <text>', 'why; kept with the backfill')
    .option('--yes', 'do it without asking')
    .option('--reconcile', 'evaluate the usage records that depend on them, at once');
}

function addEvents(backfill: Command, kind: 'insert' | 'correct', what: string): void {
  change(backfill, `${kind} <file>`, what)
    .addOption(
      new Option('--format <format>', 'the format, if its first bytes mislead').choices(
        FILE_FORMATS.filter((format) => format !== 'parquet'),
      ),
    )
    .addOption(
      new Option('--unknown <what>', 'fields that the definition lacks').choices(['reject', 'ignore']),
    )
    .option('--null <text>', 'the text that means "no value" in CSV')
    .action((path: string, options: EventsOptions, command: Command) =>
      perform(command, options, async (client) => {
        const file = await openSourceFile(path, options.format);
        const { reason, unknown, null: nullText } = options;
        const query = { kind, reason, unknown, null: nullText, file: file.name };
        return previewFile(client, options.store, file, query);
      }),
    );
}

function addLifeCommands(backfill: Command): void {
  backfill
    .command('list')
    .description('the latest backfills of a store')
    .requiredOption('--store <store>', 'the event store')
    .option('--limit <n>', 'how many', wholeNumber(1, 100_000), LIST_DEFAULT)
    .action(async ({ store, limit }: { store: string; limit: number }, command: Command) => {
      const { client, output } = contextOf(command);
      const path = apiPath`/v1/event-stores/${store}/backfills`;
      const backfills = await client.upTo<Backfill>(path, {}, limit);
      output.result(backfills, () => backfillTable(backfills));
    });
  backfill
    .command('show <backfill>')
    .description('one backfill: what it found, what it did, who did it and why')
    .action(async (id: string, _options: object, command: Command) => {
      const { client, output } = contextOf(command);
      const found = await getBackfill(client, id);
      output.result(found, () => backfillLines(found));
    });
  backfill
    .command('confirm <backfill>')
    .description('carry out a backfill that was previewed, or go on with one that failed')
    .option('--reconcile', 'evaluate the usage records that depend on it, at once')
    .action(async (id: string, options: { reconcile?: boolean }, command: Command) =>
      confirm(contextOf(command), id, options.reconcile === true),
    );
  backfill
    .command('revert <backfill>')
    .description('undo a backfill: events that are as it left them get their former version back')
    .option('--yes', 'do it without asking')
    .option('--reconcile', 'evaluate the usage records that depend on it, at once')
    .action(revert);
  backfill
    .command('discard <backfill>')
    .description('forget a backfill that is only previewed')
    .action(async (id: string, _options: object, command: Command) => {
      const { client, output } = contextOf(command);
      await client.send({ method: 'DELETE', path: apiPath`/v1/backfills/${id}` });
      output.result({ id, discarded: true }, () => [`${id} is forgotten`]);
    });
}

async function deleteRange(options: RangeOptions, command: Command): Promise<void> {
  const filter = Object.fromEntries(
    (options.filter ?? []).map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw usageError(`"${text}" is no filter: FIELD=VALUE is expected`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
  const { from, to, reason } = options;
  const given = { kind: 'delete-range', from, to, reason };
  const input = Object.keys(filter).length === 0 ? given : { ...given, filter };
  await perform(command, options, (client) => previewObject(client, options.store, input));
}

/** Previews, asks, confirms. */
async function perform(
  command: Command,
  options: ChangeOptions,
  preview: (client: WeirClient) => Promise<Backfill>,
): Promise<void> {
  const context = contextOf(command);
  const { client, output } = context;
  const previewed = await preview(client);
  for (const line of previewLines(previewed)) output.note(line);
  if (!(await agreed(context, options.yes, 'do this? [y/N] '))) {
    output.result(previewed, () => [
      `nothing was changed; confirm with --yes, or later: weir backfill confirm ${previewed.id}`,
    ]);
    return;
  }
  await confirm(context, previewed.id, options.reconcile === true);
}

async function confirm({ client, output }: Context, id: string, reconcile: boolean): Promise<void> {
  const done = await carryOut(client, output, id, 'confirm', reconcile);
  const runs = await finishRuns(client, output, done);
  output.result({ ...done, runResults: runs }, () => doneLines(done, runs));
}

async function revert(
  id: string,
  options: { readonly yes?: boolean; readonly reconcile?: boolean },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const { client, output } = context;
  const known = await getBackfill(client, id);
  for (const line of backfillLines(known)) output.note(line);
  if (!(await agreed(context, options.yes, 'undo this? [y/N] '))) {
    output.result(known, () => ['nothing was undone; do it with --yes']);
    return;
  }
  const done = await carryOut(client, output, id, 'revert', options.reconcile === true);
  const runs = await finishRuns(client, output, done, known.runs?.length);
  output.result({ ...done, runResults: runs }, () => revertedLines(done, runs));
}

/** Without a terminal nobody can be asked: then only `--yes` agrees. */
async function agreed({ output }: Context, yes: boolean | undefined, question: string): Promise<boolean> {
  if (yes === true) return true;
  if (output.json || !process.stdin.isTTY) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(question)).trim());
  } finally {
    prompt.close();
  }
}
