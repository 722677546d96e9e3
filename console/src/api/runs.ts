import { queryOptions } from '@tanstack/react-query';
import { call, path } from './client.ts';
import { pagesOf } from './pages.ts';
import type { PreviewRow, RejectedRow, Run, RunRequest, RunStatus } from './types.ts';

const FINAL: readonly RunStatus[] = ['completed', 'failed', 'canceled'];

export const isFinal = (run: Run) => FINAL.includes(run.status);

export const runsQuery = (meter?: string) => pagesOf<Run>(path('runs'), { meter }, 50);

/** A run, followed twice a second until it has ended. */
export const runQuery = (run: string) =>
  queryOptions({
    queryKey: [path('runs', run)],
    queryFn: ({ signal }) => call<Run>('GET', path('runs', run), { signal }),
    refetchInterval: ({ state }) => (state.data && isFinal(state.data) ? false : 500),
  });

export const startRun = (meter: string, request: RunRequest) =>
  call<Run>('POST', path('meters', meter, 'runs'), { json: request });

export const stopRun = (run: string, force: boolean) =>
  call<Run>('POST', path('runs', run, 'stop'), { json: { force } });

/** Of a dry run that has ended: totals per account, before and after. */
export const previewQuery = (run: string) => pagesOf<PreviewRow>(path('runs', run, 'preview'));

export const rejectedQuery = (run: string) => pagesOf<RejectedRow>(path('runs', run, 'rejected'), {}, 50);

/** Uploads a file for an upload source; a file of that name is replaced. */
export const putFile = (name: string, file: Blob) =>
  call<unknown>('PUT', path('files', name), { body: file, contentType: 'application/octet-stream' });
