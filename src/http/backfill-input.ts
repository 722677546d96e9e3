// Owns what a preview of a backfill is asked with: a file, whose kind the query says, or a JSON object that says
// it itself.
import { z } from 'zod';
import { WeirError, throwIfProblems } from '../errors.ts';
import {
  BACKFILL_BYTES_MAX,
  previewDelete,
  previewDeleteRange,
  previewErase,
  previewEventsFile,
  previewTruncate,
} from '../stores/index.ts';
import type { Preview } from '../stores/index.ts';
import { JSON_BODY_BYTES_MAX, limited, rawBody, readJson, readText } from './body.ts';
import type { IncomingBody } from './body.ts';
import { eventsBody, formatOf, writeQuery } from './events-write.ts';
import { checkInput } from './validation.ts';

const reason = z.string().trim().min(1).max(1_000).optional().meta({ description: 'Why; kept with it.' });

export const previewQuery = writeQuery.omit({ atomic: true }).extend({
  kind: z
    .enum(['delete', 'insert', 'correct'])
    .optional()
    .meta({ description: 'What happens to the events of the file. Without it the body is a JSON object.' }),
  reason,
});

/** A file is staged on disk while it comes in, so only the disk is its limit. */
const FILE_BYTES_MAX = 1024 ** 4;

export const previewBody = rawBody({
  contentTypes: eventsBody.contentTypes,
  bytesMax: FILE_BYTES_MAX,
  description:
    'kind=delete: CSV, one column per event-id field, at most 1,000 rows. kind=insert and kind=correct: events in ' +
    'any format that writing takes, of any size. Without kind: {"kind":"delete-range","from","to","filter"}, ' +
    '{"kind":"truncate"} or {"kind":"erase","field","value"} (the value is not kept), each with an optional "reason".',
});

const objectSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('delete-range'),
    from: z.string().optional(),
    to: z.string().optional(),
    filter: z.record(z.string(), z.string()).optional(),
    reason,
  }),
  z.strictObject({ kind: z.literal('truncate'), reason }),
  z.strictObject({ kind: z.literal('erase'), field: z.string(), value: z.string(), reason }),
]);

interface PreviewRequest {
  readonly reason: string | undefined;
  readonly find: Preview;
}

/** The preview that a request asks for. Throws what is wrong with the request, not with the events of its file. */
export async function previewRequestOf(
  query: z.output<typeof previewQuery>,
  body: IncomingBody,
): Promise<PreviewRequest> {
  const { kind } = query;
  if (kind === undefined) return objectRequest(body);
  if (kind === 'delete') {
    if (body.contentType !== 'text/csv') throw notCsv(body.contentType);
    const csv = await readText(limited(body.bytes, BACKFILL_BYTES_MAX));
    return { reason: query.reason, find: (data, store, id) => previewDelete(data, store, id, csv) };
  }
  const file = {
    ...formatOf(body.contentType),
    bytes: body.bytes,
    unknown: query.unknown,
    ...(query.null === undefined ? {} : { nullText: query.null }),
    ...(query.file === undefined ? {} : { file: query.file }),
    ...(query.firstLine === undefined ? {} : { firstLine: query.firstLine }),
  };
  return {
    reason: query.reason,
    find: (data, store, id, retained) => previewEventsFile(data, store, id, kind, file, retained),
  };
}

async function objectRequest(body: IncomingBody): Promise<PreviewRequest> {
  if (body.contentType !== 'application/json') {
    const message = "'kind' is required: delete, insert or correct; or send a JSON object.";
    throwIfProblems([{ pointer: '/query/kind', code: 'FIELD_REQUIRED', message }], 'FIELD_REQUIRED', message);
  }
  const checked = checkInput(objectSchema, await readJson(limited(body.bytes, JSON_BODY_BYTES_MAX)));
  throwIfProblems(checked.problems, 'REQUEST_INVALID', 'The request is not valid; see errors.');
  const input = checked.value!;
  return {
    reason: input.reason,
    find: (data, store, id) => {
      switch (input.kind) {
        case 'truncate':
          return previewTruncate(data, store);
        case 'delete-range':
          return previewDeleteRange(data, store, input);
        case 'erase':
          return previewErase(data, store, id, input);
      }
    },
  };
}

const notCsv = (contentType: string): WeirError =>
  new WeirError(
    'unsupported',
    'CONTENT_TYPE_UNSUPPORTED',
    `Content-Type must be text/csv for kind=delete, not '${contentType}'.`,
  );
