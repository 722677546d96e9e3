// Owns the call that shows who changed what.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { listOf, listQuery, page, positionAfter } from './lists.ts';
import { instant } from './parameters.ts';
import { readTimeRange } from '../stores/index.ts';

const entrySchema = z
  .strictObject({
    at: instant,
    actor: z.strictObject({ id: z.string(), name: z.string() }),
    action: z.enum(['create', 'update', 'delete']),
    collection: z.string(),
    resource: z.string().meta({ description: 'Id of what was changed.' }),
    parent: z.string().nullable().meta({ description: 'Id of the store or meter it belongs to.' }),
    name: z.string().nullable(),
    before: z.unknown().meta({ description: 'What it was; null if it was created.' }),
    after: z.unknown().meta({ description: 'What it became; null if it was deleted.' }),
  })
  .meta({ id: 'AuditEntry' });

export const auditEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/audit',
    role: 'viewer',
    summary: 'List changes, newest first',
    tags: ['Security'],
    query: z.strictObject({
      ...listQuery,
      resource: z.string().optional().meta({
        description:
          'Of the resource with this id, or a name it has had, and of what belongs to it: backfills, imports, runs.',
      }),
      actor: z.string().optional().meta({ description: 'By the key with this id or name.' }),
      action: z.enum(['create', 'update', 'delete']).optional(),
      collection: z
        .string()
        .optional()
        .meta({ examples: ['event-stores', 'meters', 'api-keys'] }),
      from: z.string().optional().meta({ description: 'From this instant or UTC date on.' }),
      to: z
        .string()
        .optional()
        .meta({ description: 'Before this instant, or up to and including this date.' }),
    }),
    answers: { 200: listOf(entrySchema) },
    handle: async ({ query }, weir) => {
      const { limit, cursor, resource, actor, action, collection, ...bounds } = query;
      const entries = await weir.control.audit({
        limit: limit + 1,
        newestFirst: true,
        ...positionAfter(cursor),
        ...(resource === undefined ? {} : { resource }),
        ...(actor === undefined ? {} : { actor }),
        ...(action === undefined ? {} : { action }),
        ...(collection === undefined ? {} : { collection }),
        ...readTimeRange(bounds, 'UTC'),
      });
      return page(
        entries,
        limit,
        ({ position: _position, documentId, ...entry }) => ({ ...entry, resource: documentId }),
        (entry) => [entry.position],
      );
    },
  }),
];
