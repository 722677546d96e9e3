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

/** A backfill by a file: what happens to its events (delete: to the events with its ids). */
export const previewFile = (
  store: string,
  query: { readonly kind: string; readonly reason: string },
  file: Blob,
  contentType: string,
) => call<Backfill>('POST', path('event-stores', store, 'backfills'), { query, body: file, contentType });

/** A backfill by a condition, such as `{kind: 'delete-range', from, to, filter}`. */
export const previewCondition = (store: string, condition: object) =>
  call<Backfill>('POST', path('event-stores', store, 'backfills'), { json: condition });

export const confirmBackfill = (backfill: string, reconcile: boolean) =>
  call<Backfill>('POST', path('backfills', backfill, 'confirm'), { json: { reconcile } });

export const revertBackfill = (backfill: string, reconcile: boolean) =>
  call<Backfill>('POST', path('backfills', backfill, 'revert'), { json: { reconcile } });
