// Owns the calls that show a store as a whole: the histogram over event time, the export.
import { z } from 'zod';
import { isTimeZone } from '../definitions/index.ts';
import { WeirError } from '../errors.ts';
import { readTimeRange } from '../stores/index.ts';
import type { OpenStore } from '../stores/index.ts';
import { download, rawAnswer } from './answers.ts';
import { endpoint } from './endpoint.ts';
import { rangeQuery } from './events-read.ts';
import { count, idParams, instant } from './parameters.ts';

const EXPORT_TYPES = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
} as const;

const histogramSchema = z
  .strictObject({
    buckets: z.array(
      z.strictObject({
        from: instant,
        to: instant,
        count,
        group: z.string().nullable().optional().meta({ description: 'Value of the `groupBy` field.' }),
      }),
    ),
  })
  .meta({ id: 'Histogram' });

const timeZone = z
  .string()
  .refine(isTimeZone, { error: 'Not a known time zone.', params: { code: 'TIME_ZONE_UNKNOWN' } });

function requireField(store: OpenStore, name: string): void {
  if (store.table.columns.some((column) => column.name === name)) return;
  const message = `'${name}' is not a field of '${store.name}'.`;
  const problems = [{ pointer: '/query/groupBy', code: 'EVENT_FIELD_NOT_FOUND', message }];
  throw new WeirError('invalid', 'EVENT_FIELD_NOT_FOUND', message, { problems });
}

const tags = ['Event stores'];

export const eventsOverviewEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/event-stores/{id}/histogram',
    role: 'viewer',
    summary: 'Count events per span of event time',
    tags,
    params: idParams,
    query: z.strictObject({
      ...rangeQuery,
      bucket: z.enum(['minute', 'hour', 'day', 'month']).default('day'),
      timeZone: timeZone.optional().meta({ description: 'Zone of the spans; default that of the store.' }),
      groupBy: z.string().optional().meta({ description: 'A field: counts per value of it.' }),
    }),
    answers: { 200: histogramSchema },
    handle: async ({ params, query }, weir) => {
      const store = await weir.stores.open(params.id);
      if (query.groupBy !== undefined) requireField(store, query.groupBy);
      const zone = query.timeZone ?? store.timeZone;
      const buckets = await weir.events.histogram(store.table, {
        range: readTimeRange(query, zone),
        bucket: query.bucket,
        timeZone: zone,
        ...(query.groupBy === undefined ? {} : { groupBy: query.groupBy }),
      });
      return { buckets };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/event-stores/{id}/export',
    role: 'viewer',
    summary: 'Export events as a file of any size, by event time',
    description:
      'Of one moment. NDJSON and CSV arrive slice by slice, so a failure may come after the first bytes: the transfer is then broken off, not ended.',
    tags,
    params: idParams,
    query: z.strictObject({ ...rangeQuery, format: z.enum(['ndjson', 'csv', 'parquet']).default('ndjson') }),
    answers: { 200: rawAnswer(Object.values(EXPORT_TYPES), 'The events.') },
    handle: async ({ params, query, signal }, weir) => {
      const store = await weir.stores.open(params.id);
      const range = readTimeRange(query, store.timeZone);
      const bytes = weir.events.exportEvents(store.table, range, query.format, signal);
      return download(`${store.name}.${query.format}`, EXPORT_TYPES[query.format], bytes);
    },
  }),
];
