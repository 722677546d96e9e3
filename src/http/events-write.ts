// Owns the calls that write events: into a store, or into the inbox of a meter.
import { z } from 'zod';
import type { DecodeFormat } from '../definitions/index.ts';
import { writeEvents } from '../stores/index.ts';
import type { WriteOutcome, WriteRequest } from '../stores/index.ts';
import type { Services } from '../services.ts';
import { rawBody } from './body.ts';
import type { IncomingBody } from './body.ts';
import { endpoint } from './endpoint.ts';
import { count, flag, idParams, reference, wholeNumber } from './parameters.ts';

/** A request is one commit, staged on disk when it is large; files above this come in several requests. */
export const EVENTS_BODY_BYTES_MAX = 256 * 1024 * 1024;

interface EventFormat {
  readonly format: DecodeFormat;
  readonly cloudEvents: boolean;
}

const plain = (format: DecodeFormat): EventFormat => ({ format, cloudEvents: false });
const FORMATS: Readonly<Record<string, EventFormat>> = {
  'application/json': plain('json'),
  'application/cloudevents+json': { format: 'json', cloudEvents: true },
  'application/cloudevents-batch+json': { format: 'json', cloudEvents: true },
  'application/x-ndjson': plain('ndjson'),
  'text/csv': plain('csv'),
  'application/xml': plain('xml'),
  'application/avro': plain('avro'),
  'avro/binary': plain('avro'),
};

export const eventsBody = rawBody({
  contentTypes: Object.keys(FORMATS),
  bytesMax: EVENTS_BODY_BYTES_MAX,
  description:
    'One event or many: a JSON object or array, NDJSON, CSV with a header, XML, CloudEvents, an Avro file.',
});

export const formatOf = (contentType: string): EventFormat => FORMATS[contentType]!;

export const nullText = z
  .string()
  .optional()
  .meta({ description: 'Text that means no value in CSV and XML, such as NULL.' });

export const writeQuery = z.strictObject({
  atomic: flag.default(false).meta({ description: 'Write nothing when an event is rejected (422).' }),
  unknown: z
    .enum(['reject', 'ignore'])
    .default('reject')
    .meta({ description: 'What happens to fields that the definition does not have.' }),
  null: nullText,
  file: z.string().max(1_024).optional().meta({ description: 'Value of `$file`.' }),
  firstLine: wholeNumber(1, 1e12).optional().meta({ description: 'Line of the first event, for `$line`.' }),
});

/** The options of a write from its query and content type. */
export function writeRequestOf(contentType: string, query: z.output<typeof writeQuery>): WriteRequest {
  return {
    ...formatOf(contentType),
    atomic: query.atomic,
    unknown: query.unknown,
    ...(query.null === undefined ? {} : { nullText: query.null }),
    ...(query.file === undefined ? {} : { file: query.file }),
    ...(query.firstLine === undefined ? {} : { firstLine: query.firstLine }),
  };
}

const problemShape = { code: z.string(), message: z.string(), pointer: z.string() };

export const rejectionSchema = z.strictObject({
  index: count.meta({ description: 'Place in the request, from 0.' }),
  ...problemShape,
  errors: z.array(z.strictObject(problemShape)).optional(),
  line: count.optional(),
});

export const writeAnswer = z
  .strictObject({
    accepted: count,
    duplicates: count.meta({ description: 'Were there with the same content.' }),
    replaced: count.meta({ description: 'Were there with other content.' }),
    rejected: z.array(rejectionSchema),
    ignoredFields: count,
  })
  .meta({ id: 'WriteResult' });

export const eventsWriteEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/event-stores/{id}/events',
    role: 'runner',
    summary: 'Write events',
    description:
      'Each event is accepted, a duplicate, a replacement, or rejected with its reason. ' +
      'The answer is given when the events are synced; sending a request again is safe.',
    tags: ['Event stores'],
    params: idParams,
    query: writeQuery,
    body: eventsBody,
    answers: { 200: writeAnswer },
    handle: ({ params, query, body }, weir) => writeTo(weir, params.id, body, query),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/ingest/{meter}',
    role: 'runner',
    summary: 'Write events to the streaming source of a meter',
    description:
      'Takes and answers what writing to an event store does; the events land in the inbox store of the meter. ' +
      'The address of a meter by its id stays the same in all of its versions and under every name.',
    tags: ['Meters'],
    params: z.strictObject({ meter: reference }),
    query: writeQuery,
    body: eventsBody,
    answers: { 200: writeAnswer },
    handle: async ({ params, query, body }, weir) =>
      writeTo(weir, await weir.meters.streamingInbox(params.meter), body, query),
  }),
];

/** Writes the events of a request into a store. */
async function writeTo(
  weir: Services,
  idOrName: string,
  body: IncomingBody,
  query: z.output<typeof writeQuery>,
): Promise<Omit<WriteOutcome, 'rejectedCount'>> {
  const store = await weir.stores.open(idOrName);
  const request = writeRequestOf(body.contentType, query);
  const { rejectedCount: _count, ...answer } = await writeEvents(weir.events, store, body.bytes, request);
  return answer;
}
