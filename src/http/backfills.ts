// Owns the calls for backfills.
import { z } from 'zod';
import { backfills, deleteTemplate } from '../stores/index.ts';
import { download, rawAnswer, reply } from './answers.ts';
import { previewBody, previewQuery, previewRequestOf } from './backfill-input.ts';
import { backfillSchema, presentBackfill } from './backfill-view.ts';
import { endpoint } from './endpoint.ts';
import { listOf, listQuery, pageOfCollection } from './lists.ts';
import { idParams } from './parameters.ts';
import { followProgress, progressAnswer } from './progress-stream.ts';

const tags = ['Backfills'];

const reconcileBody = z
  .strictObject({
    reconcile: z.boolean().default(false).meta({ description: 'Evaluate the usage it touches afterwards.' }),
  })
  .default({ reconcile: false });

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
    query: z.strictObject({ kind: z.literal('delete').default('delete') }),
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
      return pageOfCollection(
        weir.control,
        backfills,
        { ...query, parent: id, newestFirst: true },
        (stored) => presentBackfill(weir.backfills.live(stored)),
      );
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/event-stores/{id}/backfills',
    role: 'runner',
    summary: 'Preview a backfill',
    description:
      'Nothing changes before the backfill is confirmed. A file with an error is refused as a whole, with every ' +
      'error in it.',
    tags,
    params: idParams,
    query: previewQuery,
    body: previewBody,
    answers: { 201: backfillSchema },
    handle: async ({ params, query, body, actor }, weir) => {
      const { reason, find } = await previewRequestOf(query, body);
      return presentBackfill(await weir.backfills.preview(actor, params.id, reason, find));
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/backfills/{id}',
    role: 'viewer',
    summary: 'Get a backfill',
    tags,
    params: idParams,
    answers: { 200: backfillSchema },
    handle: async ({ params }, weir) => presentBackfill(await weir.backfills.get(params.id)),
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
        async () => presentBackfill(await weir.backfills.get(params.id)),
        // A previewed backfill waits for a person, so there is nothing to follow yet.
        (status) => status !== 'running' && status !== 'reverting',
        signal,
      ),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/backfills/{id}/confirm',
    role: 'admin',
    summary: 'Carry out a previewed backfill',
    description:
      'It acts on the versions that were previewed. After a failure the same call goes on with it.',
    tags,
    params: idParams,
    body: reconcileBody,
    answers: { 202: backfillSchema },
    handle: async ({ params, body, actor }, weir) =>
      presentBackfill(await weir.backfills.confirm(actor, params.id, body.reconcile)),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/backfills/{id}/revert',
    role: 'admin',
    summary: 'Undo a completed backfill',
    description:
      'Events that are as the backfill left them get their former version back; the others are left alone and ' +
      'listed in `conflicts`. Its ids are unpinned. An erasure cannot be undone: BACKFILL_NOT_REVERTIBLE.',
    tags,
    params: idParams,
    body: reconcileBody,
    answers: { 202: backfillSchema },
    handle: async ({ params, body, actor }, weir) =>
      presentBackfill(await weir.backfills.revert(actor, params.id, body.reconcile)),
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/backfills/{id}',
    role: 'runner',
    summary: 'Discard a backfill that is only previewed',
    tags,
    params: idParams,
    answers: { 204: null },
    handle: async ({ params, actor }, weir) => {
      await weir.backfills.discard(actor, params.id);
      return reply(204, undefined);
    },
  }),
];
