// Owns the call that shows who changed what.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { listOf, listQuery, page, positionAfter } from './lists.ts';
import { instant } from './parameters.ts';

const entrySchema = z
  .strictObject({
    at: instant,
    actor: z.strictObject({ id: z.string(), name: z.string() }),
    action: z.enum(['create', 'update', 'delete']),
    collection: z.string(),
    resource: z.string().meta({ description: 'Id of what was changed.' }),
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
      resource: z.string().optional().meta({ description: 'Only changes of the resource with this id.' }),
    }),
    answers: { 200: listOf(entrySchema) },
    handle: async ({ query }, weir) => {
      const entries = await weir.control.audit({
        limit: query.limit + 1,
        newestFirst: true,
        ...positionAfter(query.cursor),
        ...(query.resource === undefined ? {} : { parent: query.resource }),
      });
      return page(
        entries,
        query.limit,
        ({ position: _position, documentId, ...entry }) => ({ ...entry, resource: documentId }),
        (entry) => [entry.position],
      );
    },
  }),
];
