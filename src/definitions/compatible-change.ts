// Owns which changes a definition may take while something uses it.
import type { Problem } from '../errors.ts';
import { jsonPointer } from './json-pointer.ts';
import { DECIMAL_SCALE_DEFAULT, type EventField } from './types.ts';
import type { DefinitionInput } from './validate-definition.ts';

/**
 * What a store that holds events of `before` could not follow. Allowed are other descriptions, and further
 * optional fields after the present ones. Every problem has the code EVENT_DEFINITION_REFERENCED.
 */
export function compatibleChange(before: DefinitionInput, after: DefinitionInput): Problem[] {
  const problems: Problem[] = [];
  const refuse = (pointer: string, message: string): void => {
    problems.push({
      pointer,
      code: 'EVENT_DEFINITION_REFERENCED',
      message: `${message} while it is in use.`,
    });
  };
  if (after.name !== before.name) refuse('/name', 'A definition keeps its name');
  if (JSON.stringify(after.eventIdFields) !== JSON.stringify(before.eventIdFields)) {
    refuse('/eventIdFields', 'A definition keeps its id fields');
  }
  if (after.eventTimeField !== before.eventTimeField) {
    refuse('/eventTimeField', 'A definition keeps its event time field');
  }
  if (after.timeZone !== before.timeZone) refuse('/timeZone', 'A definition keeps its time zone');
  for (const [index, field] of before.fields.entries()) {
    const pointer = jsonPointer('fields', index);
    const now = after.fields[index];
    if (!now || now.name !== field.name) refuse(pointer, `Field "${field.name}" keeps its place`);
    else if (!readsAlike(field, now)) refuse(pointer, `Field "${field.name}" keeps all but its description`);
  }
  for (const [offset, field] of after.fields.slice(before.fields.length).entries()) {
    const pointer = jsonPointer('fields', before.fields.length + offset, 'required');
    if (field.required) refuse(pointer, `New field "${field.name}" can only be optional`);
  }
  return problems;
}

const readsAlike = (a: EventField, b: EventField): boolean =>
  a.type === b.type && a.required === b.required && a.format === b.format && scaleOf(a) === scaleOf(b);

const scaleOf = ({ type, scale }: EventField): number | undefined =>
  type === 'decimal' ? (scale ?? DECIMAL_SCALE_DEFAULT) : undefined;
