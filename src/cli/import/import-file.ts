// Owns importing one file of any format, with progress and a summary.
import type { WeirClient } from '../client.ts';
import type { Output } from '../output/output.ts';
import { Progress } from '../output/progress.ts';
import { importLines } from './import-lines.ts';
import { importWhole } from './import-whole.ts';
import type { Rejects } from './rejects.ts';
import type { ImportRequest, ImportStep, ImportSummary } from './types.ts';

/** Imports the file; rejected events go to `rejects` and do not stop it. */
export async function importFile(
  client: WeirClient,
  request: ImportRequest,
  rejects: Rejects,
  output: Output,
): Promise<ImportSummary> {
  const { file } = request;
  const progress = new Progress(output, file.name);
  const started = performance.now();
  const lines = file.format === 'csv' || file.format === 'ndjson';
  let sum = { accepted: 0, duplicates: 0, replaced: 0, rejected: 0 };
  const firstBefore = rejects.first.length;
  try {
    for await (const step of (lines ? importLines : importWhole)(client, request)) {
      sum = added(sum, step);
      await rejects.add(step.rejected, step.rejects);
      progress.show(
        progressState(step.bytesRead / file.sizeBytes, eventsOf(sum), performance.now() - started),
      );
    }
  } finally {
    progress.clear();
  }
  return {
    file: file.name,
    format: file.format,
    events: eventsOf(sum),
    ...sum,
    firstRejected: rejects.first.slice(firstBefore),
  };
}

type Sum = Pick<ImportSummary, 'accepted' | 'duplicates' | 'replaced' | 'rejected'>;

function added(sum: Sum, step: ImportStep): Sum {
  return {
    accepted: sum.accepted + step.accepted,
    duplicates: sum.duplicates + step.duplicates,
    replaced: sum.replaced + step.replaced,
    rejected: sum.rejected + step.rejected,
  };
}

function eventsOf(sum: Sum): number {
  return sum.accepted + sum.duplicates + sum.replaced + sum.rejected;
}

function progressState(fraction: number, rows: number, elapsedMs: number): Parameters<Progress['show']>[0] {
  return {
    fraction,
    rows,
    rowsPerSecond: elapsedMs > 0 ? (rows * 1_000) / elapsedMs : undefined,
    secondsLeft: fraction > 0 ? ((elapsedMs / fraction) * (1 - fraction)) / 1_000 : undefined,
  };
}
