// Owns what a JSON Schema says about one place after its references, `allOf` and nullable choices are put
// together. Only what a definition can use is kept; the rest is named in `unchecked`.
import type { Problem } from '../../errors.ts';
import { jsonPointer } from '../json-pointer.ts';
import { NumberText } from '../values/numeral.ts';

export type Steps = readonly (string | number)[];
type Json = Readonly<Record<string, unknown>>;

/** A place of the document. */
export interface Place {
  readonly schema: unknown;
  readonly at: Steps;
}

/** One place, resolved. */
export interface Shape {
  /** Undefined where nothing says the type; never with `null` in it. */
  readonly types: ReadonlySet<string> | undefined;
  readonly nullable: boolean;
  readonly format: string | undefined;
  readonly multipleOf: unknown;
  readonly description: string | undefined;
  readonly title: string | undefined;
  /** The places that describe a member: several where `allOf` joins them. */
  readonly properties: ReadonlyMap<string, readonly Place[]>;
  readonly required: ReadonlySet<string>;
  readonly items: Place | undefined;
  /** A choice between several types that are not null. */
  readonly choice: readonly Place[] | undefined;
  /** Keywords that restrict the values and that no field can have. */
  readonly unchecked: readonly string[];
}

/** Places looked at in all, so that references cannot multiply without end; and how deep they may lead. */
const PLACES_MAX = 10_000;
const DEPTH_MAX = 64;

const EMPTY: Shape = {
  types: undefined,
  nullable: true,
  format: undefined,
  multipleOf: undefined,
  description: undefined,
  title: undefined,
  properties: new Map(),
  required: new Set(),
  items: undefined,
  choice: undefined,
  unchecked: [],
};

const UNCHECKED: readonly string[] = [
  'enum',
  'const',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minItems',
  'maxItems',
  'not',
  'if',
  'dependentSchemas',
  'dependentRequired',
  'dependencies',
  'patternProperties',
  'contentEncoding',
];

export class JsonSchemaResolver {
  readonly problems: Problem[] = [];
  readonly #root: unknown;
  /** References being followed. */
  readonly #following: string[] = [];
  #places = 0;
  #depth = 0;

  constructor(root: unknown) {
    this.#root = root;
  }

  /** What all of these places say together. */
  resolve(places: readonly Place[]): Shape {
    return places.map((place) => this.#resolveOne(place)).reduce(merged, EMPTY);
  }

  #resolveOne({ schema, at }: Place): Shape {
    if (this.#exceeds(1, at) || schema === true) return EMPTY;
    if (schema === false) return this.#problem(at, 'SCHEMA_INVALID', 'The schema allows no value here.');
    if (!isObject(schema)) return this.#problem(at, 'SCHEMA_INVALID', 'A schema is an object or a boolean.');
    if (this.#depth >= DEPTH_MAX) {
      this.#places = PLACES_MAX + 1;
      return this.#problem(at, 'SCHEMA_TOO_LARGE', `Schemas nest deeper than ${DEPTH_MAX}.`);
    }
    this.#depth++;
    try {
      return [this.#own(schema, at), ...this.#joined(schema, at)].reduce(merged, EMPTY);
    } finally {
      this.#depth--;
    }
  }

  /** Counts places; true beyond the limit, which is reported once. */
  #exceeds(places: number, at: Steps): boolean {
    const before = this.#places;
    this.#places += places;
    if (this.#places <= PLACES_MAX) return false;
    if (before <= PLACES_MAX) this.#problem(at, 'SCHEMA_TOO_LARGE', TOO_LARGE);
    return true;
  }

  /** What the schema says by itself. */
  #own(schema: Json, at: Steps): Shape {
    const types = this.#typesOf(schema, at);
    const { description, title, format } = schema;
    return {
      ...EMPTY,
      types: types && new Set([...types].filter((type) => type !== 'null')),
      nullable: types === undefined || types.has('null'),
      format: textOf(format),
      multipleOf: schema['multipleOf'],
      description: textOf(description),
      title: textOf(title),
      properties: this.#properties(schema, at),
      required: this.#required(schema, at),
      items: schema['items'] === undefined ? undefined : { schema: schema['items'], at: [...at, 'items'] },
      unchecked: UNCHECKED.filter((keyword) => schema[keyword] !== undefined),
    };
  }

  #typesOf(schema: Json, at: Steps): Set<string> | undefined {
    const { type } = schema;
    const values = Object.hasOwn(schema, 'const') ? [schema['const']] : schema['enum'];
    if (type === undefined) return Array.isArray(values) ? new Set(values.map(typeOfValue)) : undefined;
    const types: unknown[] = Array.isArray(type) ? type : [type];
    const known = types.filter((one): one is string => typeof one === 'string' && TYPES.has(one));
    if (known.length < types.length || known.length === 0) {
      this.#problem([...at, 'type'], 'SCHEMA_INVALID', `A type is one of ${[...TYPES].join(', ')}.`);
      return undefined;
    }
    return new Set(known);
  }

  #properties({ properties }: Json, at: Steps): Map<string, Place[]> {
    if (properties === undefined) return new Map();
    const place = [...at, 'properties'];
    if (isObject(properties)) {
      const members = Object.entries(properties);
      if (this.#exceeds(members.length, place)) return new Map();
      return new Map(members.map(([name, schema]) => [name, [{ schema, at: [...place, name] }]]));
    }
    this.#problem(place, 'SCHEMA_INVALID', 'Properties are an object of schemas.');
    return new Map();
  }

