// Owns `weir backfill`: deleting the events that a file of ids names, previewed before it is confirmed.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import pc from 'picocolors';
import type { Backfill, Run } from './api-types.ts';
import { CliError } from './cli-error.ts';
import { apiPath, type WeirClient } from './client.ts';
import { contextOf, type Context } from './context.ts';
import { countOf, countText } from './output/decimal-text.ts';
import { printable } from './output/table.ts';
import { finishRun, resultText } from './run-report.ts';
import { waitFor } from './wait.ts';

interface DeleteOptions {
  readonly store: string;
  readonly yes?: boolean;
  readonly reconcile?: boolean;
}

const listed_max = 10;

export function addBackfillCommands(program: Command): void {
  const backfill = program.command('backfill').description('reviewed changes of what a store holds');
  backfill
    .command('delete <file>')
    .description('delete the events that a CSV file names (its header: the event-id fields; 1,000 rows)')
    .requiredOption('--store <store>', 'the event store')
    .option('--yes', 'delete without asking')
    .option('--reconcile', 'evaluate the usage records that depend on them, at once')
    .action((file: string, options: DeleteOptions, command: Command) => deleteEvents(file, options, command));
}

async function deleteEvents(path: string, options: DeleteOptions, command: Command): Promise<void> {
  const context = contextOf(command);
  const preview = await previewDelete(context.client, options.store, await readIds(path));
  for (const line of previewLines(preview)) context.output.note(line);
  if (!(await confirmed(context, options))) {
    context.output.result(preview, () => ['nothing was deleted; confirm with --yes']);
    return;
  }
  const done = await confirmDelete(context.client, preview.id, options.reconcile === true);
  const runs: Run[] = [];
  for (const id of done.runs ?? []) {
    const run = await context.client.get<Run>(apiPath`/v1/runs/${id}`);
    runs.push(await finishRun(context.client, context.output, run));
  }
  context.output.result({ ...done, runResults: runs }, () => doneLines(done, runs));
}

/** The file is small by the server's own limit of 1,000 rows, so it is read whole. */
async function readIds(path: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return Buffer.from(await readFile(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path} cannot be read: ${reason}`, { cause: error });
  }
}

/** Uploads the ids and gets the preview; nothing is deleted yet. */
export function previewDelete(
  client: WeirClient,
  store: string,
  csv: Buffer<ArrayBuffer>,
): Promise<Backfill> {
  return client.json<Backfill>({
    method: 'POST',
    path: apiPath`/v1/event-stores/${store}/backfills`,
    query: { kind: 'delete' },
    contentType: 'text/csv',
    body: () => csv,
  });
}

/** Confirms and waits until the events are gone; throws if that failed. */
export async function confirmDelete(client: WeirClient, id: string, reconcile: boolean): Promise<Backfill> {
  const started = await client.post<Backfill>(apiPath`/v1/backfills/${id}/confirm`, { reconcile });
  const read = (): Promise<Backfill> => client.get<Backfill>(apiPath`/v1/backfills/${id}`);
  const done = await waitFor(read, started, ({ status }) => status === 'completed' || status === 'failed');
  if (done.status === 'completed') return done;
  throw new CliError(`the backfill failed: ${done.error?.message ?? 'the server gave no reason'}`, {
    code: done.error?.code ?? 'BACKFILL_FAILED',
  });
}

async function confirmed({ output }: Context, options: DeleteOptions): Promise<boolean> {
  if (options.yes === true) return true;
  if (output.json || !process.stdin.isTTY) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question('delete these events? [y/N] ')).trim());
  } finally {
    prompt.close();
  }
}

function previewLines({ counts, notFound = [], usageRecordsAffected }: Backfill): string[] {
  const more = notFound.length - listed_max;
  return [
    `${countOf(counts.input, 'row')}, ${countOf(counts.unique, 'distinct id')}: ` +
      `${pc.bold(countText(counts.matched))} found, ${countText(counts.notFound)} not found`,
    ...notFound.slice(0, listed_max).map((id) => `  not found: ${printable(idText(id))}`),
    ...(more > 0 ? [`  and ${countText(more)} more`] : []),
    ...(typeof usageRecordsAffected === 'number'
      ? [`usage that depends on them: ${countOf(usageRecordsAffected, 'record')}`]
      : []),
  ];
}

function idText(id: unknown): string {
  return typeof id === 'string' ? id : JSON.stringify(id);
}

function doneLines(done: Backfill, runs: readonly Run[]): string[] {
  const changed = done.changedSincePreview ?? [];
  return [
    `${countOf(done.counts.deleted ?? 0, 'event')} deleted (${done.id})`,
    ...changed.map((id) => `  changed since the preview, left alone: ${printable(idText(id))}`),
    ...runs.map((run) => `${run.meterName}: ${run.result ? resultText(run.result) : run.status}`),
  ];
}
