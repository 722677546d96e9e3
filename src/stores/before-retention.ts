// Owns turning away events that are older than what their store retains, on every way into it.
import type { DoorBatch, DoorRow, RejectedEvent } from '../definitions/rows.ts';
import { jsonPointer } from '../definitions/json-pointer.ts';
import type { Column, EventDefinition } from '../definitions/types.ts';

/** As much of a rejected event as the door keeps of one. */
const INPUT_CHARACTERS_MAX = 4_096;

export interface StoreShape {
  readonly columns: readonly Column[];
  readonly definition: Pick<EventDefinition, 'eventTimeField'>;
}

/**
 * A function that moves the events before the instant from the rows of a batch to its rejected ones. Without an
 * instant it hands batches on as they are.
 */
export function retainedOnly(
  { columns, definition }: StoreShape,
  retainedFrom: string | null,
): (batch: DoorBatch) => DoorBatch {
  if (retainedFrom === null) return (batch) => batch;
  const place = columns.findIndex(({ column }) => column === 't');
  // Canonical instants of four-digit years sort as text.
  const isExpired = ({ values }: DoorRow): boolean => (values[place] ?? '') < retainedFrom;
  const rejection = ({ index, values }: DoorRow): RejectedEvent => ({
    index,
    code: 'EVENT_BEFORE_RETENTION',
    message: `The event time ${values[place]} is before ${retainedFrom}, from which on the store retains events.`,
    pointer: jsonPointer(definition.eventTimeField ?? ''),
    input: inputOf(columns, values),
  });
  return (batch) => {
    const expired = batch.rows.filter(isExpired);
    if (expired.length === 0) return batch;
    return {
      ...batch,
      rows: batch.rows.filter((row) => !isExpired(row)),
      rejected: [...batch.rejected, ...expired.map(rejection)],
    };
  };
}

function inputOf(columns: readonly Column[], values: DoorRow['values']): string {
  const fields = columns.flatMap(({ name }, index) => {
    const value = values[index] ?? null;
    return value === null ? [] : [[name, value] as const];
  });
  return JSON.stringify(Object.fromEntries(fields)).slice(0, INPUT_CHARACTERS_MAX);
}
