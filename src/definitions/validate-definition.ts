// Owns the rules that a definition keeps by itself. Names of other definitions are the catalogue's affair.
import type { Problem } from '../errors.ts';
import { jsonPointer } from './json-pointer.ts';
import {
  DECIMAL_SCALE_MAX,
  FIELD_TYPES,
  FILE_FIELD,
  LINE_FIELD,
  type EventDefinition,
  type EventField,
} from './types.ts';
import { compileFormat } from './values/time-format.ts';
import { isTimeZone } from './values/zone.ts';

/** What a person gives for a definition; the catalogue adds id and version. */
export type DefinitionInput = Omit<EventDefinition, 'id' | 'version'>;

/** In characters as people count them (code points). */
export const NAME_CHARACTERS_MAX = 128;
export const DESCRIPTION_CHARACTERS_MAX = 4_000;
/** Columns of a store; wide enough for billing files, narrow enough for a table. */
export const FIELDS_MAX = 500;

const INVALID = 'EVENT_DEFINITION_INVALID';
const PSEUDO_FIELDS: readonly string[] = [FILE_FIELD, LINE_FIELD];
/** A control character, or half of a surrogate pair. Everything else may stand in a name. */
const NOT_IN_NAME = /[\p{Cc}\p{Cs}]/u;

/** All that is wrong with a definition, with JSON pointers into it. Empty means valid. */
export function validateDefinition(definition: DefinitionInput): Problem[] {
  return [
    ...nameProblems(definition.name, '/name'),
    ...descriptionProblems(definition.description, '/description'),
    ...fieldsProblems(definition.fields),
    ...idProblems(definition),
    ...eventTimeProblems(definition),
    ...zoneProblems(definition.timeZone),
  ];
}

/** What keeps a valid definition from being used by an event store: it needs an event time. */
export function checkDefinitionForStore(
  definition: Pick<EventDefinition, 'name' | 'eventTimeField'>,
): Problem[] {
  if (definition.eventTimeField !== undefined) return [];
  const message = `Definition "${definition.name}" names no event time field, which an event store needs.`;
  return [{ pointer: '/eventTimeField', code: 'EVENT_TIME_FIELD_MISSING', message }];
}

function invalid(pointer: string, message: string, code: string = INVALID): Problem[] {
  return [{ pointer, code, message }];
}

function nameProblems(name: string, pointer: string): Problem[] {
  if (name.trim() === '') return invalid(pointer, 'The name is empty.');
  const length = Array.from(name).length;
  if (length > NAME_CHARACTERS_MAX) {
    return invalid(pointer, `The name has ${length} characters; at most ${NAME_CHARACTERS_MAX} are allowed.`);
  }
  return NOT_IN_NAME.test(name) ? invalid(pointer, 'The name has a control character.') : [];
}

function descriptionProblems(description: string | undefined, pointer: string): Problem[] {
  if ((description?.length ?? 0) <= DESCRIPTION_CHARACTERS_MAX) return [];
  return invalid(pointer, `The description is longer than ${DESCRIPTION_CHARACTERS_MAX} characters.`);
}

function fieldsProblems(fields: readonly EventField[]): Problem[] {
  if (fields.length === 0) return invalid('/fields', 'A definition has at least one field.');
  if (fields.length > FIELDS_MAX) {
    return invalid('/fields', `${fields.length} fields; at most ${FIELDS_MAX} are allowed.`);
  }
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const [index, field] of fields.entries()) {
    problems.push(...fieldProblems(field, jsonPointer('fields', index)));
    // Names that differ in case only could not be told apart in an SQL query.
    const key = field.name.toLowerCase();
    const former = seen.get(key);
    if (former !== undefined) {
      const message = `Field "${field.name}" repeats the name of field "${former}" (case does not count).`;
      problems.push(...invalid(jsonPointer('fields', index, 'name'), message));
    }
    seen.set(key, field.name);
  }
  return problems;
}

/** What keeps a name from being that of a field. */
export function fieldNameProblems(name: string, pointer = ''): Problem[] {
  const problems = nameProblems(name, pointer);
  if (name.startsWith('$')) problems.push(...invalid(pointer, 'A field name does not start with "$".'));
  return problems;
}

function fieldProblems(field: EventField, pointer: string): Problem[] {
  const problems = fieldNameProblems(field.name, `${pointer}/name`);
  problems.push(...descriptionProblems(field.description, `${pointer}/description`));
  if (!FIELD_TYPES.includes(field.type)) {
    return [...problems, ...invalid(`${pointer}/type`, `A type is one of ${FIELD_TYPES.join(', ')}.`)];
  }
  return [...problems, ...scaleProblems(field, pointer), ...formatProblems(field, pointer)];
}

function scaleProblems({ name, type, scale }: EventField, pointer: string): Problem[] {
  if (scale === undefined) return [];
  if (type !== 'decimal') {
    return invalid(`${pointer}/scale`, `Field "${name}" is no decimal, so it has no scale.`);
  }
  if (Number.isInteger(scale) && scale >= 0 && scale <= DECIMAL_SCALE_MAX) return [];
  return invalid(`${pointer}/scale`, `A scale is an integer from 0 to ${DECIMAL_SCALE_MAX}.`);
}

function formatProblems({ name, type, format }: EventField, pointer: string): Problem[] {
  if (format === undefined) return [];
  if (type !== 'datetime' && type !== 'date') {
    return invalid(`${pointer}/format`, `Field "${name}" is no datetime or date, so it has no format.`);
  }
  const compiled = compileFormat(format, type);
  return 'problem' in compiled ? invalid(`${pointer}/format`, `The format ${compiled.problem}.`) : [];
}

function idProblems({ fields, eventIdFields }: DefinitionInput): Problem[] {
  if (eventIdFields.length === 0) {
    return invalid('/eventIdFields', 'At least one field forms the event id.', 'EVENT_ID_FIELD_NOT_FOUND');
  }
  return eventIdFields.flatMap((name, index) => {
    const pointer = jsonPointer('eventIdFields', index);
    if (eventIdFields.indexOf(name) < index) return invalid(pointer, `Id field "${name}" is there twice.`);
    const known = PSEUDO_FIELDS.includes(name) || fields.some((field) => field.name === name);
    if (known) return [];
    return invalid(pointer, `Id field "${name}" is not among the fields.`, 'EVENT_ID_FIELD_NOT_FOUND');
  });
}

function eventTimeProblems({ fields, eventTimeField }: DefinitionInput): Problem[] {
  if (eventTimeField === undefined) return [];
  const field = fields.find(({ name }) => name === eventTimeField);
  if (!field) {
    const message = `Event time field "${eventTimeField}" is not among the fields.`;
    return invalid('/eventTimeField', message, 'EVENT_TIME_FIELD_MISSING');
  }
  if (field.type === 'datetime') return [];
  const message = `Event time field "${eventTimeField}" has type ${field.type}; it must be datetime.`;
  return invalid('/eventTimeField', message, 'EVENT_TIME_FIELD_NOT_DATETIME');
}

function zoneProblems(timeZone: string): Problem[] {
  return isTimeZone(timeZone) ? [] : invalid('/timeZone', `"${timeZone}" is not a known IANA time zone.`);
}
