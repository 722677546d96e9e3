// Owns what an imported schema becomes: a proposed definition, with notes on what it does not carry over.
import type { Problem } from '../../errors.ts';
import { throwIfProblems } from '../../errors.ts';
import { idRank, timeRank } from '../detect/field-names.ts';
import { jsonPointer } from '../json-pointer.ts';
import type { EventField } from '../types.ts';
import { DESCRIPTION_CHARACTERS_MAX, FIELDS_MAX, fieldNameProblems } from '../validate-definition.ts';

/** Something that the definition does not say although the schema does; `pointer` leads into the schema. */
export interface ImportNote {
  readonly pointer: string;
  readonly message: string;
}

export interface ImportedDefinition {
  /** The schema's own name for it, for a person to change. */
  readonly name?: string;
  readonly description?: string;
  readonly fields: readonly EventField[];
  /** Empty where no name suggests an id. */
  readonly eventIdFields: readonly string[];
  readonly eventTimeField?: string;
  readonly timeZone: string;
  /** All fields that could take the part, best first. */
  readonly candidates: { readonly eventId: readonly string[]; readonly eventTime: readonly string[] };
  readonly notes: readonly ImportNote[];
}

/** A field as a schema gives it, and where. */
export interface ImportedField {
  readonly at: readonly (string | number)[];
  readonly field: EventField;
}

interface ImportedParts {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly fields: readonly ImportedField[];
  readonly notes: readonly ImportNote[];
  readonly problems: readonly Problem[];
}

/**
 * The proposal from what a schema gave. Members whose names no field can have are left out, with a note. Throws
 * the problems, if there are any, and SCHEMA_INVALID without a field, SCHEMA_TOO_LARGE with too many.
 */
export function importedDefinition(parts: ImportedParts): ImportedDefinition {
  const notes = [...parts.notes];
  const fields = usableFields(parts.fields, notes);
  const problems = [...parts.problems, ...(parts.problems.length > 0 ? [] : countProblems(fields))];
  throwIfProblems(problems, 'SCHEMA_INVALID', 'The schema cannot be imported; see errors.');
  const eventId = idCandidates(fields);
  const eventTime = timeCandidates(fields);
  const description = shortened(parts.description, [], notes);
  return {
    ...(parts.name === undefined ? {} : { name: parts.name }),
    ...(description === undefined ? {} : { description }),
    fields,
    eventIdFields: eventId.slice(0, 1),
    ...(eventTime[0] === undefined ? {} : { eventTimeField: eventTime[0] }),
    timeZone: 'UTC',
    candidates: { eventId, eventTime },
    notes,
  };
}

function usableFields(imported: readonly ImportedField[], notes: ImportNote[]): EventField[] {
  const seen = new Set<string>();
  return imported.flatMap(({ at, field }) => {
    const key = field.name.toLowerCase();
    const [unfit] = fieldNameProblems(field.name);
    const message = seen.has(key) ? 'The name differs from another in case only.' : unfit?.message;
    if (message !== undefined) {
      notes.push({ pointer: jsonPointer(...at), message: `Left out: ${message}` });
      return [];
    }
    seen.add(key);
    const { description, ...rest } = field;
    const short = shortened(description, at, notes);
    return [{ ...rest, ...(short === undefined ? {} : { description: short }) }];
  });
}

function countProblems({ length }: readonly EventField[]): Problem[] {
  if (length === 0) {
    return [{ pointer: '', code: 'SCHEMA_INVALID', message: 'The schema has no member to make a field of.' }];
  }
  if (length <= FIELDS_MAX) return [];
  const message = `The schema has ${length} members; a definition has at most ${FIELDS_MAX} fields.`;
  return [{ pointer: '', code: 'SCHEMA_TOO_LARGE', message }];
}

function shortened(
  text: string | undefined,
  at: readonly (string | number)[],
  notes: ImportNote[],
): string | undefined {
  if (text === undefined || text.length <= DESCRIPTION_CHARACTERS_MAX) return text;
  const message = `The description is cut to ${DESCRIPTION_CHARACTERS_MAX} characters.`;
  notes.push({ pointer: jsonPointer(...at), message });
  return text.slice(0, DESCRIPTION_CHARACTERS_MAX);
}

/** Nothing but its name speaks for an id. */
const idCandidates = (fields: readonly EventField[]): string[] =>
  fields
    .filter(({ name, type }) => (type === 'string' || type === 'integer') && idRank(name) < 3)
    .sort((a, b) => Number(b.required) - Number(a.required) || idRank(a.name) - idRank(b.name))
    .map(({ name }) => name);

/** A time that is always there before one that may be missing. */
const timeCandidates = (fields: readonly EventField[]): string[] =>
  fields
    .filter(({ type }) => type === 'datetime')
    .sort((a, b) => Number(b.required) - Number(a.required) || timeRank(a.name) - timeRank(b.name))
    .map(({ name }) => name);
