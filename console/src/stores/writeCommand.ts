import type { EventDefinition, EventStore, FieldType } from '../api/types.ts';

const EXAMPLES: Record<FieldType, unknown> = {
  string: 'text',
  integer: '1',
  decimal: '1.5',
  boolean: true,
  datetime: '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  json: {},
};

/** The address that events of a store are written to. */
export const writeAddress = ({ id }: Pick<EventStore, 'id'>): string =>
  `${location.origin}/v1/event-stores/${encodeURIComponent(id)}/events`;

/** The curl line that writes one example event to an address. */
export function writeCommand(address: string, definition: EventDefinition | undefined): string {
  const event = Object.fromEntries(
    (definition?.fields ?? [])
      .filter(
        ({ name, required }) =>
          required || name === definition?.eventTimeField || definition?.eventIdFields.includes(name),
      )
      .map(({ name, type }) => [name, EXAMPLES[type]]),
  );
  // A quote inside single quotes of the shell: close, escape, open again.
  const body = JSON.stringify(event, null, 2).replaceAll("'", `'\\''`);
  return [
    `curl ${address} \\`,
    `  -H "authorization: Bearer $WEIR_API_KEY" -H 'content-type: application/json' \\`,
    `  -d '${body}'`,
  ].join('\n');
}
