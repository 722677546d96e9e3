// Retention over the API: which days leave, who is refused, what is refused, and when.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retainedFromOf, untilNextDay } from '../../src/stores/retained-from.ts';
import { finishedRun, openApi } from '../api.ts';
import type { Api } from '../api.ts';

let api: Api;
let now = '2026-04-01T12:00:00.000000Z';
let number = 0;

beforeAll(async () => {
  api = await openApi(undefined, { clock: () => now });
  await api.post('/v1/event-definitions', {
    name: 'call',
    fields: [
      { name: 'id', type: 'string' },
      { name: 'start/time', type: 'datetime' },
      { name: 'units', type: 'decimal' },
    ],
    eventIdFields: ['id'],
    eventTimeField: 'start/time',
  });
});
afterAll(() => api.close());

const event = (id: string, at: string) => ({ id, 'start/time': at, units: '1' });
const settings = (name: string, more: object = {}) => ({ name, eventDefinition: 'call', ...more });
async function newStore(more: object = {}): Promise<string> {
  number += 1;
  await api.post('/v1/event-stores', settings(`calls-${number}`, more));
  return `calls-${number}`;
}
const put = (store: string, more: object = {}) =>
  api.weir.call<{ code?: string; detail?: string }>(
    'PUT',
    `/v1/event-stores/${store}`,
    settings(store, more),
  );
const shown = (store: string) => api.get(`/v1/event-stores/${store}`);
const meterOver = (store: string, window: object) => ({
  name: `sums of ${store}`,
  type: 'sum',
  source: { operator: 'event-store', config: { store } },
  quantityField: 'units',
  groupBy: ['id'],
  window,
  usage: { accountNumber: { field: 'id' }, unitOfMeasure: { constant: 'u' } },
});

describe('the days that a store retains', () => {
  it('are whole days of its zone, over changes of the clock too', () => {
    const budapest = (days: number, at: string) => retainedFromOf(days, 'Europe/Budapest', at);
    // 29 March 2026 has 23 hours there, 25 October 25.
    expect(budapest(1, '2026-03-30T10:00:00.000000Z')).toBe('2026-03-28T23:00:00.000000Z');
    expect(budapest(1, '2026-03-30T21:59:59.999999Z')).toBe('2026-03-28T23:00:00.000000Z');
    expect(budapest(1, '2026-03-30T22:00:00.000000Z')).toBe('2026-03-29T22:00:00.000000Z');
    expect(budapest(3, '2026-10-27T12:00:00.000000Z')).toBe('2026-10-23T22:00:00.000000Z');
    expect(budapest(2, '2026-10-27T12:00:00.000000Z')).toBe('2026-10-24T22:00:00.000000Z');
    expect(budapest(1, '2026-10-27T12:00:00.000000Z')).toBe('2026-10-25T23:00:00.000000Z');
    expect(retainedFromOf(36_500, 'UTC', '2026-03-01T00:00:00.000000Z')).toBe('1926-03-26T00:00:00.000000Z');
  });

  it('end when the next one begins in the zone', () => {
    expect(untilNextDay('UTC', '2026-03-01T23:59:59.999500Z')).toBe(1);
    expect(untilNextDay('Europe/Budapest', '2026-03-28T23:00:00.000000Z')).toBe(23 * 3_600_000);
  });
});

