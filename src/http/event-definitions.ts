// Owns the calls for event definitions.
import { z } from 'zod';
import type { Stored } from '../control-plane/port.ts';
import { FIELD_TYPES } from '../definitions/types.ts';
import type { EventField } from '../definitions/types.ts';
import {
  detectDefinition,
  importDefinition,
  SCHEMA_BYTES_MAX,
  SCHEMA_FORMATS,
} from '../definitions/index.ts';
import type { DefinitionInput } from '../definitions/index.ts';
import { eventDefinitions } from '../definitions/service.ts';
import type { DefinitionBody } from '../definitions/service.ts';
import { reply } from './answers.ts';
import { rawBody, readText } from './body.ts';
import { endpoint } from './endpoint.ts';
import { eventsBody, formatOf, nullText } from './events-write.ts';
import { listOf, listQuery, page, pageOfCollection, positionAfter } from './lists.ts';
import { count, idParams, instant } from './parameters.ts';

const fieldSchema = z
  .strictObject({
    name: z.string(),
    type: z.enum(FIELD_TYPES),
    required: z.boolean().default(false),
    scale: z
      .int()
      .optional()
      .meta({ description: 'Of a decimal: digits after the point, 0 to 18; default 12.' }),
    format: z.string().optional().meta({ description: 'How a datetime or date is written.' }),
    description: z.string().optional(),
  })
  .meta({ id: 'EventField' });

const inputShape = {
  name: z.string().meta({ examples: ['API usage'] }),
  description: z.string().optional(),
  fields: z.array(fieldSchema),
  eventIdFields: z.array(z.string()).meta({
    description: 'Fields that form the event id; also `$file` and `$line` of imported files.',
  }),
  eventTimeField: z.string().optional().meta({ description: 'A datetime field; a store needs one.' }),
  timeZone: z.string().default('UTC').meta({ description: 'IANA zone of times written without one.' }),
};
const inputSchema = z.strictObject(inputShape).meta({ id: 'EventDefinitionInput' });

const definitionSchema = z
  .strictObject({ id: z.string(), ...inputShape, version: z.int(), createdAt: instant, updatedAt: instant })
  .meta({ id: 'EventDefinition' });

const proposalShape = {
  fields: z.array(fieldSchema),
  eventIdFields: z.array(z.string()).meta({ description: 'Empty where nothing suggests an id.' }),
  eventTimeField: z.string().optional(),
  timeZone: z.string(),
  candidates: z
    .strictObject({ eventId: z.array(z.string()), eventTime: z.array(z.string()) })
    .meta({ description: 'All fields that could take the part, best first.' }),
};
const proposalSchema = z
  .strictObject({ ...proposalShape, eventsRead: count, eventsRejected: count })
  .meta({ id: 'DefinitionProposal' });

const importedSchema = z
  .strictObject({
    name: z.string().optional(),
    description: z.string().optional(),
    ...proposalShape,
    notes: z
      .array(z.strictObject({ pointer: z.string(), message: z.string() }))
      .meta({ description: 'What the definition does not carry over; pointers lead into the schema.' }),
  })
  .meta({ id: 'ImportedDefinition' });

const schemaBody = rawBody({
  contentTypes: ['application/json', 'application/schema+json', 'application/vnd.apache.avro+json'],
  bytesMax: SCHEMA_BYTES_MAX,
  description: 'A JSON Schema or an Avro schema.',
});

const changeSchema = z
  .strictObject({
    pointer: z.string().meta({ description: 'Place in the definition.' }),
    kind: z.enum(['added', 'removed', 'changed']),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
  })
  .meta({ id: 'DefinitionChange' });

const versionSchema = z
  .strictObject({
    version: z.int(),
    savedAt: instant,
    savedBy: z.strictObject({ id: z.string(), name: z.string() }),
    changes: z.array(changeSchema).meta({ description: 'Against the version before; none for the first.' }),
    definition: z.strictObject(inputShape),
  })
  .meta({ id: 'DefinitionVersion' });

const present = (stored: Stored<DefinitionBody>) => ({
  ...stored.body,
  id: stored.id,
  name: stored.name ?? stored.id,
  createdAt: stored.createdAt,
  updatedAt: stored.updatedAt,
});

