// Events that cannot be read, or not be taken: a coded answer for each, and nothing of them in the store.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWeir, refusal } from './in-process.ts';
import type { Weir } from './in-process.ts';
import { CALLS } from './server.ts';

const JSON_TYPE = 'application/json';
const NDJSON = 'application/x-ndjson';
const CSV = 'text/csv';
const XML = 'application/xml';

interface Written {
  readonly accepted: number;
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly pointer: string }[];
}

let weir: Weir;
let store = '';
let stores = 0;

beforeAll(async () => {
  weir = await openWeir();
  const more = [
    { name: 'n', type: 'integer' },
    { name: 'ok', type: 'boolean' },
    { name: 'day', type: 'date' },
    { name: 'more', type: 'json' },
  ];
  await weir.ok('POST', '/v1/event-definitions', { ...CALLS, fields: [...CALLS.fields, ...more] });
});
beforeEach(async () => {
  stores += 1;
  store = `/v1/event-stores/s${stores}`;
  await weir.ok('POST', '/v1/event-stores', { name: `s${stores}`, eventDefinition: 'calls' });
});
afterAll(() => weir.close());

const write = <T>(type: string, body: string | Uint8Array) =>
  weir.send<T>('POST', `${store}/events`, body, type);
const ids = async (): Promise<string[]> =>
  (await weir.ok<{ items: { eventId: string }[] }>('GET', `${store}/events`)).items.map(
    ({ eventId }) => eventId,
  );

