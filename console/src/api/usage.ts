import { queryOptions } from '@tanstack/react-query';
import { call, download, path, type Query } from './client.ts';
import { pagesOf } from './pages.ts';
import type { LineageEvent, UsageRecord, UsageRevision } from './types.ts';

export interface UsageFilter {
  readonly meter?: string | undefined;
  readonly account?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly state?: string | undefined;
}

export const usageQuery = (filter: UsageFilter) => pagesOf<UsageRecord>(path('usage-records'), { ...filter });

export const usageRecordQuery = (record: string) =>
  queryOptions({
    queryKey: [path('usage-records', record)],
    queryFn: ({ signal }) => call<UsageRecord>('GET', path('usage-records', record), { signal }),
  });

export const historyQuery = (record: string) =>
  pagesOf<UsageRevision>(path('usage-records', record, 'history'));

export const lineageQuery = (record: string) =>
  pagesOf<LineageEvent>(path('usage-records', record, 'events'), {}, 50);

export const exportUsage = (query: Query) => download(path('usage-records', 'export'), query);
