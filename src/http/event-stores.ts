// Owns the calls for event stores themselves; their events are in events.ts, their backfills in backfills.ts.
import { z } from 'zod';
import type { Stored } from '../control-plane/port.ts';
import type { Services } from '../services.ts';
import { eventStores } from '../stores/index.ts';
import type { StoreBody } from '../stores/index.ts';
import { reply } from './answers.ts';
import { endpoint } from './endpoint.ts';
import { listOf, listQuery, pageOfCollection } from './lists.ts';
import { count, idParams, instant } from './parameters.ts';

const inputSchema = z
  .strictObject({
    name: z.string().meta({ examples: ['usage'] }),
    eventDefinition: z.string().min(1).meta({ description: 'Id or name; it needs an event time field.' }),
    timeZone: z.string().optional().meta({ description: 'IANA zone of dates in time frames.' }),
    retentionDays: z
      .null({ error: 'Events are kept without end in this version; leave it out or give null.' })
      .optional(),
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
    retainedFrom: instant.nullable().meta({ description: 'Events before it have expired; null keeps all.' }),
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

async function present(stored: Stored<StoreBody>, weir: Services) {
  const { inbox } = stored.body;
  const [statistics, usedBy] = await Promise.all([
    weir.stores.statistics(stored.id),
    weir.storeUsers.usersOf(stored.id),
  ]);
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
    retainedFrom: null,
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
    handle: async ({ body, actor }, weir) => present(await weir.stores.create(actor, body), weir),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/event-stores',
    role: 'viewer',
    summary: 'List event stores',
    tags,
    query: z.strictObject(listQuery),
    answers: { 200: listOf(storeSchema) },
    handle: ({ query }, weir) =>
      pageOfCollection(weir.control, eventStores, query, (stored) => present(stored, weir)),
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
    summary: 'Rename an event store or change its time zone',
    tags,
    params: idParams,
    body: inputSchema,
    answers: { 200: storeSchema },
    handle: async ({ params, body, actor }, weir) =>
      present(await weir.stores.update(actor, params.id, body), weir),
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
