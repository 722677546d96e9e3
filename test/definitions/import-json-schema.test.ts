// What a JSON Schema becomes as a definition, and which schemas are refused.
import { describe, expect, it } from 'vitest';
import { importDefinition, validateDefinition } from '../../src/definitions/index.ts';
import type { ImportedDefinition } from '../../src/definitions/index.ts';
import { WeirError } from '../../src/errors.ts';

const imported = (schema: unknown): ImportedDefinition =>
  importDefinition('json-schema', JSON.stringify(schema));
const of = (properties: Record<string, unknown>, rest: object = {}): unknown => ({
  type: 'object',
  properties,
  ...rest,
});
/** Name to type, scale and `?` where it is optional. */
const types = ({ fields }: ImportedDefinition): Record<string, string> =>
  Object.fromEntries(
    fields.map(({ name, type, scale, required }) => [
      name,
      `${type}${scale === undefined ? '' : ` ${scale}`}${required ? '' : '?'}`,
    ]),
  );
const notes = (proposal: ImportedDefinition): string[] =>
  proposal.notes.map(({ pointer, message }) => `${pointer} ${message}`);
function problems(schema: unknown): string[] {
  try {
    imported(schema);
  } catch (error) {
    if (error instanceof WeirError) return error.problems.map(({ pointer, code }) => `${pointer} ${code}`);
    throw error;
  }
  throw new Error('the schema was imported');
}

describe('a JSON Schema', () => {
  it('of draft 2020-12 becomes a definition', () => {
    const proposal = imported({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'API call',
      description: 'One call of the API.',
      type: 'object',
      required: ['eventId', 'time', 'units', 'day', 'maybe'],
      properties: {
        eventId: { type: 'string', format: 'uuid', description: 'Set by the gateway.' },
        time: { type: 'string', format: 'date-time', title: 'When' },
        day: { type: 'string', format: 'date' },
        units: { type: 'number', multipleOf: 0.0001, minimum: 0 },
        price: { type: 'number' },
        bytes: { type: ['integer', 'null'] },
        maybe: { type: ['string', 'null'] },
        ok: { type: 'boolean' },
        region: { enum: ['eu', 'us'] },
        kind: { const: 'call' },
        either: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
        tags: { type: 'object' },
        list: { type: 'array', items: { type: 'string' } },
        mixed: { type: ['string', 'integer'] },
        number: { type: ['integer', 'number'] },
        anything: {},
      },
    });
    expect(types(proposal)).toEqual({
      eventId: 'string',
      time: 'datetime',
      day: 'date',
      units: 'decimal 4',
      price: 'decimal 12?',
      bytes: 'integer?',
      maybe: 'string?',
      ok: 'boolean?',
      region: 'string?',
      kind: 'string?',
      either: 'integer?',
      tags: 'json?',
      list: 'json?',
      mixed: 'json?',
      number: 'decimal 12?',
      anything: 'json?',
    });
    expect(proposal).toMatchObject({
      name: 'API call',
      description: 'One call of the API.',
      eventIdFields: ['eventId'],
      eventTimeField: 'time',
      candidates: { eventId: ['eventId'], eventTime: ['time'] },
    });
    expect(proposal.fields[0]?.description).toBe('Set by the gateway.');
    expect(proposal.fields[1]?.description).toBe('When');
    expect(notes(proposal)).toEqual([
      '/properties/eventId Not checked: format uuid.',
      '/properties/units Not checked: minimum.',
      '/properties/region Not checked: enum.',
      '/properties/kind Not checked: const.',
      '/properties/tags A nested object: kept as json.',
      '/properties/list A nested array: kept as json.',
      '/properties/mixed One of several types (string, integer): kept as json.',
      '/properties/anything No type: every value is kept as json.',
    ]);
    expect(validateDefinition({ ...proposal, name: 'api-call' })).toEqual([]);
  });

  it('follows references inside of the document, of both drafts', () => {
    const proposal = imported({
      $ref: '#/definitions/event',
      definitions: {
        event: of(
          {
            id: { $ref: '#/definitions/text' },
            at: { $ref: '#/$defs/a~1b%20c', description: 'own words' },
            sub: { $ref: '#/definitions/event' },
          },
          { required: ['id', 'at'] },
        ),
        text: { type: 'string' },
      },
      $defs: { 'a/b c': { type: 'string', format: 'date-time', description: 'others' } },
    });
    expect(types(proposal)).toEqual({ id: 'string', at: 'datetime', sub: 'json?' });
    expect(proposal.fields[1]?.description).toBe('own words');
  });

  it('joins the parts of allOf', () => {
    const proposal = imported({
      allOf: [
        of({ id: { type: 'string' }, n: { type: 'number' } }, { required: ['id'] }),
        { $ref: '#/$defs/more' },
      ],
      $defs: { more: of({ n: { type: 'integer' }, at: { format: 'date-time' } }, { required: ['at', 'n'] }) },
    });
    expect(types(proposal)).toEqual({ id: 'string', n: 'integer', at: 'datetime?' });
  });

  it('takes a choice of one type, null aside, for that type', () => {
    const date = { type: 'string', format: 'date-time' };
    const proposal = imported(
      of(
        {
          one: { oneOf: [{ type: 'null' }, { $ref: '#/$defs/amount' }] },
          same: { anyOf: [{ const: 'a' }, { const: 'b' }] },
          several: { oneOf: [date, { type: 'integer' }] },
          nullable: { anyOf: [date, { type: ['string', 'null'], format: 'date-time' }] },
          nothing: { type: 'null' },
        },
        {
          required: ['one', 'same', 'several', 'nullable'],
          $defs: { amount: { type: 'number', multipleOf: 1 } },
        },
      ),
    );
    expect(types(proposal)).toEqual({
      one: 'decimal 0?',
      same: 'string',
      several: 'json',
      nullable: 'datetime?',
      nothing: 'string?',
    });
  });

  it('tells the scale from multipleOf without a float', () => {
    const scaleOf = (multipleOf: string): unknown => {
      const text = `{"properties":{"n":{"type":"number","multipleOf":${multipleOf}}}}`;
      return importDefinition('json-schema', text).fields[0]?.scale;
    };
    const cases = ['0.01', '0.010', '1e-9', '0.000000000000000001', '1e-30', '5', '0.25', '100', '0', '-1'];
    expect(cases.map(scaleOf)).toEqual([2, 2, 9, 18, 18, 0, 2, 0, 12, 12]);
  });

  it('may be an array of events', () => {
    expect(types(imported({ type: 'array', items: of({ id: { type: 'string' } }) }))).toEqual({
      id: 'string?',
    });
  });

  it('leaves out, with a note, what can be no field', () => {
    const proposal = imported(
      of(
        {
          $schema: { type: 'string' },
          a: { type: 'string' },
          A: { type: 'string' },
          ['__proto__']: { type: 'integer' },
        },
        { required: ['gone'] },
      ),
    );
    expect(types(proposal)).toEqual({ a: 'string?', ['__proto__']: 'integer?' });
    expect(notes(proposal)).toEqual([
      ' Left out: required member "gone" has no schema.',
      '/properties/$schema Left out: A field name does not start with "$".',
      '/properties/A Left out: The name differs from another in case only.',
    ]);
  });
});

