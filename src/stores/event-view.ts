// Owns how a stored event is named and filtered by the outside: its id, its fields by name.
import type { FieldFilter, StoreTable, StoredEvent } from '../data-plane/event-store-port.ts';
import { eventIdPath } from '../definitions/event-id.ts';
import type { Column } from '../definitions/types.ts';
import { fieldReader } from '../definitions/values/field-reader.ts';
import type { ValueProblem } from '../definitions/values/value-problem.ts';
import { throwIfProblems } from '../errors.ts';
import type { Problem } from '../errors.ts';
import type { OpenStore } from './types.ts';

/** A function that gives the id text of events of this table, its columns found once. */
export function eventIdOf(table: StoreTable): (event: StoredEvent) => string {
  const places = table.idFields.map((name) => table.columns.findIndex((column) => column.name === name));
  return (event) => eventIdPath(places.map((place) => event.values[place] ?? null));
}

/** The fields that have a value, by name, each turned into what `show` makes of its canonical text. */
export function fieldsOf<T>(
  table: StoreTable,
  event: StoredEvent,
  show: (column: Column, value: string) => T,
): Record<string, T> {
  const entries = table.columns.flatMap((column, place): [string, T][] => {
    const value = event.values[place] ?? null;
    return value === null ? [] : [[column.name, show(column, value)]];
  });
  return Object.fromEntries(entries);
}

/**
 * Reads filters given as text; a value is compared in its canonical form, so `1.50` finds `1.5`. `place` is what
 * stands before the name of a field in the pointer to it. Throws `FILTER_INVALID`.
 */
export function readFilters(
  store: OpenStore,
  filters: Readonly<Record<string, string>>,
  place = '/query/filter.',
): FieldFilter[] {
  const problems: Problem[] = [];
  const read = Object.entries(filters).map(([name, text]): FieldFilter => {
    const column = store.table.columns.find((candidate) => candidate.name === name);
    const value = column ? readField(store, column, text) : { problem: 'is not a field of this store' };
    if (typeof value === 'string') return { field: name, value };
    const pointer = `${place}${name}`;
    problems.push({ pointer, code: 'FILTER_INVALID', message: `Filter '${name}': ${value.problem}.` });
    return { field: name, value: null };
  });
  throwIfProblems(problems, 'FILTER_INVALID', 'The filter is not valid; see errors.');
  return read;
}

/** A value given as text, in canonical form; or what is wrong with it. */
export function readField(store: OpenStore, column: Column, text: string): string | ValueProblem {
  // The pseudo-fields are no fields of the definition; their columns say enough.
  const field = store.definition.fields.find(({ name }) => name === column.name) ?? column;
  return fieldReader(field, store.definition.timeZone, 'text')(text);
}
