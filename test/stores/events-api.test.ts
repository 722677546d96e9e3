import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestServer, removeDirectory } from '../server.ts';
import type { TestServer } from '../server.ts';

interface EventItem {
  readonly eventId: string;
  readonly eventTime: string;
  readonly ingestSequence: string;
  readonly fields: Record<string, unknown>;
}
interface List<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

const fields = [
  { name: 'id', type: 'string', required: true },
  { name: 'at', type: 'datetime', required: true },
  { name: 'amount', type: 'decimal', scale: 6 },
  { name: 'region "x"', type: 'string' },
  { name: 'ok', type: 'boolean' },
  { name: 'more', type: 'json' },
  { name: 'n', type: 'integer' },
];

let weir: TestServer;
const at = (hour: number): string => `2026-09-01T${String(hour).padStart(2, '0')}:00:00Z`;
const event = (id: string, hour: number, rest: Record<string, unknown> = {}) => ({
  id,
  at: at(hour),
  ...rest,
});

async function makeStore(name: string, eventIdFields = ['id']): Promise<string> {
  const definition = { name: `of ${name}`, fields, eventIdFields, eventTimeField: 'at' };
  expect((await weir.call('POST', '/v1/event-definitions', definition)).status).toBe(201);
  const made = await weir.call<{ id: string }>('POST', '/v1/event-stores', {
    name,
    eventDefinition: `of ${name}`,
  });
  expect(made.status).toBe(201);
  return `/v1/event-stores/${made.body.id}`;
}

const write = (store: string, body: unknown, query = '', headers: Record<string, string> = {}) =>
  weir.call('POST', `${store}/events${query}`, body, { headers });
const read = async (store: string, query = '') =>
  (await weir.call<List<EventItem>>('GET', `${store}/events${query}`)).body;

beforeAll(async () => {
  weir = await openTestServer();
});
afterAll(async () => {
  await weir.close();
  removeDirectory(weir.dataDir);
});