describe('a store with a retention', () => {
  it('says what it retains, and takes nothing that is older', async () => {
    const store = await newStore({ retentionDays: 30, timeZone: 'Europe/Budapest' });
    expect(await shown(store)).toMatchObject({
      retentionDays: 30,
      retainedFrom: '2026-03-01T23:00:00.000000Z',
      expiredCount: 0,
    });
    const answer = await api.post(`/v1/event-stores/${store}/events`, [
      event('edge', '2026-03-01T23:00:00Z'),
      event('before', '2026-03-01T22:59:59.999999Z'),
      { id: 'bad' },
    ]);
    expect(answer).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, code: 'EVENT_BEFORE_RETENTION', pointer: '/start~1time' },
        { index: 2, code: 'EVENT_INVALID' },
      ],
    });
    const atomic = await api.weir.call('POST', `/v1/event-stores/${store}/events?atomic=true`, [
      event('new', '2026-03-20T00:00:00Z'),
      event('before', '2026-02-01T00:00:00Z'),
    ]);
    expect(atomic).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'EVENT_BEFORE_RETENTION', pointer: '/1/start~1time' }] },
    });
    expect(await shown(store)).toMatchObject({ eventCount: 1 });
  });

  it('takes nothing older out of a file either, and keeps what it turned away', async () => {
    const store = await newStore({ retentionDays: 30 });
    const csv = 'id,start/time,units\na,2026-03-20T00:00:00Z,1\nb,2026-01-01T00:00:00Z,2\n';
    await api.weir.call('PUT', '/v1/files/calls.csv', csv, { headers: { 'content-type': 'text/csv' } });
    const { id } = await api.post<{ id: string }>(`/v1/event-stores/${store}/imports`, { file: 'calls.csv' });
    await api.weir.server.services.imports.settled();
    expect(await api.get(`/v1/imports/${id}`)).toMatchObject({
      counts: { accepted: 1, rejected: 1 },
      rejected: [{ index: 1, code: 'EVENT_BEFORE_RETENTION' }],
    });
    const meter = await api.post<{ id: string; inboxes?: object }>('/v1/meters', {
      ...meterOver(store, { unit: 'day' }),
      source: { operator: 'upload', config: { eventDefinition: 'call' } },
    });
    const { items } = await api.get<{ items: { id: string; name: string; usedBy: { meter: string }[] }[] }>(
      '/v1/event-stores?limit=1000',
    );
    const inbox = items.find(({ usedBy }) => usedBy.some((use) => use.meter === meter.id));
    await api.weir.call('PUT', `/v1/event-stores/${inbox?.id}`, {
      name: inbox?.name,
      eventDefinition: 'call',
      retentionDays: 30,
    });
    const { nodes } = await api.get<{ nodes: { id: string; kind: string }[] }>(`/v1/meters/${meter.id}`);
    const source = nodes.find(({ kind }) => kind === 'source')?.id ?? '';
    const run = await api.post<{ id: string }>(`/v1/meters/${meter.id}/runs`, {
      mode: 'batch',
      sources: { [source]: { file: 'calls.csv' } },
    });
    expect(await finishedRun(api, run.id)).toMatchObject({ status: 'completed', result: { inserted: 1 } });
    const rejected = await api.get<{ items: { input: { input: string } }[] }>(`/v1/runs/${run.id}/rejected`);
    expect(rejected.items).toMatchObject([{ code: 'EVENT_BEFORE_RETENTION' }]);
    expect(rejected.items[0]?.input.input).toContain('2026-01-01T00:00:00.000000Z');
  });

  it('lets no backfill bring older events back', async () => {
    const store = await newStore({ retentionDays: 30 });
    const csv = 'id,start/time,units\na,2026-03-20T00:00:00Z,1\nb,2026-01-01T00:00:00Z,2\n';
    const path = `/v1/event-stores/${store}/backfills?kind=insert`;
    const refused = await api.weir.call('POST', path, csv, { headers: { 'content-type': 'text/csv' } });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'BACKFILL_EVENTS_REJECTED', errors: [{ code: 'EVENT_BEFORE_RETENTION' }] },
    });
    expect(await shown(store)).toMatchObject({ eventCount: 0 });
  });

  it('forgets at once when its retention is set or shortened, and never remembers', async () => {
    const store = await newStore();
    await api.post(`/v1/event-stores/${store}/events`, [
      event('a', '2026-01-10T00:00:00Z'),
      event('b', '2026-02-10T00:00:00Z'),
      event('c', '2026-03-10T00:00:00Z'),
    ]);
    expect(await shown(store)).toMatchObject({ retentionDays: null, retainedFrom: null });
    expect((await put(store, { retentionDays: 60 })).body).toMatchObject({
      retentionDays: 60,
      retainedFrom: '2026-01-31T00:00:00.000000Z',
      eventCount: 2,
      expiredCount: 1,
    });
    expect((await put(store, { retentionDays: 30 })).body).toMatchObject({ eventCount: 1, expiredCount: 2 });
    const retainedFrom = '2026-03-02T00:00:00.000000Z';
    expect((await put(store, { retentionDays: 365 })).body).toMatchObject({ retainedFrom, eventCount: 1 });
    expect((await put(store)).body).toMatchObject({ retentionDays: null, retainedFrom, eventCount: 1 });
    expect(await api.post(`/v1/event-stores/${store}/events`, event('a', '2026-01-10'))).toMatchObject({
      rejected: [{ code: 'EVENT_BEFORE_RETENTION' }],
    });
  });

  it('forgets what becomes too old, with its history, at the round of the next day', async () => {
    now = '2026-04-01T12:00:00.000000Z';
    const store = await newStore({ retentionDays: 1 });
    await api.post(`/v1/event-stores/${store}/events`, [event('a', '2026-03-31T23:00:00Z')]);
    await api.post(`/v1/event-stores/${store}/events`, [
      { ...event('a', '2026-03-31T23:00:00Z'), units: '2' },
      event('b', '2026-04-01T00:00:00Z'),
    ]);
    now = '2026-04-01T23:59:59.000000Z';
    expect(await api.weir.server.services.retention.round()).toBeLessThanOrEqual(1_000);
    expect(await shown(store)).toMatchObject({ eventCount: 2 });
    now = '2026-04-02T00:00:00.000000Z';
    expect(await api.weir.server.services.retention.round()).toBeLessThanOrEqual(3_600_000);
    expect(await shown(store)).toMatchObject({ eventCount: 1, retainedFrom: '2026-04-01T00:00:00.000000Z' });
    expect((await api.weir.call('GET', `/v1/event-stores/${store}/events/a`)).status).toBe(404);
    expect(await api.get(`/v1/event-stores/${store}/events/a/history`)).toMatchObject({ items: [] });
    expect(api.weir.logged.join('')).toContain('"message":"events expired"');
  });

  it('lets nothing expire while a run reads it, and comes back soon', async () => {
    now = '2026-04-01T12:00:00.000000Z';
    const store = await newStore({ retentionDays: 1 });
    await api.post(`/v1/event-stores/${store}/events`, event('a', '2026-03-31T23:00:00Z'));
    const meter = await api.post<{ id: string }>('/v1/meters', meterOver(store, { unit: 'day' }));
    now = '2026-04-03T00:00:00.000000Z';
    const { retention, pipeline, runs } = api.weir.server.services;
    const commit = pipeline.commitSlice.bind(pipeline);
    let due = 0;
    let during: unknown;
    // Between the start of the run and its only slice.
    pipeline.commitSlice = async (...slice) => {
      due = await retention.round();
      during = await shown(store);
      return commit(...slice);
    };
    try {
      const run = await api.post<{ id: string }>(`/v1/meters/${meter.id}/runs`, { mode: 'replay' });
      expect(await finishedRun(api, run.id)).toMatchObject({ status: 'completed', result: { inserted: 1 } });
    } finally {
      pipeline.commitSlice = commit;
    }
    await runs.settled();
    expect(due).toBe(60_000);
    expect(during).toMatchObject({ eventCount: 1, retainedFrom: '2026-03-31T00:00:00.000000Z' });
    await retention.round();
    expect(await shown(store)).toMatchObject({ eventCount: 0, retainedFrom: '2026-04-02T00:00:00.000000Z' });
    now = '2026-04-01T12:00:00.000000Z';
  });

  it('refuses days that are none', async () => {
    for (const retentionDays of [0, -1, 1.5, 36_501, '30']) {
      const refused = await api.weir.call(
        'POST',
        '/v1/event-stores',
        settings(`refused-${retentionDays}`, { retentionDays }),
      );
      expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/retentionDays' }] } });
    }
  });
});

