import { queryOptions } from '@tanstack/react-query';
import { call, path } from './client.ts';
import { pagesOf } from './pages.ts';
import type { Meter } from './types.ts';

export const metersQuery = () => pagesOf<Meter>(path('meters'), {}, 1000);

export const meterQuery = (meter: string) =>
  queryOptions({
    queryKey: [path('meters', meter)],
    queryFn: ({ signal }) => call<Meter>('GET', path('meters', meter), { signal }),
    // Its status follows its runs, whoever started them.
    refetchInterval: 3_000,
  });
