// The worked numbers of the design that the components of today can express, each through the public API.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { defineEvents, storeSource } from '../fixture.ts';

let api: Api;
let stores = 0;
beforeAll(async () => {
  api = await openApi();
  await defineEvents(api, 'value', { user: 'string', value: { type: 'decimal', scale: 18 } });
});
afterAll(() => api.close());

interface Record_ {
  readonly accountNumber: string;
  readonly quantity: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
  readonly custom: Readonly<Record<string, string | null>>;
}

async function newStore(events: readonly object[]): Promise<string> {
  stores += 1;
  const name = `values-${stores}`;
  await api.post('/v1/event-stores', { name, eventDefinition: 'value' });
  await write(name, events);
  return name;
}

async function write(store: string, events: readonly object[]): Promise<void> {
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  const answer = await api.post(`/v1/event-stores/${store}/events`, body, {
    'content-type': 'application/x-ndjson',
  });
  expect(answer).toMatchObject({ rejected: [] });
}

/** A meter with every function of the field `value`, per user and window. */
async function newMeter(store: string, window: object): Promise<string> {
  const name = `meter of ${store}`;
  const functions = ['sum', 'min', 'max', 'avg', 'count'].map((fn) => ({
    name: fn,
    function: fn,
    field: 'value',
  }));
  await api.post('/v1/meters', {
    name,
    type: 'custom',
    nodes: [
      storeSource('s', store),
      {
        id: 'a',
        name: 'All functions',
        kind: 'processor',
        operator: 'aggregate',
        inputs: ['s'],
        config: { groupBy: ['user'], window, functions: [...functions, { name: 'rows', function: 'count' }] },
      },
      {
        id: 'u',
        name: 'Usage',
        kind: 'target',
        operator: 'usage-records',
        inputs: ['a'],
        config: {
          quantity: { field: 'sum' },
          accountNumber: { field: 'user' },
          unitOfMeasure: { constant: 'u' },
          custom: Object.fromEntries(
            ['min', 'max', 'avg', 'count', 'rows'].map((field) => [field, { field }]),
          ),
        },
      },
    ],
  });
  return encodeURIComponent(name);
}

async function records(meter: string): Promise<readonly Record_[]> {
  const run = await runMeter(api, meter, REPLAY_ALL);
  expect(run).toMatchObject({ status: 'completed', error: null });
  return (await api.get<{ items: Record_[] }>(`/v1/usage-records?meter=${meter}&state=current&limit=1000`))
    .items;
}

const value = (id: string, at: string, amount: string | null, user = 'u1') => ({
  id,
  at,
  user,
  ...(amount === null ? {} : { value: amount }),
});