describe('a JSON Schema is refused', () => {
  it.each([
    ['no schema', 7, ['/ SCHEMA_INVALID'.slice(1)]],
    ['nothing allowed', false, [' SCHEMA_INVALID']],
    ['a text', { type: 'string' }, [' SCHEMA_INVALID']],
    ['no members', { type: 'object' }, [' SCHEMA_INVALID']],
    ['a choice of events', { oneOf: [of({ a: {} }), of({ b: {} })] }, [' SCHEMA_INVALID']],
    ['a remote reference', { $ref: 'https://example.org/schema.json' }, ['/$ref SCHEMA_REF_UNRESOLVED']],
    ['a file', of({ a: { $ref: 'other.json#/a' } }), ['/properties/a/$ref SCHEMA_REF_UNRESOLVED']],
    ['a missing place', of({ a: { $ref: '#/$defs/x' } }), ['/properties/a/$ref SCHEMA_REF_UNRESOLVED']],
    [
      'an inherited place',
      of({ a: { $ref: '#/constructor' } }),
      ['/properties/a/$ref SCHEMA_REF_UNRESOLVED'],
    ],
    ['a bad escape', of({ a: { $ref: '#/%E0' } }), ['/properties/a/$ref SCHEMA_REF_UNRESOLVED']],
    ['a circle', { $ref: '#' }, ['/$ref SCHEMA_REF_CYCLE']],
    ['an unknown type', of({ a: { type: 'money' } }), ['/properties/a/type SCHEMA_INVALID']],
  ])('%s', (_name, schema, expected) => expect(problems(schema)).toEqual(expected));

  it('with all its problems at once', () => {
    expect(
      problems(
        of(
          {
            a: { $ref: '#/$defs/a' },
            b: { type: ['string', 7] },
            c: { allOf: {} },
            d: { oneOf: [] },
            e: false,
            f: { properties: [] },
          },
          { $defs: { a: { $ref: '#/$defs/b' }, b: { allOf: [{ $ref: '#/$defs/a' }] } }, required: [1] },
        ),
      ),
    ).toEqual([
      '/required SCHEMA_INVALID',
      '/$defs/b/allOf/0/$ref SCHEMA_REF_CYCLE',
      '/properties/b/type SCHEMA_INVALID',
      '/properties/c/allOf SCHEMA_INVALID',
      '/properties/d/oneOf SCHEMA_INVALID',
      '/properties/e SCHEMA_INVALID',
      '/properties/f/properties SCHEMA_INVALID',
    ]);
  });

  it('that multiplies, nests or grows without end, in little time', () => {
    const doubling = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => {
        const next = { $ref: `#/$defs/d${at + 1}` };
        return [`d${at}`, { allOf: [next, next] }];
      }),
    );
    const from = (start: string) => ({ $ref: start, $defs: { ...doubling, d40: of({ a: {} }) } });
    for (const start of ['#/$defs/d0', '#/$defs/d25']) {
      expect(problems(from(start)).map((problem) => problem.split(' ')[1])).toEqual(['SCHEMA_TOO_LARGE']);
    }
    const deep = '{"allOf":['.repeat(50_000) + '{}' + ']}'.repeat(50_000);
    expect(() => importDefinition('json-schema', deep)).toThrow(
      expect.objectContaining({ code: 'SCHEMA_TOO_LARGE' }),
    );
    const wide = Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`f${at}`, { type: 'string' }]));
    expect(problems(of(wide))).toEqual([' SCHEMA_TOO_LARGE']);
  });

  it('where it is no JSON', () => {
    expect(() => importDefinition('json-schema', '{"type":')).toThrow(
      expect.objectContaining({ category: 'malformed', code: 'BODY_MALFORMED' }),
    );
  });
});
