// Owns the calls that read events of a store: pages, one event, its former versions.
import { z } from 'zod';
import type { FormerEvent, StoredEvent } from '../data-plane/event-store-port.ts';
import { parseEventIdPath } from '../definitions/index.ts';
import type { Column } from '../definitions/types.ts';
import { WeirError } from '../errors.ts';
import type { Services } from '../services.ts';
import { eventIdOf, fieldsOf, readFilters, readTimeRange } from '../stores/index.ts';
import type { OpenStore } from '../stores/index.ts';
import { endpoint } from './endpoint.ts';
import { decodeCursor, listOf, listQuery, page } from './lists.ts';
import { idParams, instant, reference } from './parameters.ts';
import { RawJson } from './raw-json.ts';

const eventShape = {
  eventId: z.string().meta({ description: 'As in the path of a single event.' }),
  eventTime: instant,
  ingestSequence: z.string().meta({ description: 'Order in which the store committed it.' }),
  fields: z.record(z.string(), z.unknown()).meta({
    description: 'By name; integers and decimals are canonical text; fields without a value are absent.',
  }),
};
const eventSchema = z.strictObject(eventShape).meta({ id: 'Event' });

const formerSchema = z
  .strictObject({
    ...eventShape,
    change: z.enum(['replace', 'delete']).meta({ description: 'What ended this version.' }),
    changeSequence: z.string(),
    cause: z.string().meta({ description: 'What made the change, such as the id of a backfill.' }),
    at: instant,
  })
  .meta({ id: 'FormerEvent' });

/** A value as JSON: booleans and json as such, everything else as its canonical text. */
function shown(column: Column, value: string): unknown {
  if (column.type === 'boolean') return value === 'true';
  return column.type === 'json' ? new RawJson(value) : value;
}

/** A function that shows events of this store as JSON. */
export function presenterOf(store: OpenStore) {
  const eventId = eventIdOf(store.table);
  return (event: StoredEvent) => ({
    eventId: eventId(event),
    eventTime: event.eventTime,
    ingestSequence: event.sequence.toString(),
    fields: fieldsOf(store.table, event, shown),
  });
}

export const eventParams = idParams.extend({ eventId: reference.meta({ description: 'Id of the event.' }) });

export const rangeQuery = {
  from: z.string().optional().meta({ description: 'Instant, or date in the zone of the store; inclusive.' }),
  to: z.string().optional().meta({ description: 'Instant, exclusive; or date, up to its end.' }),
};

const FILTER_PREFIX = 'filter.';
const KNOWN = new Set(['from', 'to', 'limit', 'cursor', 'order']);
const readQuery = z
  .strictObject({
    ...rangeQuery,
    ...listQuery,
    order: z.enum(['asc', 'desc']).default('asc').meta({ description: 'By event time, then by sequence.' }),
  })
  .catchall(z.string().meta({ description: 'filter.FIELD=VALUE: events whose field has this value.' }))
  .superRefine(
    (query, context) => {
      const names = Object.keys(query).filter((name) => !KNOWN.has(name) && !name.startsWith(FILTER_PREFIX));
      if (names.length > 0) context.addIssue({ code: 'unrecognized_keys', keys: names, input: query });
    },
    // Beside other problems, so that all are reported at once.
    { when: () => true },
  );

/** The filters among the members of a query, by field. */
const filtersOf = (query: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query)
      .filter(([name]) => name.startsWith(FILTER_PREFIX))
      .map(([name, value]) => [name.slice(FILTER_PREFIX.length), String(value)]),
  );

const positionCursor = z.tuple([z.string(), z.string().regex(/^\d{1,19}$/u)]);

function positionOf(cursor: string | undefined) {
  const place = decodeCursor(cursor, positionCursor);
  return place && { eventTime: place[0], sequence: BigInt(place[1]) };
}

/** The event of a path; throws EVENT_NOT_FOUND. */
export async function findEvent(
  weir: Services,
  params: z.output<typeof eventParams>,
): Promise<{ store: OpenStore; event: StoredEvent }> {
  const store = await weir.stores.open(params.id);
  const id = parseEventIdPath(store.definition, params.eventId);
  const event = await weir.events.getEvent(store.table, id);
  if (event) return { store, event };
  const detail = `There is no event '${params.eventId}' in '${store.name}'.`;
  throw new WeirError('not-found', 'EVENT_NOT_FOUND', detail);
}

const tags = ['Event stores'];

export const eventsReadEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/event-stores/{id}/events',
    role: 'viewer',
    summary: 'List events by event time',
    tags,
    params: idParams,
    query: readQuery,
    answers: { 200: listOf(eventSchema) },
    handle: async ({ params, query }, weir) => {
      const store = await weir.stores.open(params.id);
      const after = positionOf(query.cursor);
      const events = await weir.events.readEvents(store.table, {
        range: readTimeRange(query, store.timeZone),
        filters: readFilters(store, filtersOf(query)),
        descending: query.order === 'desc',
        limit: query.limit + 1,
        ...(after ? { after } : {}),
      });
      return page(events, query.limit, presenterOf(store), (event) => [
        event.eventTime,
        event.sequence.toString(),
      ]);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/event-stores/{id}/events/{eventId}',
    role: 'viewer',
    summary: 'Get one event',
    tags,
    params: eventParams,
    answers: { 200: eventSchema },
    handle: async ({ params }, weir) => {
      const { store, event } = await findEvent(weir, params);
      return presenterOf(store)(event);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/event-stores/{id}/events/{eventId}/history',
    role: 'viewer',
    summary: 'List the former versions of an event, newest first',
    tags,
    params: eventParams,
    answers: { 200: listOf(formerSchema) },
    handle: async ({ params }, weir) => {
      const store = await weir.stores.open(params.id);
      const id = parseEventIdPath(store.definition, params.eventId);
      const present = presenterOf(store);
      const versions = await weir.events.formerVersions(store.table, id);
      const items = versions.map((version: FormerEvent) => ({
        ...present(version),
        change: version.change,
        changeSequence: version.changeSequence.toString(),
        cause: version.cause,
        at: version.at,
      }));
      return { items, nextCursor: null };
    },
  }),
];
