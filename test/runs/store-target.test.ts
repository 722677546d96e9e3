// Meters that write into event stores: chains of meters, ownership, retraction as deletion.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { defineEvents, storeSource } from '../fixture.ts';

let api: Api;
beforeAll(async () => {
  api = await openApi();
  const field = (name: string, type: string) => ({ name, type, required: true });
  await defineEvents(api, 'call', { account: { type: 'string', required: true }, units: 'decimal' });
  await api.post('/v1/event-definitions', {
    name: 'hourly',
    fields: [field('account', 'string'), field('hour', 'datetime'), { name: 'units', type: 'decimal' }],
    eventIdFields: ['account', 'hour'],
    eventTimeField: 'hour',
  });
  await api.post('/v1/event-stores', { name: 'calls', eventDefinition: 'call' });
  await api.post('/v1/event-stores', { name: 'hours', eventDefinition: 'hourly' });
  await api.post('/v1/meters', {
    name: 'to hours',
    type: 'custom',
    nodes: [
      storeSource('s', 'calls'),
      {
        id: 'a',
        name: 'Hour',
        kind: 'processor',
        operator: 'aggregate',
        inputs: ['s'],
        config: {
          groupBy: ['account'],
          window: { unit: 'hour' },
          functions: [{ name: 'sum', function: 'sum', field: 'units' }],
        },
      },
      {
        id: 't',
        name: 'Hours',
        kind: 'target',
        operator: 'event-store',
        inputs: ['a'],
        config: {
          store: 'hours',
          mapping: [
            { field: 'account', from: 'account' },
            { field: 'hour', from: 'windowStart' },
            { field: 'units', from: 'sum' },
          ],
        },
      },
    ],
  });
  await api.post('/v1/meters', {
    name: 'per day',
    type: 'sum',
    source: { operator: 'event-store', config: { store: 'hours' } },
    quantityField: 'units',
    groupBy: ['account'],
    window: { unit: 'day' },
    usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'u' } },
  });
});
afterAll(() => api.close());

const write = (store: string, events: readonly object[]) =>
  api.post(`/v1/event-stores/${store}/events`, events);
const hours = async (): Promise<unknown[]> =>
  (
    await api.get<{ items: { fields: { account: string; hour: string; units: string } }[] }>(
      '/v1/event-stores/hours/events',
    )
  ).items.map(({ fields }) => [fields.account, fields.hour.slice(0, 13), fields.units]);
/** By account and day: the numbers of records that one run makes are in no order. */
const days = async (): Promise<unknown[]> =>
  (
    await api.get<{ items: Record<string, string>[] }>('/v1/usage-records?meter=per%20day&state=current')
  ).items
    .map((item) => [item['accountNumber'], item['startDateTime']?.slice(0, 10), item['quantity']])
    .sort((left, right) => (String(left) < String(right) ? -1 : 1));
const toHours = (body: object = REPLAY_ALL) => runMeter(api, 'to%20hours', body);
const perDay = (body: object = REPLAY_ALL) => runMeter(api, 'per%20day', body);