describe('writing events', () => {
  it('lists every rejected event, and refuses a request with more than can be listed', async () => {
    const store = await makeStore('rejecting');
    const lines = (bad: number) => `${JSON.stringify(event('good', 1))}\n${'{}\n'.repeat(bad)}`;
    const ndjson = { 'content-type': 'application/x-ndjson' };
    const listed = await write(store, lines(2_000), '', ndjson);
    expect(listed.status).toBe(200);
    expect(listed.body).toMatchObject({ accepted: 1 });
    expect(listed.body['rejected']).toHaveLength(2_000);
    const other = lines(100_001).replace('good', 'other');
    const refused = await write(store, other, '', ndjson);
    expect(refused).toMatchObject({ status: 422, body: { code: 'EVENTS_TOO_MANY_REJECTED' } });
    const pointers = (refused.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(new Set(pointers.map((pointer) => pointer.split('/')[1]))).toHaveLength(1_000);
    expect((await read(store)).items.map(({ eventId }) => eventId)).toEqual(['good']);
    // A file may be as bad as it likes: its rejected events are counted.
    await weir.call('PUT', '/v1/files/bad.ndjson', other);
    const { body } = await weir.call('POST', `${store}/imports`, { file: 'bad.ndjson' });
    await weir.server.services.imports.settled();
    const done = await weir.call('GET', `/v1/imports/${String(body['id'])}`);
    expect(done.body).toMatchObject({ status: 'completed', counts: { accepted: 1, rejected: 100_001 } });
    expect(done.body['rejected']).toHaveLength(1_000);
  });

  it('answers for every event, in every format', async () => {
    const store = await makeStore('formats');
    const none = { accepted: 0, duplicates: 0, replaced: 0, rejected: [], ignoredFields: 0 };
    expect((await write(store, event('a', 1))).body).toEqual({ ...none, accepted: 1 });
    expect((await write(store, [event('a', 1), event('b', 2), event('a', 3)])).body).toEqual({
      ...none,
      accepted: 1,
      duplicates: 1,
      replaced: 1,
    });
    const ndjson = `${JSON.stringify(event('c', 4))}\n{"id": "d"\n${JSON.stringify(event('e', 5))}\n`;
    const mixed = await write(store, ndjson, '', { 'content-type': 'application/x-ndjson' });
    expect(mixed.body).toMatchObject({
      accepted: 2,
      rejected: [{ index: 1, code: 'EVENT_MALFORMED', line: 2 }],
    });
    const csv = gzipSync(`at,id,amount\n${at(6)},f,1.50\n${at(7)},g,NULL\n`);
    const packed = { 'content-type': 'text/csv', 'content-encoding': 'gzip' };
    expect((await write(store, csv, '?null=NULL', packed)).body).toEqual({ ...none, accepted: 2 });
    const cloud = { specversion: '1.0', id: 'h', source: '/s', type: 't', data: { at: at(8) } };
    const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
    expect((await write(store, JSON.stringify(cloud), '', structured)).body).toEqual({
      ...none,
      accepted: 1,
    });
    expect((await read(store)).items.map(({ eventId }) => eventId)).toEqual([
      'b',
      'a',
      'c',
      'e',
      'f',
      'g',
      'h',
    ]);
  });

  it('reports every problem of an event, and where', async () => {
    const store = await makeStore('problems');
    const bad = [{ at: 'never', amount: '1.1234567', odd: 1 }, event('good', 1)];
    const answer = await write(store, bad);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ accepted: 1, rejected: [{ index: 0 }] });
    const [rejection] = answer.body['rejected'] as [{ pointer: string; errors: { pointer: string }[] }];
    const pointers = [rejection, ...rejection.errors].map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(['/amount', '/at', '/id', '/odd']);
    expect((await write(store, event('z', 1, { odd: 1 }), '?unknown=ignore')).body).toMatchObject({
      accepted: 1,
      ignoredFields: 1,
    });
  });

  it('writes nothing when atomic and one is rejected', async () => {
    const store = await makeStore('atomic');
    const answer = await write(store, [event('a', 1), { id: 'b' }, event('c', 1)], '?atomic=true');
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      code: 'EVENTS_REJECTED',
      errors: [{ pointer: '/1/at', code: 'EVENT_INVALID' }],
    });
    expect((await read(store)).items).toEqual([]);
    expect((await write(store, [event('a', 1), event('c', 1)], '?atomic=true')).body).toMatchObject({
      accepted: 2,
    });
  });

  it.each([
    ['{"id": ', 'application/json', 400, 'BODY_MALFORMED'],
    ['id,id\n', 'text/csv', 400, 'CSV_HEADER_INVALID'],
    ['x', 'text/plain', 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['', 'application/x-ndjson', 200, undefined],
    ['[]', 'application/json', 200, undefined],
  ])('takes the body %j of %s for what it is', async (body, type, status, code) => {
    const store = `/v1/event-stores/${encodeURIComponent('problems')}`;
    const answer = await write(store, body, '', { 'content-type': type });
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });

  it('keeps file and line of events without an id of their own', async () => {
    const store = await makeStore('lines', ['$file', '$line']);
    const csv = `id,at\nx,${at(1)}\ny,${at(2)}\n`;
    const headers = { 'content-type': 'text/csv' };
    expect((await write(store, csv, '?file=a%20b.csv', headers)).body).toMatchObject({ accepted: 2 });
    expect((await write(store, csv, '?file=a%20b.csv&firstLine=3', headers)).body).toMatchObject({
      accepted: 1,
      replaced: 1,
    });
    const { items } = await read(store);
    expect(items.map((item) => [item.fields['$file'], item.fields['$line']])).toEqual([
      ['a b.csv', '2'],
      ['a b.csv', '3'],
      ['a b.csv', '4'],
    ]);
    const one = await weir.call<EventItem>('GET', `${store}/events/${items[1]!.eventId}`);
    expect(one.body.fields).toMatchObject({ $line: '3', id: 'x' });
  });
});

