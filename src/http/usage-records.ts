// Owns the calls for usage records: lists, revisions, the events behind a figure, export.
import { z } from 'zod';
import type { Services } from '../services.ts';
import { readTimeRange } from '../stores/index.ts';
import type { UsageRecord } from '../usage/index.ts';
import { download, rawAnswer, reply } from './answers.ts';
import { endpoint } from './endpoint.ts';
import { rangeQuery } from './events-read.ts';
import { decodeCursor, listOf, listQuery, page } from './lists.ts';
import { count, flag, idParams, instant, reference } from './parameters.ts';
import { lineageEvents } from './lineage-events.ts';

const quantity = z.string().meta({ description: 'Canonical decimal text, exact.' });

const recordShape = {
  id: z.string(),
  meter: z.string().meta({ description: 'Id of the meter.' }),
  meterName: z.string(),
  accountNumber: z.string().nullable(),
  subscriptionNumber: z.string().nullable(),
  chargeNumber: z.string().nullable(),
  quantity,
  unitOfMeasure: z.string().nullable(),
  startDateTime: instant.nullable(),
  endDateTime: instant.nullable().meta({ description: 'Exclusive.' }),
  timeZone: z.string().nullable(),
  description: z.string().nullable(),
  uniqueKey: z.string().meta({ description: 'JSON text; identifies the record among those of its target.' }),
  custom: z.record(z.string(), z.string().nullable()).nullable(),
  revision: count,
  previousQuantity: quantity.nullable(),
  state: z.enum(['current', 'retracted']),
  final: z.boolean().meta({ description: 'Whether its window was over as of its run.' }),
  run: z.string(),
  reason: z.string(),
  at: instant,
  changeNumber: count,
};
const recordSchema = z.strictObject(recordShape).meta({ id: 'UsageRecord' });

const revisionSchema = z
  .strictObject({
    revision: recordShape.revision,
    quantity: recordShape.quantity,
    previousQuantity: recordShape.previousQuantity,
    state: recordShape.state,
    run: recordShape.run,
    reason: recordShape.reason,
    at: recordShape.at,
    changeNumber: recordShape.changeNumber,
  })
  .meta({ id: 'UsageRevision' });

const lineageSchema = z.strictObject({
  store: z.string(),
  storeName: z.string(),
  eventId: z.string(),
  eventTime: instant,
  ingestSequence: z.string(),
  fields: z.record(z.string(), z.unknown()),
});

const filterQuery = {
  meter: reference.optional(),
  account: z.string().optional().meta({ description: 'Account number.' }),
  ...rangeQuery,
  state: z.enum(['current', 'retracted']).optional(),
};

/** Period bounds of the query as canonical instants. */
function withRange<Q extends { from?: string | undefined; to?: string | undefined }>(query: Q): Q {
  return { ...query, from: undefined, to: undefined, ...readTimeRange(query, 'UTC') };
}

const revisionOf = ({
  revision,
  quantity,
  previousQuantity,
  state,
  run,
  reason,
  at,
  changeNumber,
}: UsageRecord) => ({
  revision,
  quantity,
  previousQuantity,
  state,
  run,
  reason,
  at,
  changeNumber,
});

const tags = ['Usage records'];
const idCursor = z.tuple([z.string()]);
const lineageCursor = z.tuple([z.string(), z.string().regex(/^\d{1,19}$/u)]);

const CONTENT_TYPES = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
} as const;

export const usageRecordEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/usage-records',
    role: 'viewer',
    summary: 'List usage records',
    description: '`from` and `to` select records whose period starts in between.',
    tags,
    query: z.strictObject({ ...filterQuery, ...listQuery }),
    answers: { 200: listOf(recordSchema) },
    handle: async ({ query: { limit, cursor, ...filter } }, weir) => {
      const after = decodeCursor(cursor, idCursor)?.[0];
      const rows = await weir.usage.list(withRange(filter), limit + 1, after);
      return page(
        rows,
        limit,
        (record) => record,
        (record) => [record.id],
      );
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/usage-records/export',
    role: 'viewer',
    summary: 'Export usage records',
    description:
      'The current revisions; or with `changesSince`, a change number or the `Weir-Next-Cursor` of the export before, every revision since in the order of changes, retractions with quantity 0.',
    tags,
    query: z.strictObject({
      ...filterQuery,
      format: z.enum(['ndjson', 'csv', 'parquet']).default('csv'),
      changesSince: z.string().optional(),
      final: flag.optional(),
    }),
    answers: {
      200: rawAnswer(Object.values(CONTENT_TYPES), 'The file; the header Weir-Next-Cursor continues it.'),
    },
    handle: async ({ query: { format, ...filter }, signal }, weir: Services) => {
      const { bytes, nextCursor } = await weir.usage.export(withRange(filter), format, signal);
      const file = download(`usage-records.${format}`, CONTENT_TYPES[format], bytes);
      Object.assign(file.headers, { 'weir-next-cursor': nextCursor });
      return file;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/usage-records/{id}',
    role: 'viewer',
    summary: 'Get a usage record',
    tags,
    params: idParams,
    answers: { 200: recordSchema },
    handle: ({ params }, weir) => weir.usage.get(params.id),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/usage-records/{id}/history',
    role: 'viewer',
    summary: 'List the revisions of a usage record, newest first',
    tags,
    params: idParams,
    answers: { 200: listOf(revisionSchema) },
    handle: async ({ params }, weir) => ({
      items: (await weir.usage.history(params.id)).map(revisionOf),
      nextCursor: null,
    }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/usage-records/{id}/events',
    role: 'viewer',
    summary: 'List the events behind a usage record',
    tags,
    params: idParams,
    query: z.strictObject(listQuery),
    answers: { 200: listOf(lineageSchema) },
    handle: async ({ params, query }, weir) => {
      const place = decodeCursor(query.cursor, lineageCursor);
      const after = place && { storeId: place[0], sequence: BigInt(place[1]) };
      const found = await weir.usage.events(params.id, query.limit + 1, after);
      const shown = page(
        found,
        query.limit,
        (event) => event,
        (event) => [event.storeId, event.sequence.toString()],
      );
      return reply(200, { ...shown, items: await lineageEvents(weir, shown.items) });
    },
  }),
];