describe('a chain of meters through a store', () => {
  it('writes events, which the next meter reads', async () => {
    await write('calls', [
      { id: '1', at: '2026-03-05T10:10:00Z', account: 'acme', units: '0.1' },
      { id: '2', at: '2026-03-05T10:50:00Z', account: 'acme', units: '0.2' },
      { id: '3', at: '2026-03-05T23:00:00Z', account: 'acme', units: '4' },
      { id: '4', at: '2026-03-06T00:00:00Z', account: 'bolt', units: '9' },
    ]);
    expect(await toHours()).toMatchObject({ status: 'completed', error: null, result: { inserted: 3 } });
    expect(await hours()).toEqual([
      ['acme', '2026-03-05T10', '0.3'],
      ['acme', '2026-03-05T23', '4'],
      ['bolt', '2026-03-06T00', '9'],
    ]);
    expect(await perDay()).toMatchObject({ status: 'completed', result: { inserted: 2 } });
    expect(await days()).toEqual([
      ['acme', '2026-03-05', '4.3'],
      ['bolt', '2026-03-06', '9'],
    ]);
    expect(await toHours()).toMatchObject({
      result: { inserted: 0, revised: 0, retracted: 0, unchanged: 3 },
    });
    expect(await api.get('/v1/meters/per%20day')).toMatchObject({ stale: false });
  });

  it('replaces and deletes what it wrote, and the next meter follows what was touched', async () => {
    await write('calls', [
      { id: '2', at: '2026-03-05T10:50:00Z', account: 'acme', units: '0.7' },
      { id: '4', at: '2026-03-06T00:00:00Z', account: 'acme', units: '9' },
    ]);
    expect(await toHours({ mode: 'batch' })).toMatchObject({
      status: 'completed',
      result: { inserted: 1, revised: 1, retracted: 1 },
    });
    expect(await hours()).toEqual([
      ['acme', '2026-03-05T10', '0.8'],
      ['acme', '2026-03-05T23', '4'],
      ['acme', '2026-03-06T00', '9'],
    ]);
    expect(await api.get('/v1/meters/per%20day')).toMatchObject({ stale: true });
    expect(await perDay({ mode: 'batch' })).toMatchObject({
      result: { inserted: 1, revised: 1, retracted: 1 },
    });
    expect(await days()).toEqual([
      ['acme', '2026-03-05', '4.8'],
      ['acme', '2026-03-06', '9'],
    ]);
  });

  it('leaves alone what others wrote, and refuses to overwrite what a meter wrote', async () => {
    const foreign = await write('hours', [{ account: 'acme', hour: '2026-03-05T23:00:00Z', units: '5' }]);
    expect(foreign).toMatchObject({ accepted: 0, replaced: 0, rejected: [{ code: 'EVENT_OWNED_BY_OTHER' }] });
    expect(
      await write('hours', [{ account: 'acme', hour: '2026-03-05T23:00:00Z', units: '4' }]),
    ).toMatchObject({ duplicates: 1 });
    await write('hours', [{ account: 'hand', hour: '2026-03-05T07:00:00Z', units: '1' }]);
    await write('calls', [{ id: '5', at: '2026-03-05T07:30:00Z', account: 'hand', units: '2' }]);
    const run = await toHours();
    expect(run).toMatchObject({ status: 'completed', result: { inserted: 0, revised: 0, retracted: 0 } });
    const rejected = await api.get<{ items: object[] }>(`/v1/runs/${run.id}/rejected`);
    expect(rejected.items).toMatchObject([
      { node: 't', code: 'EVENT_OWNED_BY_OTHER', input: { account: 'hand', units: '2' } },
    ]);
  });

  it('does not bring back what a backfill deleted from the target', async () => {
    const id = Buffer.from(JSON.stringify(['acme', '2026-03-06T00:00:00.000000Z'])).toString('base64url');
    expect(await api.get(`/v1/event-stores/hours/events/${id}`)).toMatchObject({ fields: { units: '9' } });
    const preview = await api.post<{ id: string }>(
      '/v1/event-stores/hours/backfills?kind=delete',
      'account,hour\nacme,2026-03-06T00:00:00Z\n',
      { 'content-type': 'text/csv' },
    );
    await api.post(`/v1/backfills/${preview.id}/confirm`, {});
    for (let status = 'running'; status === 'running';) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      status = (await api.get<{ status: string }>(`/v1/backfills/${preview.id}`)).status;
    }
    expect(await toHours()).toMatchObject({ result: { inserted: 0, revised: 0, retracted: 0, pinned: 1 } });
    expect((await hours()).length).toBe(3);
  });

  it('is refused when it closes a cycle', async () => {
    const { body, status } = await api.weir.call<{ code: string; detail: string }>('POST', '/v1/meters', {
      name: 'back',
      type: 'custom',
      nodes: [
        storeSource('s', 'hours'),
        {
          id: 'm',
          name: 'Shape',
          kind: 'processor',
          operator: 'map',
          inputs: ['s'],
          config: { fields: [{ name: 'id', expression: 'event.account + "/" + string(event.hour)' }] },
        },
        {
          id: 't',
          name: 'Calls',
          kind: 'target',
          operator: 'event-store',
          inputs: ['m'],
          config: {
            store: 'calls',
            mapping: [
              { field: 'id', from: 'id' },
              { field: 'at', from: 'hour' },
              { field: 'account', from: 'account' },
            ],
          },
        },
      ],
    });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'METER_STORE_CYCLE' });
    expect(body.detail).toContain('calls -> to hours -> hours');
  });
});
