// Owns what a JSON Schema (2020-12, draft-07 and those between) becomes as a definition: each member of the
// object is a field.
import { jsonPointer } from '../json-pointer.ts';
import { DECIMAL_SCALE_DEFAULT, DECIMAL_SCALE_MAX, type EventField, type FieldType } from '../types.ts';
import { numeralText, parseNumeral } from '../values/numeral.ts';
import {
  importedDefinition,
  type ImportedDefinition,
  type ImportedField,
  type ImportNote,
} from './imported-definition.ts';
import { JsonSchemaResolver, type Place, type Shape, type Steps } from './json-schema-resolver.ts';

/** A type of ours, and what it does not say of the other. */
interface Mapped {
  readonly type: FieldType;
  readonly scale?: number;
  readonly note?: string;
}

/**
 * Proposes a definition from a JSON Schema (parsed JSON). Throws every problem at once, with pointers into the
 * schema: SCHEMA_INVALID, SCHEMA_REF_UNRESOLVED (also one that leads out of the document: nothing is fetched),
 * SCHEMA_REF_CYCLE, SCHEMA_TOO_LARGE.
 */
export function jsonSchemaDefinition(schema: unknown): ImportedDefinition {
  const notes: ImportNote[] = [];
  const resolver = new JsonSchemaResolver(schema);
  const { shape, at } = eventShape(resolver, { schema, at: [] }, notes);
  const importer = new FieldImporter(resolver, notes);
  const fields = [...shape.properties].map(([name, places]) =>
    importer.field(name, places, shape.required.has(name)),
  );
  for (const name of shape.required) {
    if (shape.properties.has(name)) continue;
    notes.push({
      pointer: jsonPointer(...at),
      message: `Left out: required member "${name}" has no schema.`,
    });
  }
  const { title, description } = shape;
  return importedDefinition({ name: title, description, fields, notes, problems: resolver.problems });
}

/** What one event is: the root, or an element of the array that the root is. */
function eventShape(
  resolver: JsonSchemaResolver,
  place: Place,
  notes: ImportNote[],
): { readonly shape: Shape; readonly at: Steps } {
  const { at } = place;
  const shape = resolver.resolve([place]);
  const isArray = shape.types?.has('array') === true && !shape.types.has('object');
  if (isArray && shape.items && at.length === 0) {
    notes.push({ pointer: '', message: 'An array of events: each element is one.' });
    return eventShape(resolver, shape.items, notes);
  }
  const refuse = (message: string): void => {
    resolver.problems.push({ pointer: jsonPointer(...at), code: 'SCHEMA_INVALID', message });
  };
  if (shape.choice) refuse(`A choice of ${shape.choice.length} schemas: import the one that an event has.`);
  else if (shape.types && !shape.types.has('object')) {
    refuse(`An event is an object; the schema is of type ${[...shape.types].join(', ') || 'null'}.`);
  }
  if (shape.unchecked.length > 0) notes.push({ pointer: jsonPointer(...at), message: notChecked(shape) });
  return { shape, at };
}

class FieldImporter {
  readonly #resolver: JsonSchemaResolver;
  readonly #notes: ImportNote[];

  constructor(resolver: JsonSchemaResolver, notes: ImportNote[]) {
    this.#resolver = resolver;
    this.#notes = notes;
  }

  field(name: string, places: readonly Place[], required: boolean): ImportedField {
    const at = places[0]?.at ?? [];
    const shape = this.#resolver.resolve(places);
    const { note, ...mapped } = this.#mapped(shape);
    const remarks = [note, ...(shape.unchecked.length > 0 ? [notChecked(shape)] : [])];
    const message = remarks.filter((remark) => remark !== undefined).join(' ');
    if (message !== '') this.#notes.push({ pointer: jsonPointer(...at), message });
    const description = shape.description ?? shape.title;
    const field: EventField = {
      name,
      ...mapped,
      required: required && !shape.nullable,
      ...(description === undefined ? {} : { description }),
    };
    return { at, field };
  }

  #mapped(shape: Shape): Mapped {
    if (shape.choice) return this.#choice(shape.choice);
    const types = typesOf(shape);
    if (types === undefined) return { type: 'json', note: 'No type: every value is kept as json.' };
    const [only, ...others] = types;
    if (only === undefined) return { type: 'string', note: 'Only null is allowed: a text without a value.' };
    if (others.length === 0) return mapType(only, shape);
    if (types.every((type) => type === 'integer' || type === 'number')) return mapType('number', shape);
    return { type: 'json', note: `One of several types (${types.join(', ')}): kept as json.` };
  }

  #choice(branches: readonly Place[]): Mapped {
    const mapped = branches.map((branch) => this.#mapped(this.#resolver.resolve([branch])));
    const [first, ...rest] = mapped;
    if (first && rest.every(({ type, scale }) => type === first.type && scale === first.scale)) return first;
    return { type: 'json', note: 'A choice between several types: kept as json.' };
  }
}

/** The types, or what other keywords say of them. */
function typesOf({ types, properties, items, format, multipleOf }: Shape): string[] | undefined {
  if (types) return [...types];
  if (properties.size > 0) return ['object'];
  if (items) return ['array'];
  if (multipleOf !== undefined) return ['number'];
  return format === undefined ? undefined : ['string'];
}

function mapType(type: string, shape: Shape): Mapped {
  switch (type) {
    case 'string':
      return mapText(shape.format);
    case 'integer':
      return { type: 'integer' };
    case 'number':
      return mapNumber(shape.multipleOf);
    case 'boolean':
      return { type: 'boolean' };
    default:
      return { type: 'json', note: `A nested ${type}: kept as json.` };
  }
}

function mapText(format: string | undefined): Mapped {
  if (format === 'date-time') return { type: 'datetime' };
  if (format === 'date') return { type: 'date' };
  return { type: 'string', ...(format === undefined ? {} : { note: `Not checked: format ${format}.` }) };
}

/** Values are multiples of 0.01, say: then two decimals are all that they can have. */
function mapNumber(multipleOf: unknown): Mapped {
  if (multipleOf === undefined) return { type: 'decimal', scale: DECIMAL_SCALE_DEFAULT };
  const numeral = parseNumeral(numeralText(multipleOf) ?? '');
  if (!numeral || numeral.digits === '' || numeral.negative) {
    const note = 'multipleOf is not a positive number, and says nothing of the scale.';
    return { type: 'decimal', scale: DECIMAL_SCALE_DEFAULT, note };
  }
  const decimals = Math.max(0, -numeral.exponent);
  if (decimals <= DECIMAL_SCALE_MAX) return { type: 'decimal', scale: decimals };
  const note = `${decimals} decimals; a field holds ${DECIMAL_SCALE_MAX}: values with more are rejected.`;
  return { type: 'decimal', scale: DECIMAL_SCALE_MAX, note };
}

const notChecked = ({ unchecked }: Shape): string => `Not checked: ${unchecked.join(', ')}.`;