describe('a window over all of time', () => {
  it('cannot be saved over a store that forgets, nor over one that has', async () => {
    const store = await newStore({ retentionDays: 30 });
    const refused = await api.weir.call('POST', '/v1/meters', meterOver(store, { unit: 'all' }));
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'RETENTION_BREAKS_METER', message: expect.stringContaining(store) }] },
    });
    await put(store);
    expect(await api.weir.call('POST', '/v1/meters', meterOver(store, { unit: 'all' }))).toMatchObject({
      status: 422,
    });
    expect(await api.post('/v1/meters', meterOver(store, { unit: 'month' }))).toMatchObject({ version: 1 });
  });

  it('keeps its store from forgetting, in its latest and its active version', async () => {
    const store = await newStore();
    const meter = await api.post<{ id: string; name: string }>(
      '/v1/meters',
      meterOver(store, { unit: 'all' }),
    );
    const refused = await put(store, { retentionDays: 30 });
    expect(refused).toMatchObject({ status: 409, body: { code: 'RETENTION_BREAKS_METER' } });
    expect(refused.body.detail).toContain(`'${meter.name}'`);
    expect(await shown(store)).toMatchObject({ retentionDays: null, retainedFrom: null });
    const run = await api.post<{ id: string }>(`/v1/meters/${meter.id}/runs`, { mode: 'batch' });
    await finishedRun(api, run.id);
    await api.weir.call('PUT', `/v1/meters/${meter.id}?records=keep`, meterOver(store, { unit: 'month' }));
    expect(await put(store, { retentionDays: 30 })).toMatchObject({ status: 409 });
    const next = await api.post<{ id: string }>(`/v1/meters/${meter.id}/runs`, { mode: 'batch' });
    await finishedRun(api, next.id);
    expect(await put(store, { retentionDays: 30 })).toMatchObject({ status: 200 });
  });
});