  #required({ required }: Json, at: Steps): Set<string> {
    // In draft 3 it was a boolean of the member, which says nothing here.
    if (required === undefined || typeof required === 'boolean') return new Set();
    if (Array.isArray(required) && required.every((name) => typeof name === 'string'))
      return new Set(required);
    this.#problem([...at, 'required'], 'SCHEMA_INVALID', 'Required members are a list of names.');
    return new Set();
  }

  /** What stands elsewhere: behind a reference, in the parts of `allOf`, in a choice. */
  #joined(schema: Json, at: Steps): Shape[] {
    const { $ref, allOf } = schema;
    const shapes: Shape[] = [];
    if ($ref !== undefined) shapes.push(this.#reference($ref, [...at, '$ref']));
    if (Array.isArray(allOf)) {
      shapes.push(this.resolve(allOf.map((part, index) => ({ schema: part, at: [...at, 'allOf', index] }))));
    } else if (allOf !== undefined) {
      shapes.push(this.#problem([...at, 'allOf'], 'SCHEMA_INVALID', 'allOf is a list of schemas.'));
    }
    for (const keyword of ['anyOf', 'oneOf']) {
      if (schema[keyword] !== undefined) shapes.push(this.#choice(schema[keyword], [...at, keyword]));
    }
    return shapes;
  }

  #reference($ref: unknown, at: Steps): Shape {
    if (typeof $ref !== 'string' || !($ref === '#' || $ref.startsWith('#/'))) {
      const message = `Reference ${JSON.stringify($ref)} leads out of the document; put the schema into $defs.`;
      return this.#problem(at, 'SCHEMA_REF_UNRESOLVED', message);
    }
    if (this.#following.includes($ref)) {
      return this.#problem(at, 'SCHEMA_REF_CYCLE', `Reference "${$ref}" leads back to itself.`);
    }
    const target = lookUp(this.#root, $ref);
    if (!target) return this.#problem(at, 'SCHEMA_REF_UNRESOLVED', `There is nothing at "${$ref}".`);
    this.#following.push($ref);
    try {
      return this.#resolveOne(target);
    } finally {
      this.#following.pop();
    }
  }

  /** A choice between null and one schema is that schema, nullable. */
  #choice(branches: unknown, at: Steps): Shape {
    if (!Array.isArray(branches) || branches.length === 0) {
      return this.#problem(at, 'SCHEMA_INVALID', 'A choice is a list of schemas.');
    }
    const places: Place[] = branches.map((schema: unknown, index) => ({ schema, at: [...at, index] }));
    const shapes = places.map((place) => ({ place, shape: this.#resolveOne(place) }));
    const valued = shapes.filter(({ shape }) => shape.types === undefined || shape.types.size > 0);
    const nullable = shapes.some(({ shape }) => shape.nullable);
    const [only, ...others] = valued;
    if (!only) return { ...EMPTY, types: new Set() };
    if (others.length === 0) return { ...only.shape, nullable };
    return { ...EMPTY, nullable, choice: valued.map(({ place }) => place) };
  }

  #problem(at: Steps, code: string, message: string): Shape {
    const pointer = jsonPointer(...at);
    // A place that several references lead to is wrong once.
    if (!this.problems.some((known) => known.pointer === pointer && known.code === code)) {
      this.problems.push({ pointer, code, message });
    }
    return EMPTY;
  }
}

const TYPES: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'integer',
  'number',
  'string',
  'object',
  'array',
]);
const TOO_LARGE = `More than ${PLACES_MAX} schemas, references followed.`;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function typeOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof NumberText) return 'number';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value;
  return 'object';
}

/** What both say. The first that gives a text or a number wins. */
function merged(a: Shape, b: Shape): Shape {
  return {
    types: a.types && b.types ? commonTypes(a.types, b.types) : (a.types ?? b.types),
    nullable: a.nullable && b.nullable,
    format: a.format ?? b.format,
    multipleOf: a.multipleOf ?? b.multipleOf,
    description: a.description ?? b.description,
    title: a.title ?? b.title,
    properties: mergedProperties(a.properties, b.properties),
    required: new Set([...a.required, ...b.required]),
    items: a.items ?? b.items,
    choice: a.choice ?? b.choice,
    unchecked: [...new Set([...a.unchecked, ...b.unchecked])],
  };
}

/** An integer is a number too. */
const commonTypes = (a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> =>
  new Set([
    ...[...a].filter((type) => b.has(type) || (type === 'integer' && b.has('number'))),
    ...[...b].filter((type) => type === 'integer' && a.has('number')),
  ]);

function mergedProperties(a: Shape['properties'], b: Shape['properties']): Shape['properties'] {
  if (b.size === 0) return a;
  const all = new Map(a);
  for (const [name, places] of b) all.set(name, [...(all.get(name) ?? []), ...places]);
  return all;
}

/** The place that a pointer in a fragment leads to. */
function lookUp(root: unknown, $ref: string): Place | undefined {
  const at: string[] = [];
  let schema = root;
  for (const step of $ref.split('/').slice(1)) {
    const key = decoded(step);
    if (key === undefined || typeof schema !== 'object' || schema === null) return undefined;
    if (!Object.hasOwn(schema, key)) return undefined;
    schema = (schema as Json)[key];
    at.push(key);
  }
  return { schema, at };
}

function decoded(step: string): string | undefined {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