describe('reading events', () => {
  let store: string;
  beforeAll(async () => {
    store = await makeStore('reading');
    const exact = '{"n":12345678901234567890.123,"a":[1,{"b":null}]}';
    const first = `{"id":"ü/ %25","at":"${at(0)}","amount":"12345678901234567890.5","ok":false,"more":${exact},"n":"-9007199254740993"}`;
    const rest = Array.from({ length: 24 }, (_, n) =>
      event(`e${n}`, Math.floor(n / 2), { 'region "x"': n % 2 === 0 ? 'eu' : `'; drop`, amount: '1.50' }),
    );
    await write(store, `[${first},${JSON.stringify(rest).slice(1)}`);
  });

  it('shows values exactly', async () => {
    const path = `${store}/events/${encodeURIComponent('ü/ %25')}`;
    const text = await (
      await weir.server.app.request(path, { headers: { authorization: 'Bearer test admin key' } })
    ).text();
    expect(text).toContain('"more":{"a":[1,{"b":null}],"n":12345678901234567890.123}');
    const { body } = await weir.call<EventItem>('GET', path);
    expect(body).toMatchObject({ eventId: 'ü/ %25', eventTime: '2026-09-01T00:00:00.000000Z' });
    expect(body.fields).toMatchObject({
      amount: '12345678901234567890.5',
      ok: false,
      n: '-9007199254740993',
    });
    expect(body.fields).not.toHaveProperty('region "x"');
  });

  it('pages through all events once, in order, from both ends', async () => {
    for (const order of ['asc', 'desc']) {
      const seen: EventItem[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: List<EventItem> = await read(
          store,
          `?limit=7&order=${order}${cursor && `&cursor=${cursor}`}`,
        );
        seen.push(...page.items);
        cursor = page.nextCursor;
      }
      expect(new Set(seen.map(({ eventId }) => eventId)).size).toBe(25);
      const keys = seen.map((item) => `${item.eventTime} ${item.ingestSequence.padStart(20, '0')}`);
      const sorted = keys.toSorted();
      expect(keys).toEqual(order === 'asc' ? sorted : sorted.toReversed());
    }
  });

  it('selects by time and by value, whatever the names are', async () => {
    const frame = await read(store, `?from=${at(3)}&to=${at(5)}`);
    expect(frame.items.map(({ eventId }) => eventId)).toEqual(['e6', 'e7', 'e8', 'e9']);
    const filter = encodeURIComponent('filter.region "x"');
    const value = encodeURIComponent(`'; drop`);
    expect((await read(store, `?${filter}=${value}&filter.amount=1.500`)).items).toHaveLength(12);
    expect((await read(store, `?${filter}=eu&filter.id=e4`)).items).toHaveLength(1);
    const wrong = await weir.call('GET', `${store}/events?filter.nope=1&filter.n=x`);
    expect(wrong.body).toMatchObject({
      code: 'FILTER_INVALID',
      errors: [{ pointer: '/query/filter.nope' }, { pointer: '/query/filter.n' }],
    });
    const odd = await weir.call('GET', `${store}/events?nope=1&order=up`);
    expect(odd.body['errors']).toHaveLength(2);
    expect((await weir.call('GET', `${store}/events?cursor=xyz`)).body).toMatchObject({
      code: 'CURSOR_INVALID',
    });
  });

  it('keeps former versions', async () => {
    await write(store, event('once', 12, { amount: '1' }));
    await write(store, event('once', 13, { amount: '2' }));
    const history = await weir.call<List<EventItem>>('GET', `${store}/events/once/history`);
    expect(history.body.items).toMatchObject([
      { change: 'replace', eventId: 'once', fields: { amount: '1' } },
    ]);
    expect((await weir.call('GET', `${store}/events/never`)).body).toMatchObject({ code: 'EVENT_NOT_FOUND' });
  });

  it('counts over event time, by group', async () => {
    const group = encodeURIComponent('region "x"');
    const { body } = await weir.call<{
      buckets: { from: string; to: string; count: number; group: string | null }[];
    }>('GET', `${store}/histogram?bucket=day&timeZone=Asia/Tokyo&groupBy=${group}&to=${at(12)}`);
    const total = body.buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    expect(total).toBe(25);
    expect(
      body.buckets.filter(({ count }) => count > 0).every(({ to }) => to.endsWith('15:00:00.000000Z')),
    ).toBe(true);
    expect(new Set(body.buckets.map((bucket) => bucket.group))).toEqual(new Set(['eu', `'; drop`, null]));
    const wrong = await weir.call('GET', `${store}/histogram?groupBy=nope`);
    expect(wrong.body).toMatchObject({ code: 'EVENT_FIELD_NOT_FOUND' });
    expect((await weir.call('GET', `${store}/histogram?timeZone=Mars`)).body).toMatchObject({
      code: 'TIME_ZONE_UNKNOWN',
    });
  });

  it('exports what can be written again', async () => {
    const copy = await makeStore('copy');
    for (const [format, type] of [
      ['ndjson', 'application/x-ndjson'],
      ['csv', 'text/csv'],
    ] as const) {
      const file = await weir.call<string>('GET', `${store}/export?format=${format}`);
      expect(file.headers.get('content-disposition')).toContain(`filename="reading.${format}"`);
      const answer = await write(copy, file.body, '', { 'content-type': type });
      const expected = format === 'ndjson' ? { accepted: 26 } : { duplicates: 26 };
      expect(answer.body).toMatchObject({ ...expected, rejected: [] });
    }
  });
});
