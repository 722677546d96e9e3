// Owns the text of an event id in a URL, and reading the values of an id from text.
import { WeirError, type Problem } from '../errors.ts';
import {
  FILE_FIELD,
  LINE_FIELD,
  type CanonicalValue,
  type EventDefinition,
  type EventField,
} from './types.ts';
import { fieldReader } from './values/field-reader.ts';
import { jsonPointer } from './json-pointer.ts';

type IdDefinition = Pick<EventDefinition, 'fields' | 'eventIdFields' | 'timeZone'>;

const FILE: EventField = { name: FILE_FIELD, type: 'string', required: true };
const LINE: EventField = { name: LINE_FIELD, type: 'integer', required: true };

/** The fields that form the id, in the order of the definition, pseudo-fields included. */
export function eventIdFieldsOf({ fields, eventIdFields }: IdDefinition): EventField[] {
  return eventIdFields.map((name) => {
    const field = [...fields, FILE, LINE].find((candidate) => candidate.name === name);
    if (!field) throw new RangeError(`id field "${name}" is not in the definition`);
    return field;
  });
}

/**
 * The id as it stands in a URL, before percent-encoding: the text of a single id field; of several the
 * base64url of the JSON array of their canonical texts.
 */
export function eventIdPath(values: readonly CanonicalValue[]): string {
  const [single] = values;
  if (values.length === 1) return single ?? '';
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * The canonical values of the id fields from eventIdPath's text (already percent-decoded). Throws
 * EVENT_ID_MALFORMED where the text cannot be an id of this definition.
 */
export function parseEventIdPath(definition: IdDefinition, path: string): CanonicalValue[] {
  const texts = definition.eventIdFields.length === 1 ? [path] : parseTexts(path);
  const read = readEventId(definition, texts);
  if ('values' in read) return read.values;
  const [first] = read.problems;
  throw new WeirError('malformed', 'EVENT_ID_MALFORMED', first?.message ?? 'Not an event id.', read);
}

/**
 * Reads the values of the id fields, in their order, from texts (a URL, a row of a backfill file). Problems
 * point to the field, with the codes EVENT_ID_MISSING (empty) and EVENT_INVALID.
 */
export function readEventId(
  definition: IdDefinition,
  texts: readonly string[],
): { readonly values: CanonicalValue[] } | { readonly problems: Problem[] } {
  const fields = eventIdFieldsOf(definition);
  const values: CanonicalValue[] = [];
  const problems: Problem[] = [];
  for (const [index, field] of fields.entries()) {
    const value = readText(field, definition.timeZone, texts[index] ?? '');
    if (typeof value === 'string') values.push(value);
    else problems.push(value);
  }
  if (texts.length > fields.length) {
    const message = `The id has ${fields.length} values, not ${texts.length}.`;
    problems.push({ pointer: '', code: 'EVENT_INVALID', message });
  }
  return problems.length > 0 ? { problems } : { values };
}

function readText(field: EventField, timeZone: string, text: string): string | Problem {
  const pointer = jsonPointer(field.name);
  if (text === '')
    return { pointer, code: 'EVENT_ID_MISSING', message: `Id field "${field.name}" is empty.` };
  const value = fieldReader(field, timeZone, 'text')(text);
  if (typeof value === 'string') return value;
  return { pointer, code: 'EVENT_INVALID', message: `Id field "${field.name}": ${value.problem}.` };
}

function parseTexts(path: string): string[] {
  const malformed = new WeirError(
    'malformed',
    'EVENT_ID_MALFORMED',
    'The id of an event with several id fields is the base64url of a JSON array of texts.',
  );
  if (!/^[A-Za-z0-9_-]+$/.test(path)) throw malformed;
  let texts: unknown;
  try {
    texts = JSON.parse(Buffer.from(path, 'base64url').toString('utf8'));
  } catch {
    throw malformed;
  }
  if (Array.isArray(texts) && texts.every((text) => typeof text === 'string')) return texts;
  throw malformed;
}
