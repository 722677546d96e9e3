// A store with every type of field, and rows for it.
import type { DoorRow } from '../../src/definitions/rows.ts';
import { columnsOf, type CanonicalValue, type EventField } from '../../src/definitions/types.ts';
import type { AppendOutcome, EventStorePort, StoreTable } from '../../src/data-plane/event-store-port.ts';

const field = (name: string, type: EventField['type'], scale?: number): EventField => ({
  name,
  type,
  required: false,
  ...(scale === undefined ? {} : { scale }),
});

/** Fields: id, at (event time), text, whole, amount (scale 12), flag, day, extra. */
export const everyType = (number: number): StoreTable => {
  const definition = {
    fields: [
      field('id', 'string'),
      field('at', 'datetime'),
      field('text', 'string'),
      field('whole', 'integer'),
      field('amount', 'decimal', 12),
      field('flag', 'boolean'),
      field('day', 'date'),
      field('extra', 'json'),
    ],
    eventIdFields: ['id'],
    eventTimeField: 'at',
  };
  return { number, columns: columnsOf(definition), idFields: definition.eventIdFields };
};

/** Fields: id, at, value. The small store of most tests. */
export const small = (number: number): StoreTable => {
  const definition = {
    fields: [field('id', 'string'), field('at', 'datetime'), field('value', 'string')],
    eventIdFields: ['id'],
    eventTimeField: 'at',
  };
  return { number, columns: columnsOf(definition), idFields: definition.eventIdFields };
};

export const instant = (minute: number): string =>
  new Date(Date.UTC(2026, 2, 1) + minute * 60_000).toISOString().replace('Z', '000Z');

/** A row of the small store. */
export const event = (id: string, value: CanonicalValue, minute = 0): CanonicalValue[] => [
  id,
  instant(minute),
  value,
];

/** Batches as the door hands them on. */
export async function* batches(
  rows: readonly (readonly CanonicalValue[])[],
  size = 1_000,
): AsyncGenerator<DoorRow[]> {
  for (let start = 0; start < rows.length; start += size) {
    yield rows.slice(start, start + size).map((values, offset) => ({ index: start + offset, values }));
  }
}

export const append = (
  events: EventStorePort,
  store: StoreTable,
  rows: readonly (readonly CanonicalValue[])[],
): Promise<AppendOutcome> => events.append(store, batches(rows));

/** All events of a store, in order. */
export const allEvents = (events: EventStorePort, store: StoreTable) =>
  events.readEvents(store, { limit: 1_000_000 });

/** Values of all events by the value of the first column. */
export async function contents(
  events: EventStorePort,
  store: StoreTable,
): Promise<Map<CanonicalValue, readonly CanonicalValue[]>> {
  const all = await allEvents(events, store);
  return new Map(all.map(({ values }) => [values[0] ?? null, values]));
}
