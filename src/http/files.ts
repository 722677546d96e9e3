// Owns the calls for uploaded files.
import { z } from 'zod';
import type { Stored } from '../control-plane/port.ts';
import { uploadedFiles } from '../stores/index.ts';
import type { FileBody } from '../stores/index.ts';
import { reply } from './answers.ts';
import { rawBody } from './body.ts';
import { endpoint } from './endpoint.ts';
import { listOf, listQuery, pageOfCollection } from './lists.ts';
import { count, instant, reference } from './parameters.ts';

/** Files stream to disk, so this only keeps one mistake from filling it. */
export const FILE_BYTES_MAX = 64 * 1024 ** 3;

const fileSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    bytes: count,
    contentType: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'File' });

const present = ({ id, name, body, createdAt }: Stored<FileBody>) => ({
  id,
  name: name ?? id,
  ...body,
  createdAt,
});

const nameParams = z.strictObject({ name: reference });
const tags = ['Files'];

export const fileEndpoints = [
  endpoint({
    method: 'PUT',
    path: '/v1/files/{name}',
    role: 'runner',
    summary: 'Upload a file under a name; one of the same name is replaced',
    tags,
    params: nameParams,
    body: rawBody({ contentTypes: ['*/*'], bytesMax: FILE_BYTES_MAX, description: 'The file.' }),
    answers: { 200: fileSchema },
    handle: async ({ params, body, actor }, weir) =>
      present(await weir.files.put(actor, params.name, body.contentType, body.bytes)),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/files',
    role: 'viewer',
    summary: 'List uploaded files',
    tags,
    query: z.strictObject(listQuery),
    answers: { 200: listOf(fileSchema) },
    handle: ({ query }, weir) => pageOfCollection(weir.control, uploadedFiles, query, present),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/files/{name}',
    role: 'viewer',
    summary: 'Get the facts about a file',
    tags,
    params: nameParams,
    answers: { 200: fileSchema },
    handle: async ({ params }, weir) => present(await weir.files.get(params.name)),
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/files/{name}',
    role: 'runner',
    summary: 'Delete a file',
    tags,
    params: nameParams,
    answers: { 204: null },
    handle: async ({ params, actor }, weir) => {
      await weir.files.remove(actor, params.name);
      return reply(204, undefined);
    },
  }),
];
