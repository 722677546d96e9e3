// Owns the OpenAPI 3.1 document: made from the same endpoint definitions that the router uses.
import { z } from 'zod';
import type { Answers } from './answers.ts';
import { endpoint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { problemSchema } from './problems.ts';

type Json = Record<string, unknown>;

/** `z.int()` says what a JavaScript number holds exactly; that is no limit of the API. */
function withoutNumberLimits({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** Collects named schemas (`.meta({id})`) as components while the rest is written in place. */
class Components {
  readonly schemas: Json = {};

  /** The JSON Schema of `schema`, its named parts moved to components. */
  add(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _,
      $defs,
      ...root
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: withoutNumberLimits,
    }) as Json;
    const definitions = ($defs ?? {}) as Json;
    const names = new Map(
      Object.keys(definitions).map((name) => [name, this.#nameFor(name, definitions[name], io)]),
    );
    const linked = (value: unknown): unknown => relink(value, names);
    for (const [name, definition] of Object.entries(definitions)) {
      this.schemas[names.get(name)!] = linked(definition);
    }
    return linked(root) as Json;
  }

  /** What is read and what is answered may differ (defaults): then the form that is read gets its own name. */
  #nameFor(name: string, definition: unknown, io: 'input' | 'output'): string {
    const known = this.schemas[name];
    const same =
      known === undefined || JSON.stringify(relink(definition, new Map())) === JSON.stringify(known);
    return same || io === 'output' ? name : `${name}Input`;
  }
}

function relink(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => relink(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !(key === 'id' && typeof item === 'string' && 'type' in value))
      .map(([key, item]) => {
        if (key !== '$ref' || typeof item !== 'string') return [key, relink(item, names)];
        const name = item.replace('#/$defs/', '');
        return [key, `#/components/schemas/${names.get(name) ?? name}`];
      }),
  );
}

/** One parameter per member; a catch-all becomes one exploded object, such as `filter.FIELD=VALUE`. */
function parametersOf(
  schema: z.ZodObject | undefined,
  place: 'path' | 'query',
  components: Components,
): Json[] {
  if (!schema) return [];
  const named = Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, member]) => {
    const { description, ...rest } = components.add(member, 'output');
    return {
      name,
      in: place,
      required: place === 'path' || !member.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
  const { catchall } = schema.def;
  if (!catchall || catchall instanceof z.ZodNever) return named;
  const { description, ...rest } = components.add(catchall as z.ZodType, 'output');
  const others = { name: 'others', in: place, style: 'form', explode: true, description };
  return [...named, { ...others, schema: { type: 'object', additionalProperties: rest } }];
}

const MIB = 1024 * 1024;
const bytesText = (bytes: number): string =>
  bytes < MIB ? `${bytes} bytes` : `${(bytes / MIB).toLocaleString('en')} MiB`;

function requestBodyOf({ body }: Endpoint, components: Components): Json {
  if (!body) return {};
  if (!('kind' in body)) {
    const required = !body.safeParse(undefined).success;
    return {
      requestBody: { required, content: { 'application/json': { schema: components.add(body, 'input') } } },
    };
  }
  const content = Object.fromEntries(body.contentTypes.map((type) => [type, {}]));
  const limit = `At most ${bytesText(body.bytesMax)} after unpacking; Content-Encoding gzip is read.`;
  return {
    requestBody: {
      required: true,
      description: [body.description, limit].filter(Boolean).join(' '),
      content,
    },
  };
}

function answersOf(answers: Answers, components: Components): Json {
  const declared = Object.entries(answers).map(([status, answer]): [string, Json] => {
    if (answer === null) return [status, { description: 'Done; no content.' }];
    if ('kind' in answer) {
      const content = Object.fromEntries(answer.contentTypes.map((type) => [type, {}]));
      return [status, { description: answer.description, content }];
    }
    const schema = components.add(answer, 'output');
    return [status, { description: 'Success.', content: { 'application/json': { schema } } }];
  });
  return { ...Object.fromEntries(declared), default: { $ref: '#/components/responses/Problem' } };
}

const operationIdOf = ({ method, path }: Endpoint): string =>
  method.toLowerCase() +
  path
    .replace(/^\/v1/u, '')
    .split(/[^\w]+/u)
    .filter(Boolean)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');

function operationOf(definition: Endpoint, components: Components): Json {
  return {
    operationId: operationIdOf(definition),
    summary: definition.summary,
    ...(definition.description ? { description: definition.description } : {}),
    tags: definition.tags,
    ...(definition.role === 'public' ? { security: [] } : { 'x-role': definition.role }),
    parameters: [
      ...parametersOf(definition.params, 'path', components),
      ...parametersOf(definition.query, 'query', components),
    ],
    ...requestBodyOf(definition, components),
    responses: answersOf(definition.answers, components),
  };
}

/** The document of these endpoints. */
export function openApiOf(endpoints: readonly Endpoint[], version: string): Json {
  const components = new Components();
  const paths: Record<string, Json> = {};
  for (const definition of endpoints) {
    const path = (paths[definition.path] ??= {});
    path[definition.method.toLowerCase()] = operationOf(definition, components);
  }
  const problemContent = { 'application/problem+json': { schema: components.add(problemSchema, 'output') } };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Weir',
      version,
      description: 'Open usage mediation: event stores, meters, usage records.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key.' } },
      responses: { Problem: { description: 'What went wrong; `code` is stable.', content: problemContent } },
      schemas: components.schemas,
    },
  };
}

/** `GET /openapi.json` over all endpoints, itself included. */
export function openApiEndpoint(all: () => readonly Endpoint[], version: string): Endpoint {
  let document: Json | undefined;
  return endpoint({
    method: 'GET',
    path: '/openapi.json',
    role: 'public',
    summary: 'This API as an OpenAPI 3.1 document',
    tags: ['Server'],
    answers: { 200: z.record(z.string(), z.unknown()) },
    handle: () => (document ??= openApiOf(all(), version)),
  });
}