describe('worked numbers', () => {
  it('page views 10 and 20 by one user, one day: count 2, sum 30, max 20', async () => {
    const store = await newStore([
      value('a', '2026-03-05T01:00:00Z', '10'),
      value('b', '2026-03-05T23:00:00Z', '20'),
    ]);
    expect(await records(await newMeter(store, { unit: 'day' }))).toMatchObject([
      { quantity: '30', custom: { max: '20', count: '2', rows: '2' } },
    ]);
  });

  it('values 123 (number), "0.4567890123456789" (text), null', async () => {
    const store = await newStore([]);
    const body =
      '{"id":"a","at":"2026-03-05T01:00:00Z","user":"u1","value":123}\n' +
      '{"id":"b","at":"2026-03-05T02:00:00Z","user":"u1","value":"0.4567890123456789"}\n' +
      '{"id":"c","at":"2026-03-05T03:00:00Z","user":"u1","value":null}\n';
    await api.post(`/v1/event-stores/${store}/events`, body, { 'content-type': 'application/x-ndjson' });
    expect(await records(await newMeter(store, { unit: 'day' }))).toMatchObject([
      {
        quantity: '123.4567890123456789',
        custom: { rows: '3', count: '2', avg: '61.72839450617283945', min: '0.4567890123456789', max: '123' },
      },
    ]);
  });

  it('1,000 events with one id and other times: one event, count 1', async () => {
    const times = Array.from(
      { length: 1_000 },
      (_, index) => new Date(Date.UTC(2026, 2, 1) + ((index * 7_919) % 5_184_000) * 1_000),
    );
    const store = await newStore(times.map((at) => value('same', at.toISOString(), '1')));
    expect(await api.get(`/v1/event-stores/${store}`)).toMatchObject({ eventCount: 1 });
    expect(await records(await newMeter(store, { unit: 'all' }))).toMatchObject([{ custom: { rows: '1' } }]);
  });

  it('epoch 1780586634.1', async () => {
    const store = await newStore([]);
    await api.post(`/v1/event-stores/${store}/events`, '{"id":"a","at":1780586634.1,"user":"u1"}', {
      'content-type': 'application/json',
    });
    expect(await api.get(`/v1/event-stores/${store}/events/a`)).toMatchObject({
      eventTime: '2026-06-04T15:23:54.100000Z',
    });
  });

  it('day windows in Europe/Budapest have 23 and 25 hours where clocks change', async () => {
    const store = await newStore([
      value('a', '2025-03-30T12:00:00Z', '1'),
      value('b', '2025-10-26T12:00:00Z', '1'),
    ]);
    const found = await records(await newMeter(store, { unit: 'day', timeZone: 'Europe/Budapest' }));
    expect(found.map(({ startDateTime, endDateTime }) => [startDateTime, endDateTime])).toEqual(
      expect.arrayContaining([
        ['2025-03-29T23:00:00.000000Z', '2025-03-30T22:00:00.000000Z'],
        ['2025-10-25T22:00:00.000000Z', '2025-10-26T23:00:00.000000Z'],
      ]),
    );
  });

  it('an hour window around the repeated hour in Europe/Budapest is the hour that the event is in', async () => {
    const store = await newStore([value('a', '2025-10-26T00:30:00Z', '1')]);
    expect(await records(await newMeter(store, { unit: 'hour', timeZone: 'Europe/Budapest' }))).toMatchObject(
      [{ startDateTime: '2025-10-26T00:00:00.000000Z', endDateTime: '2025-10-26T01:00:00.000000Z' }],
    );
  });

  it('events on 5 and 25 March, month window, replay of 1 to 15 March: unchanged 1, revised 0', async () => {
    const store = await newStore([
      value('a', '2026-03-05T00:00:00Z', '1'),
      value('b', '2026-03-25T00:00:00Z', '2'),
    ]);
    const meter = await newMeter(store, { unit: 'month' });
    await records(meter);
    const run = await runMeter(api, meter, {
      mode: 'replay',
      scope: { kind: 'timeFrame', startDate: '2026-03-01', endDate: '2026-03-15' },
    });
    expect(run.result).toMatchObject({ unchanged: 1, revised: 0, inserted: 0, retracted: 0 });
  });

  it('an event moved by replacement from March to April: March revised, April revised', async () => {
    const store = await newStore([
      value('a', '2026-03-05T00:00:00Z', '1'),
      value('b', '2026-03-25T00:00:00Z', '2'),
      value('c', '2026-04-25T00:00:00Z', '4'),
    ]);
    const meter = await newMeter(store, { unit: 'month' });
    await records(meter);
    await write(store, [value('b', '2026-04-01T00:00:00Z', '2')]);
    const run = await runMeter(api, meter, { mode: 'batch' });
    expect(run.result).toMatchObject({ revised: 2, inserted: 0, retracted: 0 });
    expect((await records(meter)).map(({ quantity }) => quantity).toSorted()).toEqual(['1', '6']);
  });

  it('sums over the hours of a day, and over the days of a month, add up exactly', async () => {
    const events = Array.from({ length: 200 }, (_, index) =>
      value(
        `e${index}`,
        new Date(Date.UTC(2026, 2, 1) + index * 12_345_678).toISOString(),
        `${index}.${String(index * 7_919).padStart(18, '0')}`,
      ),
    );
    const store = await newStore(events);
    const total = async (unit: string): Promise<bigint> => {
      const name = `${store} per ${unit}`;
      await api.post('/v1/meters', {
        name,
        type: 'sum',
        source: { operator: 'event-store', config: { store } },
        quantityField: 'value',
        groupBy: ['user'],
        window: { unit },
        usage: { accountNumber: { field: 'user' }, unitOfMeasure: { constant: 'u' } },
      });
      const found = await records(encodeURIComponent(name));
      const units = (text: string): bigint => {
        const [whole = '0', fraction = ''] = text.split('.');
        return BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(18, '0'));
      };
      return found.reduce((sum, { quantity }) => sum + units(quantity), 0n);
    };
    const [hours, days, months] = [await total('hour'), await total('day'), await total('month')];
    expect(hours).toBe(months);
    expect(days).toBe(months);
  });
});
