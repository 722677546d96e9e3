// Owns the calls for runs of meters.
import { z } from 'zod';
import type { Stored } from '../control-plane/port.ts';
import { FINAL_STATUSES, messageOf, runs } from '../runs/index.ts';
import type { Run } from '../runs/index.ts';
import type { Services } from '../services.ts';
import { reply } from './answers.ts';
import { endpoint } from './endpoint.ts';
import { decodeCursor, listOf, listQuery, page, pageOfCollection } from './lists.ts';
import { count, idParams, instant, reference } from './parameters.ts';
import { followProgress, progressAnswer } from './progress-stream.ts';

const scopeSchema = z
  .union([
    z.strictObject({ kind: z.literal('all') }),
    z.strictObject({ kind: z.literal('timeFrame'), startDate: z.iso.date(), endDate: z.iso.date() }),
    z.strictObject({ kind: z.literal('timeFrame'), from: z.string(), to: z.string() }),
  ])
  .meta({
    id: 'RunScope',
    description:
      'All time; two dates in the zone of the source store, the end date included whole; or two instants, half-open.',
  });

const startSchema = z
  .strictObject({
    mode: z.enum(['batch', 'replay']).meta({
      description:
        'replay: evaluate the scope again; batch: ingest files, then evaluate what no run has covered.',
    }),
    dryRun: z.boolean().default(false).meta({ description: 'Preview: evaluate and compare, write nothing.' }),
    scope: scopeSchema.default({ kind: 'all' }),
    sources: z
      .record(z.string(), z.strictObject({ file: z.string().optional(), scope: scopeSchema.optional() }))
      .default({})
      .meta({ description: 'Per source component: the uploaded file to ingest, or a scope of its own.' }),
  })
  .meta({ id: 'RunInput' });

const nodeCounts = z.strictObject({ id: z.string(), in: count, out: count, dropped: count, rejected: count });
const reconcileCounts = z.strictObject({
  inserted: count,
  revised: count,
  retracted: count,
  unchanged: count,
  frozen: count,
  pinned: count,
});

const runSchema = z
  .strictObject({
    id: z.string(),
    meter: z.string(),
    meterName: z.string(),
    version: count,
    mode: z.enum(['batch', 'replay']),
    dryRun: z.boolean(),
    status: z.enum(['queued', 'running', 'stopping', 'completed', 'failed', 'canceled']),
    scope: scopeSchema,
    effectiveScope: z
      .strictObject({ from: instant.nullable(), to: instant.nullable() })
      .nullable()
      .meta({ description: 'The scope grown to whole windows and records; null bounds are open.' }),
    retainedFrom: instant.nullable().meta({
      description:
        'Outputs that start before it were left alone and counted as `frozen`: events have expired.',
    }),
    asOf: instant,
    reason: z.string(),
    backfill: z.string().nullable(),
    startedBy: z.string(),
    createdAt: instant,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    progress: z.strictObject({
      slicesDone: count,
      slicesTotal: count.nullable(),
      rowsRead: count,
      rowsPerSecond: count.nullable(),
      secondsLeft: count.nullable(),
    }),
    ingested: z
      .array(
        z.strictObject({
          node: z.string(),
          accepted: count,
          duplicates: count,
          replaced: count,
          rejected: count,
          ignoredFields: count,
        }),
      )
      .meta({
        description:
          'What became of the events of files, by upload source; the first 1,000 rejected events of each are kept.',
      }),
    nodes: z.array(nodeCounts),
    result: reconcileCounts.nullable(),
    error: z.strictObject({ code: z.string(), detail: z.string() }).nullable(),
  })
  .meta({ id: 'Run' });

function present(stored: Stored<Run>, weir: Services) {
  const { progress, body } = weir.runs.live(stored);
  return {
    id: stored.id,
    meter: body.meter,
    meterName: body.meterName,
    version: body.version,
    mode: body.mode,
    dryRun: body.dryRun,
    status: body.status,
    scope: body.scope,
    effectiveScope: body.effectiveScope,
    retainedFrom: body.retainedFrom,
    asOf: body.asOf,
    reason: body.reason,
    backfill: body.backfill ?? null,
    startedBy: body.startedBy.name,
    createdAt: stored.createdAt,
    startedAt: body.startedAt,
    endedAt: body.endedAt,
    progress,
    ingested: Object.entries(body.ingested ?? {}).map(([node, counts]) => ({ node, ...counts })),
    nodes: [...body.nodes],
    result: body.result,
    error: body.error,
  };
}