describe('a body that cannot be read', () => {
  it.each([
    [JSON_TYPE, '{"id":', 400, 'BODY_MALFORMED'],
    [JSON_TYPE, '[{"id":"a","at":"2026-09-01"},', 400, 'BODY_MALFORMED'],
    [JSON_TYPE, '{"id":"a","at":"2026-09-01","units":NaN}', 400, 'BODY_MALFORMED'],
    [JSON_TYPE, '{"id":"a","at":"2026-09-01","units":-Infinity}', 400, 'BODY_MALFORMED'],
    [JSON_TYPE, '{"id":"a","at":"2026-09-01","units":01}', 400, 'BODY_MALFORMED'],
    [JSON_TYPE, "{'id':'a'}", 400, 'BODY_MALFORMED'],
    [JSON_TYPE, '', 400, 'BODY_MALFORMED'],
    [JSON_TYPE, ' \n ', 400, 'BODY_MALFORMED'],
    [JSON_TYPE, '['.repeat(100_000), 400, 'BODY_MALFORMED'],
    [JSON_TYPE, Buffer.from([0xff, 0xfe, 0x7b]), 400, 'BODY_NOT_UTF8'],
    [CSV, 'id,at,id\n1,2026-09-01,2', 400, 'CSV_HEADER_INVALID'],
    [CSV, 'id,\n1,2', 400, 'CSV_HEADER_INVALID'],
    [XML, '', 400, 'BODY_MALFORMED'],
    [XML, 'no xml', 400, 'BODY_MALFORMED'],
    [XML, '<events><event><id>a</id></events>', 400, 'BODY_MALFORMED'],
    // No entity of a document is ever expanded.
    [XML, '<!DOCTYPE a [<!ENTITY x "y">]><a><b><id>&x;</id></b></a>', 400, 'BODY_MALFORMED'],
    ['text/plain', 'id,at', 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['multipart/form-data', 'x', 415, 'CONTENT_TYPE_UNSUPPORTED'],
  ])('%s %.40j is refused whole', async (type, body, status, code) => {
    expect(refusal(await write(type, body))).toEqual([status, code]);
    expect(await ids()).toEqual([]);
  });

  it('nor can gzip that ends early, or is none', async () => {
    const whole = gzipSync('{"id":"a","at":"2026-09-01"}');
    for (const body of [whole.subarray(0, 15), Buffer.from('no gzip')]) {
      const headers = { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' };
      const answer = await weir.server.call('POST', `${store}/events`, body, { headers });
      expect([answer.status, answer.body['code']]).toEqual([400, 'BODY_MALFORMED']);
    }
    expect(await ids()).toEqual([]);
  });

  it('a body without events is no error', async () => {
    const empty: [string, string][] = [
      [JSON_TYPE, '[]'],
      [NDJSON, ''],
      [NDJSON, '\n\n'],
      [CSV, ''],
      [CSV, 'id,at\n'],
      [XML, '<events/>'],
    ];
    for (const [type, body] of empty) {
      const answer = await write<Written>(type, body);
      expect([type, answer.status, answer.body], body).toMatchObject([
        type,
        200,
        { accepted: 0, rejected: [] },
      ]);
    }
  });
});

describe('one bad event', () => {
  const GOOD = '{"id":"good","at":"2026-09-01"}';

  it.each([
    // Wrong types.
    ['"units":"NaN"', 'EVENT_INVALID', '/units'],
    ['"units":"-inf"', 'EVENT_INVALID', '/units'],
    ['"units":1e400', 'EVENT_INVALID', '/units'],
    ['"units":"1,5"', 'EVENT_INVALID', '/units'],
    ['"units":true', 'EVENT_INVALID', '/units'],
    ['"units":[1]', 'EVENT_INVALID', '/units'],
    ['"n":1.5', 'EVENT_INVALID', '/n'],
    ['"n":"0x10"', 'EVENT_INVALID', '/n'],
    ['"ok":"yes"', 'EVENT_INVALID', '/ok'],
    ['"note":1', 'EVENT_INVALID', '/note'],
    ['"day":"2026-02-30"', 'EVENT_INVALID', '/day'],
    // Too long for their field: an error, never a rounding.
    ['"n":12345678901234567890', 'EVENT_INVALID', '/n'],
    ['"n":9223372036854775808', 'EVENT_INVALID', '/n'],
    ['"units":0.1234567', 'EVENT_INVALID', '/units'],
    ['"units":1e-400', 'EVENT_INVALID', '/units'],
    ['"units":123456789012345678901234567890123', 'EVENT_INVALID', '/units'],
    // Unknown fields, also those that mean something to JavaScript.
    ['"odd":1', 'EVENT_INVALID', '/odd'],
    ['"__proto__":{"id":"x"}', 'EVENT_INVALID', '/__proto__'],
    ['"a/b~c":1', 'EVENT_INVALID', '/a~1b~0c'],
    // Text that is none.
    [String.raw`"note":"\ud800"`, 'EVENT_INVALID', '/note'],
    [`"more":${'['.repeat(300)}${']'.repeat(300)}`, 'EVENT_INVALID', '/more'],
    [`"note":"${'x'.repeat(1_100_000)}"`, 'EVENT_TOO_LARGE', ''],
  ])('with %.60s is rejected by itself', async (member, code, pointer) => {
    const answer = await write<Written>(JSON_TYPE, `[{"id":"bad","at":"2026-09-01",${member}},${GOOD}]`);
    expect(answer).toMatchObject({
      status: 200,
      body: { accepted: 1, rejected: [{ index: 0, code, pointer }] },
    });
    expect(await ids()).toEqual(['good']);
  });

  it.each([
    ['{}', 'EVENT_ID_MISSING', '/id'],
    ['{"id":null,"at":"2026-09-01"}', 'EVENT_ID_MISSING', '/id'],
    ['{"id":"","at":"2026-09-01"}', 'EVENT_ID_MISSING', '/id'],
    ['{"id":"bad"}', 'EVENT_INVALID', '/at'],
    ['{"id":"bad","at":"soon"}', 'EVENT_INVALID', '/at'],
    ['null', 'EVENT_INVALID', ''],
    ['5', 'EVENT_INVALID', ''],
    ['[]', 'EVENT_INVALID', ''],
  ])('such as %s is rejected by itself', async (event, code, pointer) => {
    const answer = await write<Written>(JSON_TYPE, `[${GOOD},${event}]`);
    expect(answer.body).toMatchObject({ accepted: 1, rejected: [{ index: 1, code, pointer }] });
    expect(await ids()).toEqual(['good']);
  });

  it.each([
    [NDJSON, `not json\n${GOOD}\n{"id":"cut`, [0, 2], 'EVENT_MALFORMED'],
    [NDJSON, Buffer.from(`{"id":"\xff"}\n${GOOD}\n`, 'latin1'), [0], 'EVENT_NOT_UTF8'],
    [CSV, 'id,at\n1,2026-09-01,3\ngood,2026-09-01\n2', [0, 2], 'EVENT_MALFORMED'],
    [CSV, 'id,at\n"1"x,2026-09-01\ngood,2026-09-01', [0], 'EVENT_MALFORMED'],
    [CSV, 'id,at\ngood,2026-09-01\n"1,2026-09-01\n', [1], 'EVENT_MALFORMED'],
    [CSV, 'id,at,odd\ngood,2026-09-01,\n1,2026-09-01,x', [0, 1], 'EVENT_INVALID'],
  ])('in %s is rejected at its place', async (type, body, indexes, code) => {
    const { rejected } = (await write<Written>(type, body)).body;
    expect(rejected.map(({ index }) => index)).toEqual(indexes);
    expect(new Set(rejected.map((one) => one.code))).toEqual(new Set([code]));
    expect(await ids()).toEqual(indexes.length === 2 && code === 'EVENT_INVALID' ? [] : ['good']);
  });
});

describe('long numbers', () => {
  it.each([
    [JSON_TYPE, '{"id":"a","at":"2026-09-01","units":12345678901234567890.123456,"n":9223372036854775807}'],
    [
      JSON_TYPE,
      '{"id":"a","at":"2026-09-01","units":"12345678901234567890.1234560","n":"9223372036854775807.0"}',
    ],
    [NDJSON, '{"id":"a","at":"2026-09-01","units":1234567890123456789012.3456e-2,"n":9223372036854775807}'],
    [CSV, 'id,at,units,n\na,2026-09-01,12345678901234567890.123456,9223372036854775807'],
    [
      XML,
      '<e><v><id>a</id><at>2026-09-01</at><units>12345678901234567890.123456</units><n>9223372036854775807</n></v></e>',
    ],
  ])('in %s keep every digit of %s', async (type, body) => {
    expect((await write<Written>(type, body)).body).toMatchObject({ accepted: 1, rejected: [] });
    const { items } = await weir.ok<{ items: { fields: object }[] }>('GET', `${store}/events`);
    expect(items[0]?.fields).toMatchObject({
      units: '12345678901234567890.123456',
      n: '9223372036854775807',
    });
  });
});

describe('times', () => {
  it.each([
    ['2026-03-05T06:07:08Z', '2026-03-05T06:07:08.000000Z'],
    ['2026-03-05T06:07:08+0200', '2026-03-05T04:07:08.000000Z'],
    ['2026-03-05T06:07:08+02:00', '2026-03-05T04:07:08.000000Z'],
    ['2026-03-05T06:07:08', '2026-03-05T06:07:08.000000Z'],
    ['2026-03-05T06:07:08.123', '2026-03-05T06:07:08.123000Z'],
    ['2026-03-05T06:07:08.123-0530', '2026-03-05T11:37:08.123000Z'],
    ['2026-03-05', '2026-03-05T00:00:00.000000Z'],
    ['2026-03-05+0100', '2026-03-04T23:00:00.000000Z'],
    ['03/05/2026', '2026-03-05T00:00:00.000000Z'],
    ['2026-03-05 06:07:08', '2026-03-05T06:07:08.000000Z'],
    ['2026-03-05 06:07:08+02', '2026-03-05T04:07:08.000000Z'],
    ['2026-03-05 06:07:08.123', '2026-03-05T06:07:08.123000Z'],
    ['2026-03-05 06:07:08.123Z', '2026-03-05T06:07:08.123000Z'],
    ['2026-03-05T06:07:08.123456789Z', '2026-03-05T06:07:08.123456Z'],
    ['1780586634.1', '2026-06-04T15:23:54.100000Z'],
    ['1780586634100', '2026-06-04T15:23:54.100000Z'],
  ])('%s is read from JSON and CSV alike', async (text, instant) => {
    const json = JSON.stringify([{ id: 'json', at: text }]);
    expect((await write<Written>(JSON_TYPE, json)).body).toMatchObject({ accepted: 1, rejected: [] });
    expect((await write<Written>(CSV, `id,at\ncsv,${text}`)).body).toMatchObject({
      accepted: 1,
      rejected: [],
    });
    const { items } = await weir.ok<{ items: { eventTime: string }[] }>('GET', `${store}/events`);
    expect(items.map(({ eventTime }) => eventTime)).toEqual([instant, instant]);
  });
});
