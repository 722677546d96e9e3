// Owns following a run to its end and saying what it did; shared by `meter run`, `run show`, `backfill` and
// the demo.
import pc from 'picocolors';
import type { PreviewItem, Run, RunResult, Scope } from './api-types.ts';
import { CliError } from './cli-error.ts';
import { apiPath, type WeirClient } from './client.ts';
import { countText, differenceText, groupDigits } from './output/decimal-text.ts';
import type { Output } from './output/output.ts';
import { Progress } from './output/progress.ts';
import { tableLines } from './output/table.ts';
import { instantText } from './output/times.ts';
import { waitFor } from './wait.ts';

const FINAL_STATUSES = new Set(['completed', 'failed', 'canceled']);

export function isFinalRun(run: Run): boolean {
  return FINAL_STATUSES.has(run.status);
}

/** Follows the run with its progress until it has ended; throws if it did not complete. */
export async function finishRun(client: WeirClient, output: Output, started: Run): Promise<Run> {
  const progress = new Progress(output, `${started.meterName} ${started.mode}`);
  const read = (): Promise<Run> => client.get<Run>(apiPath`/v1/runs/${started.id}`);
  try {
    const done = await waitFor(read, started, isFinalRun, (run) => progress.show(progressState(run)));
    // The answer that started it may already be final, but is not promised to be complete.
    const full = done === started ? await read() : done;
    if (full.status !== 'completed') throw runFailure(full);
    return full;
  } finally {
    progress.clear();
  }
}

function progressState({ progress }: Run): Parameters<Progress['show']>[0] {
  const { slicesDone = 0, slicesTotal, rowsRead = 0, rowsPerSecond, secondsLeft } = progress ?? {};
  return {
    fraction:
      slicesTotal === undefined || slicesTotal === null || slicesTotal === 0
        ? undefined
        : slicesDone / slicesTotal,
    rows: rowsRead,
    rowsPerSecond: rowsPerSecond ?? undefined,
    secondsLeft: secondsLeft ?? undefined,
  };
}

function runFailure(run: Run): CliError {
  const { code, detail } = run.error ?? {};
  return new CliError(`run ${run.id} ${run.status}${detail === undefined ? '' : `: ${detail}`}`, {
    code: code ?? 'RUN_NOT_COMPLETED',
  });
}

/** `60 new, 0 revised, 0 retracted, 0 unchanged`; frozen and pinned only if there are any. */
export function resultText(result: RunResult): string {
  const always: [number, string][] = [
    [result.inserted, 'new'],
    [result.revised, 'revised'],
    [result.retracted, 'retracted'],
    [result.unchanged, 'unchanged'],
  ];
  const sometimes: [number, string][] = [
    [result.frozen, 'frozen'],
    [result.pinned, 'pinned'],
  ];
  return [...always, ...sometimes.filter(([count]) => count > 0)]
    .map(([count, word]) => `${countText(count)} ${word}`)
    .join(', ');
}

export function runLines(run: Run): string[] {
  const status = run.status === 'completed' ? pc.green(run.status) : pc.yellow(run.status);
  return [
    `${pc.bold(run.id)}  ${run.meterName} version ${run.version}  ${run.mode}${run.dryRun === true ? ' (preview)' : ''}  ${status}`,
    `scope: ${scopeText(run.scope)}`,
    // Only where whole windows or records made it larger is there something to say.
    ...(run.effectiveScope && run.scope.kind !== 'all'
      ? [`evaluated: ${rangeText(run.effectiveScope)}`]
      : []),
    ...ingestedLines(run),
    ...nodeLines(run),
    ...(run.result ? [`result: ${resultText(run.result)}`] : []),
    ...(hasRejected(run) ? [pc.dim(`see what was rejected: weir run rejected ${run.id}`)] : []),
    ...(run.error ? [pc.red(`${run.error.code} ${run.error.detail}`)] : []),
  ];
}

function hasRejected({ nodes = [], ingested = [] }: Run): boolean {
  return [...nodes, ...ingested].some(({ rejected }) => rejected > 0);
}

function scopeText(scope: Scope): string {
  if (scope.kind === 'all') return 'all time';
  return 'startDate' in scope ? `${scope.startDate} to ${scope.endDate}, whole days` : rangeText(scope);
}

function rangeText({ from, to }: { readonly from: string | null; readonly to: string | null }): string {
  return `from ${from === null ? 'the beginning' : instantText(from)} to ${to === null ? 'the end' : instantText(to)}`;
}

function ingestedLines({ ingested = [] }: Run): string[] {
  const kinds = ['accepted', 'duplicates', 'replaced', 'rejected'] as const;
  return ingested.map(
    (file) => `file into ${file.node}: ${kinds.map((kind) => `${countText(file[kind])} ${kind}`).join(', ')}`,
  );
}

function nodeLines(run: Run): string[] {
  const nodes = run.nodes ?? [];
  if (nodes.length === 0) return [];
  const counts = ['in', 'out', 'dropped', 'rejected'] as const;
  return tableLines(
    [{ title: 'component' }, ...counts.map((title) => ({ title, align: 'right' as const }))],
    nodes.map((node) => [node.id, ...counts.map((count) => countText(node[count] ?? 0))]),
  );
}

/** All figures of a preview. */
export async function previewOf(client: WeirClient, runId: string): Promise<PreviewItem[]> {
  const items: PreviewItem[] = [];
  for await (const item of client.items<PreviewItem>(apiPath`/v1/runs/${runId}/preview`)) items.push(item);
  return items;
}

/** What would change, per account; accounts that stay as they are are only counted. */
export function previewLines(items: readonly PreviewItem[], run: Run): string[] {
  const changed = items.filter((item) => item.inserted + item.revised + item.retracted > 0);
  const table = tableLines(
    [
      { title: 'account' },
      { title: 'unit' },
      { title: 'before', align: 'decimal' },
      { title: 'after', align: 'decimal' },
      { title: 'difference', align: 'decimal' },
    ],
    changed.map(({ accountNumber, unitOfMeasure, before, after }) => [
      accountNumber ?? '-',
      unitOfMeasure ?? '-',
      groupDigits(before ?? '0'),
      groupDigits(after ?? '0'),
      differenceText(before, after),
    ]),
  );
  return [
    ...(changed.length === 0 ? [] : table),
    ...(run.result ? [`would be: ${resultText(run.result)}`] : []),
    pc.dim('a preview: nothing was written'),
  ];
}
