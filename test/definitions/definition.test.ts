// The rules of a definition, the changes it may take, and the text of event ids.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkDefinitionForStore,
  compatibleChange,
  eventIdPath,
  jsonPointer,
  parseEventIdPath,
  readEventId,
  validateDefinition,
} from '../../src/definitions/index.ts';
import type { DefinitionInput, EventField } from '../../src/definitions/index.ts';

const field = (name: string, rest: Partial<EventField> = {}): EventField => ({
  name,
  type: 'string',
  required: false,
  ...rest,
});
const valid: DefinitionInput = {
  name: 'usage',
  fields: [
    field('id', { required: true }),
    field('at', { type: 'datetime', required: true }),
    field('amount', { type: 'decimal', scale: 4 }),
    field('count', { type: 'integer' }),
  ],
  eventIdFields: ['id'],
  eventTimeField: 'at',
  timeZone: 'Europe/Budapest',
};
const found = (change: Partial<DefinitionInput>): string[] =>
  validateDefinition({ ...valid, ...change }).map(({ pointer, code }) => `${pointer} ${code}`);
const withField = (extra: EventField): Partial<DefinitionInput> => ({ fields: [...valid.fields, extra] });
const INVALID = 'EVENT_DEFINITION_INVALID';

describe('validateDefinition', () => {
  it('accepts a valid definition, odd names and pseudo-fields included', () => {
    expect(validateDefinition(valid)).toEqual([]);
    for (const name of ['🎉', "'; DROP TABLE x; --", 'a "quoted" name', 'a/b~c', '計測', '🎉'.repeat(128)]) {
      expect(found(withField(field(name)))).toEqual([]);
    }
    expect(found({ eventIdFields: ['$file', '$line'] })).toEqual([]);
  });

  it.each([
    [{ name: ' ' }, `/name ${INVALID}`],
    [{ name: 'x'.repeat(129) }, `/name ${INVALID}`],
    [{ description: 'x'.repeat(4_001) }, `/description ${INVALID}`],
    [{ timeZone: 'Mars/Olympus' }, `/timeZone ${INVALID}`],
    [{ timeZone: '+02:00' }, `/timeZone ${INVALID}`],
    [{ eventIdFields: [] }, '/eventIdFields EVENT_ID_FIELD_NOT_FOUND'],
    [{ eventIdFields: ['id', 'nope'] }, '/eventIdFields/1 EVENT_ID_FIELD_NOT_FOUND'],
    [{ eventIdFields: ['$row'] }, '/eventIdFields/0 EVENT_ID_FIELD_NOT_FOUND'],
    [{ eventIdFields: ['id', 'id'] }, `/eventIdFields/1 ${INVALID}`],
    [{ eventTimeField: 'nope' }, '/eventTimeField EVENT_TIME_FIELD_MISSING'],
    [{ eventTimeField: 'id' }, '/eventTimeField EVENT_TIME_FIELD_NOT_DATETIME'],
    [withField(field('')), `/fields/4/name ${INVALID}`],
    [withField(field('ID')), `/fields/4/name ${INVALID}`],
    [withField(field('$file')), `/fields/4/name ${INVALID}`],
    [withField(field('a\nb')), `/fields/4/name ${INVALID}`],
    [withField(field('a\ud83d')), `/fields/4/name ${INVALID}`],
    [withField(field('x', { type: 'decimal', scale: 19 })), `/fields/4/scale ${INVALID}`],
    [withField(field('x', { type: 'decimal', scale: 1.5 })), `/fields/4/scale ${INVALID}`],
    [withField(field('x', { type: 'decimal', scale: -1 })), `/fields/4/scale ${INVALID}`],
    [withField(field('x', { scale: 2 })), `/fields/4/scale ${INVALID}`],
    [withField(field('x', { format: 'yyyy-MM-dd' })), `/fields/4/format ${INVALID}`],
    [withField(field('x', { type: 'date', format: 'yyyy' })), `/fields/4/format ${INVALID}`],
    [withField(field('x', { type: 'money' as 'string' })), `/fields/4/type ${INVALID}`],
  ])('refuses %j', (change, problem) => expect(found(change)).toEqual([problem]));

  it('counts fields: at least one, at most 500', () => {
    const fields = (count: number): EventField[] => [
      ...valid.fields,
      ...Array.from({ length: count - 4 }, (_, index) => field(`f${index}`)),
    ];
    expect(found({ fields: fields(500) })).toEqual([]);
    expect(found({ fields: fields(501) })).toEqual([`/fields ${INVALID}`]);
    expect(found({ fields: [] })).toContain(`/fields ${INVALID}`);
  });

  it('reports everything at once', () => {
    expect(found({ name: '', timeZone: 'x', eventIdFields: ['a', 'b'], eventTimeField: 'id' })).toHaveLength(
      5,
    );
  });
});

describe('checkDefinitionForStore', () => {
  it('wants an event time', () => {
    expect(checkDefinitionForStore(valid)).toEqual([]);
    expect(checkDefinitionForStore({ name: 'usage' })).toMatchObject([
      { pointer: '/eventTimeField', code: 'EVENT_TIME_FIELD_MISSING' },
    ]);
  });
});

