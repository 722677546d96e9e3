import { queryOptions } from '@tanstack/react-query';
import { call, path } from './client.ts';
import { pagesOf } from './pages.ts';
import type {
  BucketUnit,
  EventStore,
  EventTrace,
  EventVersion,
  HistogramBucket,
  Page,
  QueryAnswer,
  StoredEvent,
} from './types.ts';

export const storesQuery = () => pagesOf<EventStore>(path('event-stores'), {}, 1000);

export const storeQuery = (store: string) =>
  queryOptions({
    queryKey: [path('event-stores', store)],
    queryFn: ({ signal }) => call<EventStore>('GET', path('event-stores', store), { signal }),
    // What others write shows without a reload; a store that is being changed is followed closely.
    refetchInterval: ({ state }) => (state.data && state.data.status.activity !== 'idle' ? 1_000 : 10_000),
  });

export interface StoreDraft {
  readonly name: string;
  readonly eventDefinition: string;
  readonly timeZone?: string;
  /** Whole days that events stay; null or absent: without end. */
  readonly retentionDays?: number | null;
}

export const createStore = (draft: StoreDraft) =>
  call<EventStore>('POST', path('event-stores'), { json: draft });

/** Replaces the settings of a store. */
export const updateStore = (store: string, draft: StoreDraft) =>
  call<EventStore>('PUT', path('event-stores', store), { json: draft });

export const deleteStore = (store: string) => call<void>('DELETE', path('event-stores', store));

/** A half-open frame of event time; either end may be open. */
export interface Frame {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export const eventsQuery = (store: string, frame: Frame, filters: Readonly<Record<string, string>>) =>
  pagesOf<StoredEvent>(
    path('event-stores', store, 'events'),
    {
      ...frame,
      ...Object.fromEntries(Object.entries(filters).map(([field, value]) => [`filter.${field}`, value])),
      order: 'desc',
    },
    50,
  );

export const eventQuery = (store: string, eventId: string) =>
  queryOptions({
    queryKey: [path('event-stores', store, 'events', eventId)],
    queryFn: ({ signal }) =>
      call<StoredEvent>('GET', path('event-stores', store, 'events', eventId), { signal }),
  });

export const eventHistoryQuery = (store: string, eventId: string) =>
  queryOptions({
    queryKey: [path('event-stores', store, 'events', eventId, 'history')],
    queryFn: ({ signal }) =>
      call<Page<EventVersion>>('GET', path('event-stores', store, 'events', eventId, 'history'), { signal }),
  });

export const eventTraceQuery = (store: string, eventId: string) =>
  queryOptions({
    queryKey: [path('event-stores', store, 'events', eventId, 'trace')],
    queryFn: ({ signal }) =>
      call<readonly EventTrace[]>('GET', path('event-stores', store, 'events', eventId, 'trace'), { signal }),
  });

export const queryStore = (store: string, sql: string, signal: AbortSignal) =>
  call<QueryAnswer>('POST', path('event-stores', store, 'queries'), { json: { sql }, signal });

export interface HistogramRequest extends Frame {
  readonly bucket: BucketUnit;
  readonly timeZone: string;
  readonly groupBy?: string | undefined;
}

export const histogramQuery = (store: string, request: HistogramRequest) =>
  queryOptions({
    queryKey: [path('event-stores', store, 'histogram'), request],
    queryFn: ({ signal }) =>
      call<{ buckets: readonly HistogramBucket[] }>('GET', path('event-stores', store, 'histogram'), {
        query: { ...request },
        signal,
      }),
  });
