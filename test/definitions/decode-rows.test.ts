// What makes an event a row or a rejection, in every format.
import { describe, expect, it } from 'vitest';
import type { EventDefinition } from '../../src/definitions/index.ts';
import { definition, decode } from './door.ts';

const event = { id: 'a', time: '2026-03-05T06:07:08Z', amount: '1' };
const ndjson = (...events: unknown[]): string => events.map((one) => JSON.stringify(one)).join('\n');

describe('problems of an event', () => {
  it('are all reported, the first one first', async () => {
    const bad = { time: 'never', amount: 'NaN', count: 1.5, flag: 'maybe', note: 3, extra: 1 };
    const { rows, rejected } = await decode('ndjson', ndjson(bad));
    expect(rows).toEqual([]);
    expect(rejected).toMatchObject([
      {
        index: 0,
        line: 1,
        code: 'EVENT_ID_MISSING',
        pointer: '/id',
        message: 'Id field "id" has no value.',
        input: ndjson(bad),
      },
    ]);
    expect(rejected[0]?.errors?.map(({ pointer, message }) => `${pointer} ${message}`)).toEqual([
      '/time Field "time": "never" is not a time in a known format, or not one that exists.',
      '/amount Field "amount": "NaN" is not a number.',
      '/count Field "count": "1.5" is not an integer.',
      '/flag Field "flag": "maybe" is not true or false.',
      '/note Field "note": expected a text, found a number.',
      '/extra Field "extra" is not in the definition.',
    ]);
    expect(rejected[0]?.errors?.every(({ code }) => code === 'EVENT_INVALID')).toBe(true);
  });

  it('count an empty id as missing, and null as no value', async () => {
    const { rejected } = await decode('ndjson', ndjson({ ...event, id: '' }, { ...event, id: null }));
    expect(rejected.map(({ code }) => code)).toEqual(['EVENT_ID_MISSING', 'EVENT_ID_MISSING']);
    const { rows } = await decode('ndjson', ndjson({ ...event, note: null, count: null }));
    expect(rows[0]?.values).toEqual(['a', '2026-03-05T06:07:08.000000Z', '1', null, null, null, null]);
    const { rejected: required } = await decode('ndjson', ndjson({ ...event, amount: null }));
    expect(required).toMatchObject([{ code: 'EVENT_INVALID', pointer: '/amount' }]);
  });

  it('want an id and an event time even where the fields are optional', async () => {
    const optional: EventDefinition = {
      ...definition,
      fields: definition.fields.map((field) => ({ ...field, required: false })),
    };
    const { rejected } = await decode('ndjson', '{}', {}, optional);
    expect(
      rejected.map(({ code, pointer, errors }) => [code, pointer, errors?.map((e) => e.pointer)]),
    ).toEqual([['EVENT_ID_MISSING', '/id', ['/time']]]);
  });

  it('ignore unknown fields when told so, and count them', async () => {
    const { rows, ignoredFields } = await decode('ndjson', ndjson({ ...event, x: 1, y: null }, event), {
      unknown: 'ignore',
    });
    expect(rows).toHaveLength(2);
    expect(ignoredFields).toBe(2);
  });
});

describe('names', () => {
  const names = [
    '🎉 billed "cost"',
    "'; DROP TABLE events; --",
    'a/b~c',
    'constructor',
    'toString',
    '__proto__',
  ];
  const odd: EventDefinition = {
    ...definition,
    fields: [
      { name: 'id', type: 'string', required: true },
      ...names.map((name) => ({ name, type: 'integer', required: false }) as const),
    ],
    eventTimeField: 'id',
  };

  it('may be anything', async () => {
    const members = names.map((name, index) => `${JSON.stringify(name)}:${index}`);
    const header = ['id', ...names].map((name) => `"${name.replaceAll('"', '""')}"`).join(',');
    const bodies = [
      ['ndjson', `{"id":"a",${members.join(',')}}`],
      // A long number takes the lossless parser.
      ['json', `{"id":"a",${members.join(',')},"a/b~c":2.0000000000000000}`],
      ['csv', `${header}\na,0,1,2,3,4,5`],
    ] as const;
    for (const [format, body] of bodies) {
      const { rows, rejected } = await decode(format, body, {}, odd);
      expect(rejected).toEqual([]);
      expect(rows[0]?.values).toEqual(['a', '0', '1', '2', '3', '4', '5']);
    }
  });

  it('of Object.prototype are absent unless the event has them', async () => {
    const { rows } = await decode('ndjson', '{"id":"a"}', {}, odd);
    expect(rows[0]?.values).toEqual(['a', null, null, null, null, null, null]);
    const { rejected } = await decode('ndjson', '{"id":"a","valueOf":1,"a/b~c":"x"}', {}, odd);
    expect(rejected).toMatchObject([{ pointer: '/a~1b~0c', errors: [{ pointer: '/valueOf' }] }]);
  });
});

describe('$file and $line', () => {
  const imported: EventDefinition = { ...definition, eventIdFields: ['$file', '$line'] };
  const lines = async (
    format: 'csv' | 'ndjson' | 'json',
    body: string,
    firstLine?: number,
  ): Promise<unknown[]> => {
    const options = { file: 'f.csv', ...(firstLine === undefined ? {} : { firstLine }) };
    const { rows } = await decode(format, body, options, imported);
    return rows.map(({ values }) => values.slice(-2));
  };
  const csvRow = 'a,2026-03-05,1';

  it('count physical lines, the header being line 1', async () => {
    const body = `id,time,amount\n${csvRow}\n\n${csvRow}\n`;
    expect(await lines('csv', body)).toEqual([
      ['f.csv', '2'],
      ['f.csv', '4'],
    ]);
    expect(await lines('csv', body, 100)).toEqual([
      ['f.csv', '100'],
      ['f.csv', '102'],
    ]);
  });

  it('count lines of NDJSON from 1, elements of JSON from 1', async () => {
    expect(await lines('ndjson', `\n${ndjson(event, event)}`)).toEqual([
      ['f.csv', '2'],
      ['f.csv', '3'],
    ]);
    expect(await lines('ndjson', ndjson(event), 7)).toEqual([['f.csv', '7']]);
    expect(await lines('json', JSON.stringify([event, event]))).toEqual([
      ['f.csv', '1'],
      ['f.csv', '2'],
    ]);
  });

  it('need the name of the file', async () => {
    const { rejected } = await decode('csv', `id,time,amount\n${csvRow}`, {}, imported);
    expect(rejected).toMatchObject([{ code: 'EVENT_ID_MISSING', pointer: '/$file', line: 2 }]);
  });
});