describe('compatibleChange', () => {
  const changed = (change: Partial<DefinitionInput>): string[] =>
    compatibleChange(valid, { ...valid, ...change }).map(({ pointer, code }) => `${pointer} ${code}`);
  const replaced = (index: number, rest: Partial<EventField>): Partial<DefinitionInput> => ({
    fields: valid.fields.map((old, at) => (at === index ? { ...old, ...rest } : old)),
  });
  const REFERENCED = 'EVENT_DEFINITION_REFERENCED';

  it('allows other descriptions, and optional fields at the end', () => {
    expect(changed({ description: 'new' })).toEqual([]);
    expect(changed(replaced(0, { description: 'new' }))).toEqual([]);
    expect(changed(withField(field('more')))).toEqual([]);
  });

  it('takes the default scale for what it is', () => {
    const before = { ...valid, ...withField(field('x', { type: 'decimal' })) };
    const after = { ...valid, ...withField(field('x', { type: 'decimal', scale: 12 })) };
    expect(compatibleChange(before, after)).toEqual([]);
  });

  it.each([
    [{ name: 'other' }, '/name'],
    [{ timeZone: 'UTC' }, '/timeZone'],
    [{ eventIdFields: ['id', 'count'] }, '/eventIdFields'],
    [{ eventTimeField: 'other' }, '/eventTimeField'],
    [withField(field('more', { required: true })), '/fields/4/required'],
    [replaced(2, { scale: 5 }), '/fields/2/scale'],
    [replaced(0, { type: 'json' }), '/fields/0/type'],
    [replaced(3, { required: true }), '/fields/3/required'],
    [replaced(1, { format: 'yyyy-MM-dd' }), '/fields/1/format'],
    [replaced(3, { name: 'renamed' }), '/fields/3/name'],
    [{ fields: valid.fields.slice(0, 3) }, '/fields/3'],
  ])('refuses %j', (change, pointer) => expect(changed(change)).toEqual([`${pointer} ${REFERENCED}`]));

  it('says what every difference is', () => {
    const after = {
      ...valid,
      timeZone: 'UTC',
      ...replaced(2, { type: 'integer', scale: undefined as never }),
    };
    expect(compatibleChange(valid, after).map(({ pointer, message }) => `${pointer} ${message}`)).toEqual([
      '/timeZone A definition keeps its time zone (not "UTC") while it is in use.',
      '/fields/2/type Field "amount" keeps its type (not "integer") while it is in use.',
      '/fields/2/scale Field "amount" keeps its scale while it is in use.',
    ]);
  });

  it('refuses a field in between', () => {
    const [first, ...rest] = valid.fields;
    expect(changed({ fields: [first!, field('new'), ...rest] })).toContain(`/fields/1/name ${REFERENCED}`);
  });
});

describe('event ids as text', () => {
  const of = (...eventIdFields: string[]): DefinitionInput => ({ ...valid, eventIdFields });

  it('are the text of one field, or base64url of several', () => {
    expect(eventIdPath(['a/b é'])).toBe('a/b é');
    const path = eventIdPath(['a', '7']);
    expect(path).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(JSON.parse(Buffer.from(path, 'base64url').toString())).toEqual(['a', '7']);
  });

  it('come back as they were', () => {
    const id = fc.tuple(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    );
    fc.assert(
      fc.property(id, ([text, count]) => {
        expect(parseEventIdPath(of('id'), eventIdPath([text]))).toEqual([text]);
        const values = [text, String(count)];
        expect(parseEventIdPath(of('id', 'count'), eventIdPath(values))).toEqual(values);
      }),
    );
  });

  it('are read as the values they mean', () => {
    expect(parseEventIdPath(of('amount'), '007.50')).toEqual(['7.5']);
    expect(parseEventIdPath(of('at'), '2026-07-01')).toEqual(['2026-06-30T22:00:00.000000Z']);
    expect(parseEventIdPath(of('$file', '$line'), eventIdPath(['f.csv', '2']))).toEqual(['f.csv', '2']);
  });

  it.each([
    [of('count'), 'seven'],
    [of('id'), ''],
    [of('id', 'count'), 'not base64!'],
    [of('id', 'count'), Buffer.from('{}').toString('base64url')],
    [of('id', 'count'), Buffer.from('["a",7]').toString('base64url')],
    [of('id', 'count'), Buffer.from('["a"]').toString('base64url')],
    [of('id', 'count'), Buffer.from('["a","7","8"]').toString('base64url')],
    [of('id', 'count'), Buffer.from('[').toString('base64url')],
  ])('are refused otherwise', (definition, path) => {
    expect(() => parseEventIdPath(definition, path)).toThrow(
      expect.objectContaining({ category: 'malformed', code: 'EVENT_ID_MALFORMED' }),
    );
  });

  it('are read field by field, with every problem', () => {
    expect(readEventId(of('id', 'count', 'amount'), ['', 'x', '1.0'])).toMatchObject({
      problems: [
        { pointer: '/id', code: 'EVENT_ID_MISSING' },
        { pointer: '/count', code: 'EVENT_INVALID' },
      ],
    });
  });
});

describe('jsonPointer', () => {
  it('escapes as RFC 6901 says', () => expect(jsonPointer('a/b', 3, '~c')).toBe('/a~1b/3/~0c'));
});
