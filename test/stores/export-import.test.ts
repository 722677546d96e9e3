// What a store exports can be written to another store, in every format, and gives the same events.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApi } from '../api.ts';
import type { Api } from '../api.ts';

let api: Api;
const HARD = [
  'plain',
  'comma, "quote"',
  'line\nbreak',
  '=1+1',
  ' spaced ',
  '\ufeffmark',
  '😀 ʹ',
  "Robert'); DROP TABLE events;--",
];

beforeAll(async () => {
  api = await openApi();
  await api.post('/v1/event-definitions', {
    name: 'hard "names"',
    fields: [
      { name: 'at', type: 'datetime' },
      { name: 'text, "quoted" 😀', type: 'string' },
      { name: 'units', type: 'decimal', scale: 18 },
      { name: 'bytes', type: 'integer' },
      { name: 'ok', type: 'boolean' },
      { name: 'day', type: 'date' },
      { name: 'more', type: 'json' },
    ],
    eventIdFields: ['$file', '$line'],
    eventTimeField: 'at',
  });
  await api.post('/v1/event-stores', { name: 'from', eventDefinition: 'hard "names"' });
  const events = HARD.map((text, index) => ({
    at: `2026-03-0${index + 1}T10:00:00.00000${index}Z`,
    'text, "quoted" 😀': text,
    units: '12345678901234567890.123456789012345678',
    bytes: '-9223372036854775808',
    ok: index % 2 === 0,
    day: '2026-02-28',
    more: { a: [1, 'x', null] },
  }));
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  const answer = await api.post('/v1/event-stores/from/events?file=a%20%22file%22.ndjson&firstLine=7', body, {
    'content-type': 'application/x-ndjson',
  });
  expect(answer).toMatchObject({ accepted: HARD.length, rejected: [] });
});
afterAll(() => api.close());

const eventsOf = async (store: string): Promise<unknown[]> => {
  const { items } = await api.get<{ items: Record<string, unknown>[] }>(`/v1/event-stores/${store}/events`);
  return items.map(({ ingestSequence: _sequence, ...event }) => event);
};

it.each(['ndjson', 'csv', 'parquet'])('%s', async (format) => {
  const exported = await api.weir.server.app.request(`/v1/event-stores/from/export?format=${format}`, {
    headers: { authorization: 'Bearer test admin key' },
  });
  expect(exported.status).toBe(200);
  const bytes = new Uint8Array(await exported.arrayBuffer());
  await api.post('/v1/event-stores', { name: `to-${format}`, eventDefinition: 'hard "names"' });
  const put = await api.weir.call('PUT', `/v1/files/${format}.${format}`, bytes, {
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(put.status).toBeLessThan(300);
  const { id } = await api.post<{ id: string }>(`/v1/event-stores/to-${format}/imports`, {
    file: `${format}.${format}`,
  });
  await api.weir.server.services.imports.settled();
  expect(await api.get(`/v1/imports/${id}`)).toMatchObject({
    status: 'completed',
    error: null,
    rejected: [],
    counts: { accepted: HARD.length, rejected: 0 },
  });
  expect(await eventsOf(`to-${format}`)).toEqual(await eventsOf('from'));
});
