// Owns the calls of the command line about backfills: sending a preview, confirming, reverting, waiting.
import type { Backfill, Run } from './api-types.ts';
import { CliError } from './cli-error.ts';
import { apiPath, type Query, type WeirClient } from './client.ts';
import type { FileFormat, SourceFile } from './import/source-file.ts';
import type { Output } from './output/output.ts';
import { Progress } from './output/progress.ts';
import { finishRun } from './run-report.ts';
import { waitFor } from './wait.ts';

const CONTENT_TYPES: Readonly<Record<Exclude<FileFormat, 'parquet'>, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  xml: 'application/xml',
  avro: 'application/avro',
};

/** Sends a file of ids or events and gets the preview; nothing changes yet. */
export function previewFile(
  client: WeirClient,
  store: string,
  file: Pick<SourceFile, 'path' | 'format' | 'chunks'>,
  query: Query,
): Promise<Backfill> {
  const { format } = file;
  if (format === 'parquet') throw new CliError(`${file.path}: a backfill does not read Parquet`);
  return client.json<Backfill>({
    method: 'POST',
    path: apiPath`/v1/event-stores/${store}/backfills`,
    query,
    contentType: CONTENT_TYPES[format],
    body: () => ReadableStream.from(file.chunks()) as ReadableStream<Uint8Array>,
  });
}

/** The same for a kind that is told by an object. */
export const previewObject = (client: WeirClient, store: string, input: object): Promise<Backfill> =>
  client.post<Backfill>(apiPath`/v1/event-stores/${store}/backfills`, input);

export const getBackfill = (client: WeirClient, id: string): Promise<Backfill> =>
  client.get<Backfill>(apiPath`/v1/backfills/${id}`);

/** Confirms or reverts and waits until that is done; throws if it failed. */
export async function carryOut(
  client: WeirClient,
  output: Output,
  id: string,
  step: 'confirm' | 'revert',
  reconcile: boolean,
): Promise<Backfill> {
  const path = apiPath`/v1/backfills/${id}`;
  const started = await client.post<Backfill>(`${path}/${step}`, { reconcile });
  const progress = new Progress(output, `backfill ${step}`);
  const isEnded = ({ status }: Backfill): boolean => status !== 'running' && status !== 'reverting';
  try {
    const read = (): Promise<Backfill> => getBackfill(client, id);
    const done = await waitFor(read, started, isEnded, (now) => progress.show(progressOf(now)));
    if (done.status !== 'failed') return done;
    throw new CliError(`the backfill failed: ${done.error?.message ?? 'the server gave no reason'}`, {
      code: done.error?.code ?? 'BACKFILL_FAILED',
    });
  } finally {
    progress.clear();
  }
}

function progressOf({ status, counts }: Backfill): Parameters<Progress['show']>[0] {
  const { deleted = 0, inserted = 0, replaced = 0, erased = 0, reverted = 0 } = counts;
  const { matched, notFound, former = 0 } = counts;
  const rows = status === 'reverting' ? reverted : deleted + inserted + replaced + erased;
  const all = status === 'reverting' ? deleted + inserted + replaced : Math.max(matched + former, notFound);
  return {
    fraction: all === 0 ? undefined : rows / all,
    rows,
    rowsPerSecond: undefined,
    secondsLeft: undefined,
  };
}

/** Waits for the runs that a backfill has started, but for the first `skip` of them. */
export async function finishRuns(
  client: WeirClient,
  output: Output,
  { runs: ids = [] }: Backfill,
  skip = 0,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const id of ids.slice(skip)) {
    const run = await client.get<Run>(apiPath`/v1/runs/${id}`);
    runs.push(await finishRun(client, output, run));
  }
  return runs;
}
