// Owns the calls for meters; their runs are in runs.ts.
import { z } from 'zod';
import type { Stored } from '../control-plane/port.ts';
import { METER_TYPES, meters, streamingInboxOf } from '../meters/index.ts';
import type { Meter } from '../meters/index.ts';
import { meterStatus } from '../runs/index.ts';
import type { Services } from '../services.ts';
import { reply } from './answers.ts';
import { endpoint } from './endpoint.ts';
import { listOf, listQuery, pageOfCollection } from './lists.ts';
import { meterInputSchema, nodeSchema, parseMeterInput, toMeterInput } from './meter-input.ts';
import { count, idParams, instant, reference, wholeNumber } from './parameters.ts';

const runSummary = z.strictObject({
  id: z.string(),
  status: z.string(),
  mode: z.string(),
  endedAt: instant.nullable(),
});

const meterSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string().optional(),
    type: z.enum(METER_TYPES),
    version: count.meta({ description: 'The latest saved version.' }),
    activeVersion: count
      .nullable()
      .meta({ description: 'Version of the last started run; re-evaluation uses it.' }),
    status: z.enum(['never run', 'queued', 'running', 'stopping', 'completed', 'failed', 'canceled']),
    stale: z.boolean().nullable().meta({
      description:
        'Whether a source has changes that no run has covered; null in lists and before the first run.',
    }),
    nodes: z.array(nodeSchema),
    preset: z.record(z.string(), z.unknown()).nullable(),
    inboxes: z
      .record(z.string(), z.string())
      .meta({ description: 'Inbox store of each streaming or upload source, by component.' }),
    ingestUrl: z.string().optional().meta({
      description: 'Where a meter with a streaming source takes events; the same in all of its versions.',
    }),
    lastRun: runSummary.nullable(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Meter' });

async function present(stored: Stored<Meter>, weir: Services, url: URL, detail: boolean) {
  const { body } = stored;
  const last = await weir.runs.lastRunOf(stored.id);
  return {
    id: stored.id,
    name: stored.name ?? stored.id,
    ...(body.description === undefined ? {} : { description: body.description }),
    type: body.type,
    version: body.version,
    activeVersion: body.activeVersion ?? null,
    status: meterStatus(last?.body.status),
    stale: detail ? await weir.meterFollowers.isStale(stored) : null,
    nodes: body.nodes,
    preset: body.preset ?? null,
    inboxes: body.inboxes,
    ...(streamingInboxOf(body) === undefined ? {} : { ingestUrl: `${url.origin}/v1/ingest/${stored.id}` }),
    lastRun: last
      ? { id: last.id, status: last.body.status, mode: last.body.mode, endedAt: last.body.endedAt }
      : null,
    createdAt: stored.createdAt,
    updatedAt: stored.updatedAt,
  };
}

const findingSchema = z.strictObject({ node: z.string().nullable(), code: z.string(), message: z.string() });
const fieldSchema = z.strictObject({ name: z.string(), type: z.string(), scale: count.optional() });

const versionSchema = z
  .strictObject({ meter: z.string(), version: count, nodes: z.array(nodeSchema), savedAt: instant })
  .meta({ id: 'MeterVersion' });

const tags = ['Meters'];
const recordsQuery = z.strictObject({ records: z.enum(['keep', 'retract']).optional() });

export const meterEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/meters',
    role: 'admin',
    summary: 'Make a meter',
    description: 'A graph of components (`type: custom`), or the short form of a preset.',
    tags,
    body: meterInputSchema,
    answers: { 201: meterSchema },
    handle: async ({ body, actor, url }, weir) =>
      present(await weir.meters.create(actor, toMeterInput(body)), weir, url, true),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/meters',
    role: 'viewer',
    summary: 'List meters',
    tags,
    query: z.strictObject(listQuery),
    answers: { 200: listOf(meterSchema) },
    handle: ({ query, url }, weir) =>
      pageOfCollection(weir.control, meters, query, (stored) => present(stored, weir, url, false)),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/meters/validate',
    role: 'viewer',
    summary: 'Check a meter without saving it',
    description: 'Every problem at once, each naming its component, and the fields that flow out of each.',
    tags,
    body: z.unknown().meta({ description: 'A meter, as for POST /v1/meters.' }),
    answers: {
      200: z.strictObject({
        valid: z.boolean(),
        errors: z.array(findingSchema),
        fields: z.record(z.string(), z.array(fieldSchema)),
      }),
    },
    handle: async ({ body }, weir) => {
      const { errors, fields } = await weir.meters.check(parseMeterInput(body));
      const shown = [...fields].map(([node, list]) => [node, list.map((field) => ({ ...field }))]);
      return { valid: errors.length === 0, errors, fields: Object.fromEntries(shown) };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/meters/{id}',
    role: 'viewer',
    summary: 'Get a meter with its status',
    tags,
    params: idParams,
    answers: { 200: meterSchema },
    handle: async ({ params, url }, weir) => present(await weir.meters.get(params.id), weir, url, true),
  }),
  endpoint({
    method: 'PUT',
    path: '/v1/meters/{id}',
    role: 'admin',
    summary: 'Save a new version of a meter',
    description:
      'If it drops a target with current usage records `records` is required: keep them, or let the first run of the new version retract them.',
    tags,
    params: idParams,
    query: recordsQuery,
    body: meterInputSchema,
    answers: { 200: meterSchema },
    handle: async ({ params, query, body, actor, url }, weir) => {
      const input = toMeterInput(body);
      return present(
        await weir.meterFollowers.updateMeter(actor, params.id, input, query.records),
        weir,
        url,
        true,
      );
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/meters/{id}',
    role: 'admin',
    summary: 'Delete a meter',
    description: 'With current usage records `records` is required: keep them, or retract them.',
    tags,
    params: idParams,
    query: recordsQuery,
    answers: { 204: null },
    handle: async ({ params, query, actor }, weir) => {
      await weir.meterFollowers.removeMeter(actor, params.id, query.records);
      return reply(204, undefined);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/meters/{id}/versions/{version}',
    role: 'viewer',
    summary: 'Get a saved version',
    tags,
    params: z.strictObject({ id: reference, version: wholeNumber(1, 1e9) }),
    answers: { 200: versionSchema },
    handle: ({ params }, weir) => weir.meters.version(params.id, params.version),
  }),
];
