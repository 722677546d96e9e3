// Owns the calls for event stores themselves; their events are in events.ts, their backfills in backfills.ts.
import { z } from 'zod';
import type { Stored } from '../control-plane/port.ts';
import type { Services } from '../services.ts';
import { RETENTION_DAYS_MAX, eventStores } from '../stores/index.ts';
import type { StoreBody, StoreUse } from '../stores/index.ts';
import type { StoreStatistics } from '../data-plane/event-store-port.ts';
import { reply } from './answers.ts';
import type { DeepReadonly } from './answers.ts';
import { endpoint } from './endpoint.ts';
import { listOf, listQuery, page, positionAfter } from './lists.ts';
import { count, idParams, instant } from './parameters.ts';

const inputSchema = z
  .strictObject({
    name: z.string().meta({ examples: ['usage'] }),
    eventDefinition: z.string().min(1).meta({ description: 'Id or name; it needs an event time field.' }),
    timeZone: z.string().optional().meta({ description: 'IANA zone of dates in time frames.' }),
    retentionDays: z.int().min(1).max(RETENTION_DAYS_MAX).nullable().optional().meta({
      description:
        'Whole days of the store that events stay, by event time, before they expire; absent or null: without end.',
    }),
  })
  .meta({ id: 'EventStoreInput' });

const workSchema = z.strictObject({
  activity: z.enum(['writing', 'deleting']),
  kind: z.enum(['run', 'import', 'backfill', 'removal']),
  id: z.string().meta({ description: 'Of the run, import or backfill; of a removal that of the store.' }),
});

const storeSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    eventDefinition: z.string().meta({ description: 'Id of the definition.' }),
    timeZone: z.string(),
    status: z.strictObject({
      usage: z.enum(['in_use', 'orphan']),
      activity: z.enum(['idle', 'writing', 'deleting']),
      work: z.array(workSchema).meta({ description: 'What the store is busy with; deletions first.' }),
    }),
    eventCount: count,
    firstEventTime: instant.nullable(),
    lastEventTime: instant.nullable(),
    lastWriteAt: instant.nullable(),
    sizeBytes: count.meta({
      description:
        'An estimate of the space on disk, a minute old at most; what the next checkpoint writes is not in it.',
    }),
    retentionDays: count.nullable().meta({ description: 'Whole days that events stay; null: without end.' }),
    retainedFrom: instant.nullable().meta({
      description:
        'Events before it have expired and are taken no more; null: none has. It never moves back.',
    }),
    expiredCount: count.meta({ description: 'Events that have expired since the store was made.' }),
    usedBy: z.array(
      z.strictObject({ meter: z.string(), meterName: z.string(), role: z.enum(['source', 'target']) }),
    ),
    inbox: z
      .strictObject({ meter: z.string(), meterName: z.string(), node: z.string() })
      .nullable()
      .meta({ description: 'The meter and source whose inbox it is; it lives as long as the meter.' }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'EventStore' });

type StoreAnswer = DeepReadonly<z.input<typeof storeSchema>>;

/** What is said of these stores, asked of the planes in one go. */
async function presentAll(stored: readonly Stored<StoreBody>[], weir: Services): Promise<StoreAnswer[]> {
  const statistics = await weir.stores.statisticsOf(stored.map(({ id }) => id));
  const uses = await weir.storeUsers.usersOfAll();
  return stored.map((store) => answerOf(store, statistics.get(store.id)!, uses.get(store.id) ?? [], weir));
}

const present = async (stored: Stored<StoreBody>, weir: Services): Promise<StoreAnswer> =>
  (await presentAll([stored], weir))[0]!;

function answerOf(
  stored: Stored<StoreBody>,
  statistics: StoreStatistics,
  usedBy: readonly StoreUse[],
  weir: Services,
): StoreAnswer {
  const { inbox } = stored.body;
  const meterName = usedBy.find(({ meter }) => meter === inbox?.meter)?.meterName;
  const usage = usedBy.length > 0 ? ('in_use' as const) : ('orphan' as const);
  return {
    id: stored.id,
    name: stored.name ?? stored.id,
    eventDefinition: stored.body.definition,
    timeZone: stored.body.timeZone,
    status: {
      usage,
      activity: weir.storeActivity.of(stored.id),
      work: weir.storeActivity.workOn(stored.id),
    },
    eventCount: statistics.eventCount,
    firstEventTime: statistics.firstEventTime,
    lastEventTime: statistics.lastEventTime,
    lastWriteAt: statistics.lastWriteAt,
    sizeBytes: statistics.sizeBytes,
    retentionDays: stored.body.retentionDays ?? null,
    retainedFrom: statistics.retainedFrom,
    expiredCount: statistics.expiredCount,
    usedBy,
    inbox: inbox ? { ...inbox, meterName: meterName ?? inbox.meter } : null,
    createdAt: stored.createdAt,
    updatedAt: stored.updatedAt,
  };
}

const tags = ['Event stores'];

export const eventStoreEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/event-stores',
    role: 'admin',
    summary: 'Make an event store',
    tags,
    body: inputSchema,
    answers: { 201: storeSchema },
    handle: async ({ body, actor }, weir) => {
      const stored = await weir.stores.create(actor, body);
      await weir.retention.enforce(stored.id);
      return present(stored, weir);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/event-stores',
    role: 'viewer',
    summary: 'List event stores',
    tags,
    query: z.strictObject(listQuery),
    answers: { 200: listOf(storeSchema) },
    handle: async ({ query: { limit, cursor } }, weir) => {
      const request = { limit: limit + 1, ...positionAfter(cursor) };
      const rows = await weir.control.list(eventStores, request);
      const shown = page(
        rows,
        limit,
        (row) => row,
        (row) => [row.position],
      );
      return { items: await presentAll(shown.items, weir), nextCursor: shown.nextCursor };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/event-stores/{id}',
    role: 'viewer',
    summary: 'Get an event store with its status',
    tags,
    params: idParams,
    answers: { 200: storeSchema },
    handle: async ({ params }, weir) => present(await weir.stores.get(params.id), weir),
  }),
  endpoint({
    method: 'PUT',
    path: '/v1/event-stores/{id}',
    role: 'admin',
    summary: 'Rename an event store, change its time zone or its retention',
    description: 'A shorter retention removes what has expired by it at once, and for ever.',
    tags,
    params: idParams,
    body: inputSchema,
    answers: { 200: storeSchema },
    handle: async ({ params, body, actor }, weir) => {
      const stored = await weir.stores.update(actor, params.id, body);
      await weir.retention.enforce(stored.id);
      return present(stored, weir);
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/event-stores/{id}',
    role: 'admin',
    summary: 'Delete an event store that no meter uses, with its events',
    tags,
    params: idParams,
    answers: { 204: null },
    handle: async ({ params, actor }, weir) => {
      await weir.stores.remove(actor, params.id);
      return reply(204, undefined);
    },
  }),
];
