// Owns the calls for API keys.
import { z } from 'zod';
import { prefixOf } from '../security/api-keys.ts';
import { ROLES } from '../security/roles.ts';
import { apiKeys } from '../security/types.ts';
import type { ApiKeyBody } from '../security/types.ts';
import type { Stored } from '../control-plane/port.ts';
import type { Services } from '../services.ts';
import { reply } from './answers.ts';
import { endpoint } from './endpoint.ts';
import { listOf, listQuery, pageOfCollection } from './lists.ts';
import { idParams, instant } from './parameters.ts';

const role = z.enum(ROLES).meta({
  description: 'Viewer reads; runner also writes events and starts runs; admin may do everything.',
});
const keySchema = z
  .strictObject({
    id: z.string(),
    name: z.string().nullable(),
    role,
    prefix: z.string().nullable().meta({
      description:
        'How the key begins, without its secret; null for WEIR_ADMIN_KEY, of which nothing is kept.',
    }),
    createdAt: instant,
    lastUsedAt: instant.nullable().meta({
      description: 'When it was last sent with a request; null: never. A crash may forget the last minute.',
    }),
  })
  .meta({ id: 'ApiKey' });
const madeKeySchema = keySchema
  .extend({ key: z.string().meta({ description: 'The key itself; shown this once.' }) })
  .meta({ id: 'NewApiKey' });

const present = (stored: Stored<ApiKeyBody>, weir: Services) => ({
  id: stored.id,
  name: stored.name,
  role: stored.body.role,
  prefix: prefixOf(stored),
  createdAt: stored.createdAt,
  lastUsedAt: weir.apiKeys.lastUsedAt(stored),
});

export const apiKeyEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/api-keys',
    role: 'admin',
    summary: 'Make an API key',
    tags: ['Security'],
    body: z.strictObject({ name: z.string(), role }),
    answers: { 201: madeKeySchema },
    handle: async ({ body, actor }, weir) => {
      const { stored, key } = await weir.apiKeys.create(actor, body.name, body.role);
      return { ...present(stored, weir), key };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/api-keys',
    role: 'viewer',
    summary: 'List API keys',
    tags: ['Security'],
    query: z.strictObject(listQuery),
    answers: { 200: listOf(keySchema) },
    handle: ({ query }, weir) =>
      pageOfCollection(weir.control, apiKeys, query, (stored) => present(stored, weir)),
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/api-keys/{id}',
    role: 'admin',
    summary: 'Revoke an API key, at once',
    tags: ['Security'],
    params: idParams,
    answers: { 204: null },
    handle: async ({ params, actor }, weir) => {
      await weir.apiKeys.revoke(actor, params.id);
      return reply(204, undefined);
    },
  }),
];
