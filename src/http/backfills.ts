// Owns the calls for backfills.
import { z } from 'zod';
import type { Stored } from '../control-plane/port.ts';
import { BACKFILL_BYTES_MAX, backfills, deleteTemplate } from '../stores/index.ts';
import type { BackfillBody } from '../stores/index.ts';
import { download, rawAnswer } from './answers.ts';
import { rawBody, readText } from './body.ts';
import { endpoint } from './endpoint.ts';
import { listOf, listQuery, pageOfCollection } from './lists.ts';
import { count, idParams, instant } from './parameters.ts';
import { followProgress, progressAnswer } from './progress-stream.ts';

const backfillSchema = z
  .strictObject({
    id: z.string(),
    kind: z.literal('delete'),
    store: z.string(),
    status: z.enum(['previewed', 'running', 'completed', 'failed']),
    counts: z.strictObject({
      input: count.meta({ description: 'Rows of the file.' }),
      unique: count,
      matched: count,
      notFound: count,
      deleted: count.optional(),
    }),
    notFound: z.array(z.string()),
    usageRecordsAffected: count.meta({ description: 'Usage records that depend on the events found.' }),
    createdBy: z.string(),
    confirmedBy: z.string().optional(),
    reconcile: z.boolean().optional(),
    changedSincePreview: z.array(z.string()).optional().meta({
      description: 'Ids that were left alone because they had changed since the preview.',
    }),
    runs: z.array(z.string()).optional().meta({ description: 'Runs that evaluated what was touched.' }),
    error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Backfill' });

const present = ({ id, body, createdAt, updatedAt }: Stored<BackfillBody>) => ({
  ...body,
  id,
  createdAt,
  updatedAt,
});

const kind = z.literal('delete');
const tags = ['Backfills'];

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

export const backfillEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/event-stores/{id}/backfills/template',
    role: 'viewer',
    summary: 'The CSV header of a delete backfill',
    tags,
    params: idParams,
    query: z.strictObject({ kind: kind.default('delete') }),
    answers: { 200: rawAnswer(['text/csv; charset=utf-8'], 'One column per event-id field.') },
    handle: async ({ params }, weir) => {
      const { definition, name } = await weir.stores.open(params.id);
      return download(`${name}-delete.csv`, 'text/csv; charset=utf-8', once(deleteTemplate(definition)));
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/event-stores/{id}/backfills',
    role: 'viewer',
    summary: 'List the backfills of a store, newest first',
    tags,
    params: idParams,
    query: z.strictObject(listQuery),
    answers: { 200: listOf(backfillSchema) },
    handle: async ({ params, query }, weir) => {
      const { id } = await weir.stores.get(params.id);
      return pageOfCollection(weir.control, backfills, { ...query, parent: id, newestFirst: true }, present);
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/event-stores/{id}/backfills',
    role: 'runner',
    summary: 'Preview a backfill',
    description: 'Nothing changes before the backfill is confirmed. At most 1,000 rows.',
    tags,
    params: idParams,
    query: z.strictObject({ kind }),
    body: rawBody({
      contentTypes: ['text/csv'],
      bytesMax: BACKFILL_BYTES_MAX,
      description: 'The filled template: one column per event-id field, one row per event.',
    }),
    answers: { 201: backfillSchema },
    handle: async ({ params, body, actor }, weir) =>
      present(await weir.backfills.previewDelete(actor, params.id, await readText(body.bytes))),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/backfills/{id}',
    role: 'viewer',
    summary: 'Get a backfill',
    tags,
    params: idParams,
    answers: { 200: backfillSchema },
    handle: async ({ params }, weir) => present(await weir.backfills.get(params.id)),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/backfills/{id}/stream',
    role: 'viewer',
    summary: 'Follow a backfill',
    tags,
    params: idParams,
    answers: { 200: progressAnswer },
    handle: ({ params, signal }, weir) =>
      followProgress(
        async () => present(await weir.backfills.get(params.id)),
        // A previewed backfill waits for a person, so there is nothing to follow yet.
        (status) => status !== 'running',
        signal,
      ),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/backfills/{id}/confirm',
    role: 'admin',
    summary: 'Carry out a previewed backfill',
    tags,
    params: idParams,
    body: z
      .strictObject({
        reconcile: z
          .boolean()
          .default(false)
          .meta({ description: 'Evaluate the usage it touches afterwards.' }),
      })
      .default({ reconcile: false }),
    answers: { 202: backfillSchema },
    handle: async ({ params, body, actor }, weir) =>
      present(await weir.backfills.confirm(actor, params.id, body.reconcile)),
  }),
];
