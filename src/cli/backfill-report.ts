// Owns what the command line says of a backfill: what its preview found, what it did, what a revert undid.
import pc from 'picocolors';
import type { Backfill, Run } from './api-types.ts';
import { countOf, countText } from './output/decimal-text.ts';
import { printable, tableLines } from './output/table.ts';
import { instantText } from './output/times.ts';
import { resultText } from './run-report.ts';

const listed_max = 10;

/** What would happen, before it is confirmed. */
export function previewLines(backfill: Backfill): string[] {
  const { counts, notFound, alreadyThere = [], usageRecordsAffected } = backfill;
  return [
    foundText(backfill),
    ...listLines('not found', notFound, counts.notFound),
    ...listLines('there already, left alone', alreadyThere, counts.matched),
    `usage that depends on them: ${countOf(usageRecordsAffected, 'record')}`,
  ];
}

function foundText({ kind, counts }: Backfill): string {
  const matched = pc.bold(countText(counts.matched));
  const read = `${countOf(counts.input, 'row')}, ${countOf(counts.unique, 'distinct id')}`;
  switch (kind) {
    case 'insert':
      return `${read}: ${pc.bold(countText(counts.notFound))} new, ${countText(counts.matched)} there already`;
    case 'correct':
      return `${read}: ${matched} found (${countText(counts.unchanged ?? 0)} of them as they are), ${countText(counts.notFound)} not found`;
    case 'delete':
      return `${read}: ${matched} found, ${countText(counts.notFound)} not found`;
    case 'erase':
      return `${pc.bold(countOf(counts.matched, 'event'))} and ${countOf(counts.former ?? 0, 'former version')} found; erasing them cannot be undone`;
    default:
      return `${pc.bold(countOf(counts.matched, 'event'))} found`;
  }
}

function listLines(what: string, ids: readonly string[], count: number): string[] {
  const shown = ids.slice(0, listed_max);
  const more = (ids.length === 0 ? 0 : count) - shown.length;
  return [
    ...shown.map((id) => `  ${what}: ${printable(id)}`),
    ...(more > 0 ? [`  and ${countText(more)} more`] : []),
  ];
}

/** What was done by a confirmation, and by the runs that followed it. */
export function doneLines(backfill: Backfill, runs: readonly Run[]): string[] {
  const { counts, id, changedSincePreview = [] } = backfill;
  const what = [
    ...(counts.deleted ? [`${countOf(counts.deleted, 'event')} deleted`] : []),
    ...(counts.inserted ? [`${countOf(counts.inserted, 'event')} inserted`] : []),
    ...(counts.replaced ? [`${countOf(counts.replaced, 'event')} corrected`] : []),
    ...(counts.erased ? [`${countOf(counts.erased, 'version')} erased`] : []),
  ];
  return [
    `${what.length === 0 ? 'nothing changed' : what.join(', ')} (${id})`,
    ...listLines(
      'changed since the preview, left alone',
      changedSincePreview,
      counts.changedSincePreview ?? 0,
    ),
    ...runs.map(runLine),
  ];
}

export function revertedLines(backfill: Backfill, runs: readonly Run[]): string[] {
  const { counts, id, conflicts = [] } = backfill;
  return [
    `${countOf(counts.reverted ?? 0, 'change')} undone (${id})`,
    ...listLines('changed since, left alone', conflicts, counts.conflicts ?? 0),
    ...runs.map(runLine),
  ];
}

const runLine = (run: Run): string => `${run.meterName}: ${run.result ? resultText(run.result) : run.status}`;

/** The backfills of a store as a table. */
export const backfillTable = (backfills: readonly Backfill[]): string[] =>
  tableLines(
    [
      { title: 'backfill' },
      { title: 'kind' },
      { title: 'status' },
      { title: 'events', align: 'right' },
      { title: 'by' },
      { title: 'at' },
      { title: 'reason' },
    ],
    backfills.map(({ id, kind, status, counts, createdBy, createdAt, reason }) => [
      id,
      kind,
      status,
      countText(
        (counts.deleted ?? 0) + (counts.inserted ?? 0) + (counts.replaced ?? 0) + (counts.erased ?? 0),
      ),
      createdBy,
      instantText(createdAt),
      reason ?? '',
    ]),
  );

/** One backfill: what it found and what became of it. */
export function backfillLines(backfill: Backfill): string[] {
  const { id, kind, status, reason, createdBy, confirmedBy, revertedBy, error } = backfill;
  return [
    `${pc.bold(id)}  ${kind}  ${status}`,
    ...(reason === undefined ? [] : [`reason: ${printable(reason)}`]),
    `previewed by ${createdBy}`,
    ...previewLines(backfill),
    ...(confirmedBy === undefined ? [] : [`confirmed by ${confirmedBy}`, ...doneLines(backfill, [])]),
    ...(revertedBy === undefined ? [] : [`reverted by ${revertedBy}`, ...revertedLines(backfill, [])]),
    ...(error === undefined ? [] : [pc.red(`${error.code} ${error.message}`)]),
  ];
}
