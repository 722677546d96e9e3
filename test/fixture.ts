// What tests of meters and runs set up again and again, in one line each.
import type { Api } from './api.ts';

/** The type of a field, or its type with further members. */
export type FieldSpec = string | { readonly type: string; readonly [member: string]: unknown };

/** Defines events with the id `id`, the event time `at` and these fields. */
export function defineEvents(
  api: Pick<Api, 'post'>,
  name: string,
  fields: Readonly<Record<string, FieldSpec>> = {},
): Promise<unknown> {
  const all: Record<string, FieldSpec> = { id: 'string', at: 'datetime', ...fields };
  return api.post('/v1/event-definitions', {
    name,
    fields: Object.entries(all).map(([field, spec]) => ({
      name: field,
      ...(typeof spec === 'string' ? { type: spec } : spec),
    })),
    eventIdFields: ['id'],
    eventTimeField: 'at',
  });
}

/** The component of a custom meter that reads this store. */
export const storeSource = (id: string, store: string) => ({
  id,
  name: id,
  kind: 'source',
  operator: 'event-store',
  config: { store },
});
