import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { call, type Query } from './client.ts';
import type { Page } from './types.ts';

/** Pages of a list resource, fetched one after the other by cursor. */
export function pagesOf<T>(path: string, query: Query = {}, limit = 100) {
  return infiniteQueryOptions({
    queryKey: [path, { ...query, limit }],
    queryFn: ({ pageParam, signal }) =>
      call<Page<T>>('GET', path, { query: { ...query, limit, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export interface List<T> {
  /** Undefined until the first page is there. */
  readonly rows: readonly T[] | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly loadingMore: boolean;
}

/** A list resource as rows so far and a way to get more of them. */
export function useList<T>(options: ReturnType<typeof pagesOf<T>>, settings: ListSettings = {}): List<T> {
  const query = useInfiniteQuery({ ...options, ...settings });
  return {
    rows: query.data?.pages.flatMap((page) => page.items),
    error: query.error,
    retry: () => void query.refetch(),
    hasMore: query.hasNextPage,
    more: () => void query.fetchNextPage(),
    loadingMore: query.isFetchingNextPage,
  };
}

interface ListSettings {
  readonly enabled?: boolean;
  readonly refetchInterval?: number;
}
