// Owns how the fields of a definition are shown.
import type { Definition } from '../api-types.ts';
import { tableLines } from './table.ts';

/** A table of the fields: name, type, and what they are for. */
export const fieldLines = (definition: Definition): string[] =>
  tableLines(
    [{ title: 'field' }, { title: 'type' }, { title: '' }],
    definition.fields.map((field) => [field.name, typeText(field), roleText(definition, field.name)]),
  );

function typeText({ type, scale, required }: Definition['fields'][number]): string {
  return `${type}${scale === undefined ? '' : `(${scale})`}${required === true ? ' required' : ''}`;
}

function roleText(definition: Definition, field: string): string {
  const roles = [
    definition.eventIdFields.includes(field) ? 'event id' : '',
    definition.eventTimeField === field ? 'event time' : '',
  ];
  return roles.filter((role) => role !== '').join(', ');
}
