// Owns the calls that write uploaded files into event stores.
import { z } from 'zod';
import type { Stored } from '../control-plane/port.ts';
import { IMPORT_FORMATS } from '../stores/index.ts';
import type { ImportBody } from '../stores/index.ts';
import { endpoint } from './endpoint.ts';
import { rejectionSchema } from './events-write.ts';
import { count, idParams, instant } from './parameters.ts';
import { followProgress, progressAnswer } from './progress-stream.ts';

const inputSchema = z
  .strictObject({
    file: z.string().min(1).meta({ description: 'Name or id of a file put by PUT /v1/files/{name}.' }),
    format: z.enum(IMPORT_FORMATS).optional().meta({ description: 'Default: told by the name of the file.' }),
    unknown: z.enum(['reject', 'ignore']).optional(),
    null: z.string().optional().meta({ description: 'Text that means no value, in CSV and XML.' }),
  })
  .meta({ id: 'ImportInput' });

const importSchema = z
  .strictObject({
    id: z.string(),
    store: z.string(),
    file: z.string(),
    format: z.enum(IMPORT_FORMATS),
    status: z.enum(['running', 'completed', 'failed']),
    counts: z
      .strictObject({
        accepted: count,
        duplicates: count,
        replaced: count,
        rejected: count,
        ignoredFields: count,
      })
      .nullable(),
    rejected: z.array(rejectionSchema).meta({ description: 'The first 1,000 rejected events.' }),
    error: z.strictObject({ code: z.string(), detail: z.string() }).nullable(),
    startedBy: z.string(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Import' });

function present({ id, body, createdAt, updatedAt }: Stored<ImportBody>) {
  const { store, file, format, status, counts, rejected, error, startedBy } = body;
  const outcome = { status, counts, rejected, error };
  return { id, store, file, format, ...outcome, startedBy: startedBy.name, createdAt, updatedAt };
}

const tags = ['Event stores'];

export const importEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/event-stores/{id}/imports',
    role: 'runner',
    summary: 'Write an uploaded file into an event store',
    description: 'JSON, NDJSON, CSV, XML, Avro (each may be gzip) or Parquet; one commit. Follow it by GET.',
    tags,
    params: idParams,
    body: inputSchema,
    answers: { 202: importSchema },
    handle: async ({ params, body, actor }, weir) => {
      const { null: nullText, ...request } = body;
      return present(await weir.imports.start(actor, params.id, { ...request, nullText }));
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/imports/{id}',
    role: 'viewer',
    summary: 'Get an import',
    tags,
    params: idParams,
    answers: { 200: importSchema },
    handle: async ({ params }, weir) => present(await weir.imports.get(params.id)),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/imports/{id}/stream',
    role: 'viewer',
    summary: 'Follow an import',
    tags,
    params: idParams,
    answers: { 200: progressAnswer },
    handle: ({ params, signal }, weir) =>
      followProgress(
        async () => present(await weir.imports.get(params.id)),
        (status) => status !== 'running',
        signal,
      ),
  }),
];