const previewSchema = z.strictObject({
  accountNumber: z.string(),
  unitOfMeasure: z.string(),
  before: z.string(),
  after: z.string(),
  inserted: count,
  revised: count,
  retracted: count,
});

const rejectedSchema = z.strictObject({
  node: z.string(),
  code: z.string(),
  message: z.string(),
  eventTime: instant.nullable(),
  input: z.record(z.string(), z.unknown()),
});

const tags = ['Runs'];
const accountCursor = z.tuple([z.string(), z.string()]);
const numberCursor = z.tuple([z.int().nonnegative()]);

export const runEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/meters/{id}/runs',
    role: 'runner',
    summary: 'Start a run',
    description: 'The header `Idempotency-Key` gives back the same run when the request is sent again.',
    tags,
    params: idParams,
    body: startSchema,
    answers: { 202: runSchema },
    handle: async ({ params, body, actor, headers }, weir) => {
      const idempotencyKey = headers.get('idempotency-key') ?? undefined;
      return present(await weir.runs.start(actor, params.id, { ...body, idempotencyKey }), weir);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/runs',
    role: 'viewer',
    summary: 'List runs, newest first',
    tags,
    query: z.strictObject({ ...listQuery, meter: reference.optional() }),
    answers: { 200: listOf(runSchema) },
    handle: async ({ query: { meter, ...query } }, weir) => {
      const parent = meter === undefined ? {} : { parent: (await weir.meters.get(meter)).id };
      return pageOfCollection(weir.control, runs, { ...query, ...parent, newestFirst: true }, (stored) =>
        present(stored, weir),
      );
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/runs/{id}',
    role: 'viewer',
    summary: 'Get a run with its progress',
    tags,
    params: idParams,
    answers: { 200: runSchema },
    handle: async ({ params }, weir) => present(await weir.runs.get(params.id), weir),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/runs/{id}/stream',
    role: 'viewer',
    summary: 'Follow a run',
    tags,
    params: idParams,
    answers: { 200: progressAnswer },
    handle: ({ params, signal }, weir) =>
      followProgress(
        async () => present(await weir.runs.get(params.id), weir),
        (status) => FINAL_STATUSES.includes(status),
        signal,
      ),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/runs/{id}/preview',
    role: 'viewer',
    summary: 'Totals per account before and after, of a dry run',
    tags,
    params: idParams,
    query: z.strictObject(listQuery),
    answers: { 200: listOf(previewSchema) },
    handle: async ({ params, query }, weir) => {
      await weir.runs.get(params.id);
      const rows = await weir.pipeline.preview(
        params.id,
        query.limit + 1,
        decodeCursor(query.cursor, accountCursor),
      );
      return page(
        rows,
        query.limit,
        (row) => ({ ...row }),
        (row) => [row.accountNumber, row.unitOfMeasure],
      );
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/runs/{id}/rejected',
    role: 'viewer',
    summary: 'List the rows that components of a run rejected',
    tags,
    params: idParams,
    query: z.strictObject(listQuery),
    answers: { 200: listOf(rejectedSchema) },
    handle: async ({ params, query }, weir) => {
      await weir.runs.get(params.id);
      const rows = await weir.pipeline.rejected(
        params.id,
        query.limit + 1,
        decodeCursor(query.cursor, numberCursor)?.[0],
      );
      return page(
        rows,
        query.limit,
        ({ node, code, message, input, eventTime }) => ({
          node,
          code,
          message: message ?? messageOf(code),
          eventTime,
          input: { ...input },
        }),
        (row) => [row.position],
      );
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/runs/{id}/stop',
    role: 'runner',
    summary: 'Stop a run after the current slice, or at once',
    tags,
    params: idParams,
    body: z.strictObject({ force: z.boolean().default(false) }),
    answers: { 202: runSchema },
    handle: async ({ params, body, actor }, weir) =>
      reply(202, present(await weir.runs.stop(actor, params.id, body.force), weir)),
  }),
];
