import { queryOptions } from '@tanstack/react-query';
import { call, download, path } from './client.ts';
import { pagesOf } from './pages.ts';
import type { Backfill } from './types.ts';

export const backfillsQuery = (store: string) => pagesOf<Backfill>(path('event-stores', store, 'backfills'));

export const isSettled = ({ status }: Backfill) => status !== 'running' && status !== 'reverting';

export const backfillQuery = (backfill: string) =>
  queryOptions({
    queryKey: [path('backfills', backfill)],
    queryFn: ({ signal }) => call<Backfill>('GET', path('backfills', backfill), { signal }),
    refetchInterval: ({ state }) => (state.data && !isSettled(state.data) ? 500 : false),
  });

/** The CSV header that a file of events to delete must have. */
export const deleteTemplate = (store: string) =>
  download(path('event-stores', store, 'backfills', 'template'));

export const previewDelete = (store: string, file: Blob) =>
  call<Backfill>('POST', path('event-stores', store, 'backfills'), {
    query: { kind: 'delete' },
    body: file,
    contentType: 'text/csv',
  });

export const confirmBackfill = (backfill: string, reconcile: boolean) =>
  call<Backfill>('POST', path('backfills', backfill, 'confirm'), { json: { reconcile } });