/** Without the members that are undefined: what the domain calls absent. */
function toInput(body: z.output<typeof inputSchema>): DefinitionInput {
  const { description, eventTimeField, ...rest } = body;
  return {
    ...rest,
    fields: body.fields.map(toField),
    ...(description === undefined ? {} : { description }),
    ...(eventTimeField === undefined ? {} : { eventTimeField }),
  };
}

function toField({ scale, format, description, ...rest }: z.output<typeof fieldSchema>): EventField {
  return {
    ...rest,
    ...(scale === undefined ? {} : { scale }),
    ...(format === undefined ? {} : { format }),
    ...(description === undefined ? {} : { description }),
  };
}

const tags = ['Event definitions'];

export const eventDefinitionEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/event-definitions',
    role: 'admin',
    summary: 'Make an event definition',
    tags,
    body: inputSchema,
    answers: { 201: definitionSchema },
    handle: async ({ body, actor }, weir) => present(await weir.definitions.create(actor, toInput(body))),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/event-definitions/detect',
    role: 'viewer',
    summary: 'Propose a definition from a sample',
    description: 'Fields, types, event id and event time of the first 5,000 events; for a person to confirm.',
    tags,
    query: z.strictObject({ null: nullText }),
    body: eventsBody,
    answers: { 200: proposalSchema },
    handle: ({ query, body }) => {
      const { format, cloudEvents } = formatOf(body.contentType);
      const options = { cloudEvents, ...(query.null === undefined ? {} : { nullText: query.null }) };
      return detectDefinition(format, body.bytes, options);
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/event-definitions/import',
    role: 'viewer',
    summary: 'Propose a definition from a schema',
    description:
      'A JSON Schema (2020-12 or draft-07) of an object, or an Avro schema of a record. Nothing is saved: ' +
      'the answer is for a person to confirm. References out of the document are not followed.',
    tags,
    query: z.strictObject({ format: z.enum(SCHEMA_FORMATS) }),
    body: schemaBody,
    answers: { 200: importedSchema },
    handle: async ({ query, body }) => importDefinition(query.format, await readText(body.bytes)),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/event-definitions',
    role: 'viewer',
    summary: 'List event definitions',
    tags,
    query: z.strictObject(listQuery),
    answers: { 200: listOf(definitionSchema) },
    handle: ({ query }, weir) => pageOfCollection(weir.control, eventDefinitions, query, present),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/event-definitions/{id}',
    role: 'viewer',
    summary: 'Get an event definition',
    tags,
    params: idParams,
    answers: { 200: definitionSchema },
    handle: async ({ params }, weir) => present(await weir.definitions.get(params.id)),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/event-definitions/{id}/versions',
    role: 'viewer',
    summary: 'List the versions of an event definition',
    description: 'From the first on: who saved it when, what it changed, and what it was.',
    tags,
    params: idParams,
    query: z.strictObject(listQuery),
    answers: { 200: listOf(versionSchema) },
    handle: async ({ params, query: { limit, cursor } }, weir) =>
      page(
        await weir.definitions.versions(params.id, { limit: limit + 1, ...positionAfter(cursor) }),
        limit,
        ({ position: _position, ...version }) => version,
        ({ position }) => [position],
      ),
  }),
  endpoint({
    method: 'PUT',
    path: '/v1/event-definitions/{id}',
    role: 'admin',
    summary: 'Replace an event definition',
    description:
      'While stores or meters use it only descriptions may change and optional fields may be added at the end.',
    tags,
    params: idParams,
    body: inputSchema,
    answers: { 200: definitionSchema },
    handle: async ({ params, body, actor }, weir) =>
      present(await weir.definitions.update(actor, params.id, toInput(body))),
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/event-definitions/{id}',
    role: 'admin',
    summary: 'Delete an event definition that nothing uses',
    tags,
    params: idParams,
    answers: { 204: null },
    handle: async ({ params, actor }, weir) => {
      await weir.definitions.remove(actor, params.id);
      return reply(204, undefined);
    },
  }),
];
