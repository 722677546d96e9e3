// Owns reading an Avro schema: types, names and their namespaces, with everything that is wrong at once.
import { throwIfProblems, type Problem } from '../../errors.ts';
import { jsonPointer } from '../json-pointer.ts';
import { logicalTypeOf } from './logical-type.ts';
import {
  PRIMITIVES,
  type AvroField,
  type AvroRecord,
  type AvroType,
  type Primitive,
} from './schema-model.ts';

/** Types of one schema, and steps of a pointer into it: what reads them recurses. */
const TYPES_MAX = 10_000;
const DEPTH_MAX = 200;
/** Bytes of a fixed type: no more than an event may have. */
const FIXED_BYTES_MAX = 1_048_576;

type Written = Readonly<Record<string, unknown>>;
type Steps = readonly (string | number)[];

/**
 * The type that a schema (parsed JSON) describes. Throws every problem at once, with pointers into the schema:
 * SCHEMA_INVALID, SCHEMA_REF_UNRESOLVED (a name that is not defined before its use), SCHEMA_TOO_LARGE.
 */
export function parseAvroSchema(schema: unknown): AvroType {
  const parser = new SchemaParser();
  const type = parser.type(schema, [], '');
  throwIfProblems(parser.problems, 'SCHEMA_INVALID', 'The Avro schema is not valid; see errors.');
  return type;
}

/** Stands where the schema is wrong, so that the rest can be looked at. */
const UNKNOWN: AvroType = { kind: 'null' };

class SchemaParser {
  readonly problems: Problem[] = [];
  readonly #named = new Map<string, AvroType>();
  #types = 0;

  /** `namespace` is that of the surrounding definition. */
  type(schema: unknown, at: Steps, namespace: string): AvroType {
    this.#types++;
    if (this.#types === TYPES_MAX + 1) this.#problem(at, `More than ${TYPES_MAX} types.`, 'SCHEMA_TOO_LARGE');
    if (this.#types > TYPES_MAX) return UNKNOWN;
    if (at.length > DEPTH_MAX) {
      return this.#problem(at, `Types nest deeper than ${DEPTH_MAX} steps.`, 'SCHEMA_TOO_LARGE');
    }
    if (typeof schema === 'string') return this.#byName(schema, at, namespace);
    if (Array.isArray(schema)) return this.#union(schema, at, namespace);
    if (isObject(schema)) return this.#written(schema, at, namespace);
    return this.#problem(at, 'A type is a name, an object, or an array of types.');
  }

  #byName(name: string, at: Steps, namespace: string): AvroType {
    const primitive = PRIMITIVES.find((known) => known === name);
    if (primitive) return { kind: primitive };
    const known = this.#named.get(fullName(name, namespace)) ?? this.#named.get(name);
    if (known) return known;
    return this.#problem(at, `There is no type "${name}" before this place.`, 'SCHEMA_REF_UNRESOLVED');
  }

  #union(branches: readonly unknown[], at: Steps, namespace: string): AvroType {
    if (branches.length === 0) return this.#problem(at, 'A union has at least one type.');
    const types = branches.map((branch, index) => {
      if (Array.isArray(branch)) return this.#problem([...at, index], 'A union does not hold a union.');
      return this.type(branch, [...at, index], namespace);
    });
    return { kind: 'union', branches: types };
  }

  #written(schema: Written, at: Steps, namespace: string): AvroType {
    const { type } = schema;
    switch (type) {
      case 'record':
      case 'error':
        return this.#record(schema, at, namespace);
      case 'enum':
        return this.#enum(schema, at, namespace);
      case 'fixed':
        return this.#fixed(schema, at, namespace);
      case 'array':
        return { kind: 'array', items: this.type(schema['items'], [...at, 'items'], namespace) };
      case 'map':
        return { kind: 'map', values: this.type(schema['values'], [...at, 'values'], namespace) };
    }
    const primitive = PRIMITIVES.find((known) => known === type);
    // A type may be written as { "type": ... } around anything.
    return primitive ? primitiveOf(schema, primitive) : this.type(type, [...at, 'type'], namespace);
  }

  #record(schema: Written, at: Steps, namespace: string): AvroType {
    const { doc, fields } = schema;
    const name = this.#nameOf(schema, at, namespace);
    const record: AvroRecord = { kind: 'record', name, ...docOf(doc), fields: [] };
    this.#define(name, record, at);
    if (!Array.isArray(fields)) return this.#problem([...at, 'fields'], 'A record has a list of fields.');
    const seen = new Set<string>();
    for (const [index, field] of (fields as readonly unknown[]).entries()) {
      const place = [...at, 'fields', index];
      const read = this.#field(field, place, namespaceOf(name));
      if (!read) continue;
      if (seen.has(read.name)) this.#problem([...place, 'name'], `Field "${read.name}" is there twice.`);
      seen.add(read.name);
      record.fields.push(read);
    }
    return record;
  }

  #field(field: unknown, at: Steps, namespace: string): AvroField | undefined {
    if (!isObject(field) || typeof field['name'] !== 'string' || field['name'] === '') {
      this.#problem(at, 'A field is an object with a name and a type.');
      return undefined;
    }
    const type = this.type(field['type'], [...at, 'type'], namespace);
    return { name: field['name'], type, ...docOf(field['doc']) };
  }

  #enum(schema: Written, at: Steps, namespace: string): AvroType {
    const { symbols, doc } = schema;
    const place = [...at, 'symbols'];
    if (!Array.isArray(symbols) || symbols.length === 0) return this.#problem(place, 'An enum has symbols.');
    if (!symbols.every((symbol) => typeof symbol === 'string')) {
      return this.#problem(place, 'The symbols of an enum are texts.');
    }
    const type: AvroType = { kind: 'enum', symbols, ...docOf(doc) };
    return this.#define(this.#nameOf(schema, at, namespace), type, at);
  }

  #fixed(schema: Written, at: Steps, namespace: string): AvroType {
    const { size } = schema;
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || size > FIXED_BYTES_MAX) {
      return this.#problem([...at, 'size'], `A fixed type has a size of 0 to ${FIXED_BYTES_MAX} bytes.`);
    }
    const logical = logicalTypeOf(schema, 'fixed');
    const type: AvroType = { kind: 'fixed', size, ...(logical ? { logical } : {}) };
    return this.#define(this.#nameOf(schema, at, namespace), type, at);
  }

  #nameOf({ name, namespace: own }: Written, at: Steps, namespace: string): string {
    if (typeof name === 'string' && name !== '') {
      return fullName(name, typeof own === 'string' ? own : namespace);
    }
    this.#problem([...at, 'name'], 'A record, enum or fixed type has a name.');
    return '';
  }

  #define(name: string, type: AvroType, at: Steps): AvroType {
    if (this.#named.has(name)) this.#problem([...at, 'name'], `Type "${name}" is defined twice.`);
    this.#named.set(name, type);
    return type;
  }

  #problem(at: Steps, message: string, code = 'SCHEMA_INVALID'): AvroType {
    this.problems.push({ pointer: jsonPointer(...at), code, message });
    return UNKNOWN;
  }
}

function primitiveOf(schema: Written, kind: Primitive): AvroType {
  const logical = logicalTypeOf(schema, kind);
  return { kind, ...(logical ? { logical } : {}) };
}

const isObject = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const docOf = (doc: unknown): { readonly doc?: string } =>
  typeof doc === 'string' && doc !== '' ? { doc } : {};

/** A name with a dot is full already. */
const fullName = (name: string, namespace: string): string =>
  name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;

const namespaceOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));
