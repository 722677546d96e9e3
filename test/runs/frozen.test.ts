// Outputs older than the events that a store retains are frozen: by example, the clock being the test's.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { CALL } from './graphs.ts';

interface Usage {
  readonly id: string;
  readonly accountNumber: string;
  readonly quantity: string;
  readonly revision: number;
  readonly startDateTime: string;
}

let api: Api;
let now = '';
let number = 0;
let store = '';

beforeAll(async () => {
  api = await openApi(undefined, { clock: () => now });
  await api.post('/v1/event-definitions', CALL);
});
afterAll(() => api.close());
beforeEach(async () => {
  now = '2026-04-01T12:00:00.000000Z';
  store = await newStore({ retentionDays: 90 });
});

async function newStore(more: object): Promise<string> {
  number += 1;
  const name = `calls-${number}`;
  await api.post('/v1/event-stores', { name, eventDefinition: 'call', ...more });
  return name;
}

const event = (id: string, at: string, units: string, account = 'acme') => ({ id, at, units, account });
const write = (events: readonly object[], into = store) =>
  api.post(`/v1/event-stores/${into}/events`, events);

/** A preset over the store of the test: `direct`, or a sum per window. */
async function newMeter(name: string, window?: object): Promise<string> {
  const meter = `${name}-${number}`;
  const grouped = window === undefined ? { type: 'direct' } : { type: 'sum', groupBy: ['account'], window };
  await api.post('/v1/meters', {
    name: meter,
    ...grouped,
    source: { operator: 'event-store', config: { store } },
    quantityField: 'units',
    usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'unit' } },
  });
  return meter;
}

/** Moves the clock and lets everything due expire; what the store then retains events from. */
async function expireAt(instant: string): Promise<string> {
  now = instant;
  await api.weir.server.services.retention.round();
  const { retainedFrom } = await api.get<{ retainedFrom: string }>(`/v1/event-stores/${store}`);
  return retainedFrom;
}

const usageOf = async (meter: string): Promise<Usage[]> =>
  (await api.get<{ items: Usage[] }>(`/v1/usage-records?meter=${meter}&state=current`)).items;

const figures = (records: readonly Usage[]): string[] =>
  records.map(({ startDateTime, quantity }) => `${startDateTime.slice(0, 10)} ${quantity}`).sort();

async function remove(id: string): Promise<{ runs: string[] }> {
  const csv = { 'content-type': 'text/csv' };
  const previewed = await api.post<{ id: string }>(
    `/v1/event-stores/${store}/backfills?kind=delete`,
    `id\n${id}\n`,
    csv,
  );
  await api.post(`/v1/backfills/${previewed.id}/confirm`, { reconcile: true });
  await api.weir.server.services.backfills.settled();
  await api.weir.server.services.runs.settled();
  return api.get(`/v1/backfills/${previewed.id}`);
}

describe('a month that retention cuts', () => {
  const events = [
    event('1', '2026-01-31T23:59:59.999999Z', '1'),
    event('2', '2026-02-10T00:00:00Z', '2'),
    event('3', '2026-02-20T00:00:00Z', '4'),
    event('4', '2026-03-05T00:00:00Z', '8'),
  ];
  let meter = '';
  beforeEach(async () => {
    await write(events);
    meter = await newMeter('month', { unit: 'month' });
    expect((await runMeter(api, meter, REPLAY_ALL)).result).toMatchObject({ inserted: 3, frozen: 0 });
    // 90 days before 16 May: 15 February.
    expect(await expireAt('2026-05-16T00:00:00.000000Z')).toBe('2026-02-15T00:00:00.000000Z');
  });

  it('stays as it was, replayed once and again', async () => {
    const before = await usageOf(meter);
    expect(figures(before)).toEqual(['2026-01-01 1', '2026-02-01 6', '2026-03-01 8']);
    expect(await api.get(`/v1/event-stores/${store}`)).toMatchObject({
      eventCount: 2,
      expiredCount: 2,
      firstEventTime: '2026-02-20T00:00:00.000000Z',
    });
    for (let replay = 0; replay < 2; replay += 1) {
      expect(await runMeter(api, meter, REPLAY_ALL)).toMatchObject({
        retainedFrom: '2026-02-15T00:00:00.000000Z',
        result: { inserted: 0, revised: 0, retracted: 0, unchanged: 1, frozen: 2 },
      });
      expect(await usageOf(meter)).toEqual(before);
    }
  });

  it('is not stale by the expiry, nor by what comes into a frozen window, which a run counts', async () => {
    expect(await api.get(`/v1/meters/${meter}`)).toMatchObject({ stale: false });
    await write([event('late', '2026-02-25T00:00:00Z', '100')]);
    expect(await api.get(`/v1/meters/${meter}`)).toMatchObject({ stale: false });
    const run = await runMeter(api, meter, { mode: 'batch' });
    expect(run.result).toMatchObject({ inserted: 0, revised: 0, frozen: 1 });
    expect(figures(await usageOf(meter))).toEqual(['2026-01-01 1', '2026-02-01 6', '2026-03-01 8']);
  });

  it('lets later windows follow late events, deletions and time frames', async () => {
    await write([event('late', '2026-03-31T23:00:00Z', '16')]);
    expect(await api.get(`/v1/meters/${meter}`)).toMatchObject({ stale: true });
    expect((await runMeter(api, meter, { mode: 'batch' })).result).toMatchObject({ revised: 1, frozen: 0 });
    const { runs } = await remove('4');
    expect(await api.get(`/v1/runs/${runs[0]}`)).toMatchObject({ result: { revised: 1, frozen: 0 } });
    expect(figures(await usageOf(meter))).toEqual(['2026-01-01 1', '2026-02-01 6', '2026-03-01 16']);
    const frame = { kind: 'timeFrame', startDate: '2026-02-01', endDate: '2026-02-28' };
    expect((await runMeter(api, meter, { mode: 'replay', scope: frame })).result).toMatchObject({
      unchanged: 0,
      frozen: 1,
    });
  });

  it('keeps its figure when an event behind it is deleted', async () => {
    const { runs } = await remove('3');
    expect(await api.get(`/v1/runs/${runs[0]}`)).toMatchObject({ result: { retracted: 0, frozen: 1 } });
    expect(figures(await usageOf(meter))).toEqual(['2026-01-01 1', '2026-02-01 6', '2026-03-01 8']);
    expect(await api.get(`/v1/meters/${meter}`)).toMatchObject({ stale: false });
  });

  it('is counted by a preview, and its totals stay', async () => {
    await write([event('late', '2026-02-25T00:00:00Z', '100'), event('new', '2026-03-06T00:00:00Z', '1')]);
    const dry = await runMeter(api, meter, { ...REPLAY_ALL, dryRun: true });
    expect(dry.result).toMatchObject({ inserted: 0, revised: 1, retracted: 0, unchanged: 0, frozen: 2 });
    expect(await api.get(`/v1/runs/${dry.id}/preview`)).toMatchObject({
      items: [{ before: '15', after: '16', revised: 1 }],
    });
  });

  it('says that the events behind it are not kept, and lists those of others', async () => {
    const records = await usageOf(meter);
    const february = records.find(({ startDateTime }) => startDateTime.startsWith('2026-02'));
    const march = records.find(({ startDateTime }) => startDateTime.startsWith('2026-03'));
    const refused = await api.weir.call('GET', `/v1/usage-records/${february?.id}/events`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'LINEAGE_NOT_KEPT' } });
    expect(await api.get(`/v1/usage-records/${march?.id}/events`)).toMatchObject({
      items: [{ eventId: '4' }],
    });
  });

  it('is not made by a version that comes later', async () => {
    const days = await newMeter('day', { unit: 'day' });
    expect((await runMeter(api, days, REPLAY_ALL)).result).toMatchObject({ inserted: 2, frozen: 0 });
    const late = await newMeter('late-month', { unit: 'month' });
    expect((await runMeter(api, late, { mode: 'batch' })).result).toMatchObject({ inserted: 1, frozen: 1 });
    expect(figures(await usageOf(late))).toEqual(['2026-03-01 8']);
    expect(await api.get(`/v1/meters/${late}`)).toMatchObject({ stale: false });
  });
});

describe('records of single events', () => {
  it('are frozen with their event, exactly at the boundary, and keep their key', async () => {
    await write([
      event('gone', '2026-02-14T23:59:59.999999Z', '1'),
      event('edge', '2026-02-15T00:00:00Z', '2'),
    ]);
    const meter = await newMeter('direct');
    await runMeter(api, meter, REPLAY_ALL);
    expect(await expireAt('2026-05-16T00:00:00.000000Z')).toBe('2026-02-15T00:00:00.000000Z');
    expect((await runMeter(api, meter, REPLAY_ALL)).result).toMatchObject({ unchanged: 1, frozen: 1 });
    // The id is free again in the store, but its record is billed.
    expect(await write([event('gone', '2026-03-01T00:00:00Z', '50')])).toMatchObject({ accepted: 1 });
    expect((await runMeter(api, meter, { mode: 'batch' })).result).toMatchObject({ inserted: 0, frozen: 1 });
    expect((await usageOf(meter)).map(({ quantity }) => quantity).sort()).toEqual(['1', '2']);
  });
});

describe('a target store', () => {
  const graph = (target: string) => [
    { id: 's', name: 'In', kind: 'source', operator: 'event-store', config: { store } },
    {
      id: 't',
      name: 'Out',
      kind: 'target',
      operator: 'event-store',
      inputs: ['s'],
      config: {
        store: target,
        mapping: ['id', 'at', 'account', 'units'].map((field) => ({ field, from: field })),
      },
    },
  ];
  const events = [event('1', '2026-02-10T00:00:00Z', '1'), event('2', '2026-03-10T00:00:00Z', '2')];

  it('keeps the rows whose events have expired', async () => {
    await write(events);
    const target = await newStore({});
    const meter = `copy-${number}`;
    store = `calls-${number - 1}`;
    await api.post('/v1/meters', { name: meter, type: 'custom', nodes: graph(target) });
    expect((await runMeter(api, meter, REPLAY_ALL)).result).toMatchObject({ inserted: 2 });
    await expireAt('2026-05-16T00:00:00.000000Z');
    for (let replay = 0; replay < 2; replay += 1) {
      expect((await runMeter(api, meter, REPLAY_ALL)).result).toMatchObject({
        inserted: 0,
        retracted: 0,
        unchanged: 1,
        frozen: 1,
      });
    }
    expect(await api.get(`/v1/event-stores/${target}`)).toMatchObject({ eventCount: 2, retainedFrom: null });
  });

  it('that forgets does not get back what it has forgotten', async () => {
    store = await newStore({});
    await write(events);
    const source = store;
    const target = await newStore({ retentionDays: 90 });
    store = source;
    const meter = `copy-${number}`;
    await api.post('/v1/meters', { name: meter, type: 'custom', nodes: graph(target) });
    await runMeter(api, meter, REPLAY_ALL);
    await expireAt('2026-05-16T00:00:00.000000Z');
    expect(await api.get(`/v1/event-stores/${target}`)).toMatchObject({ eventCount: 1, expiredCount: 1 });
    expect((await runMeter(api, meter, REPLAY_ALL)).result).toMatchObject({ unchanged: 1, frozen: 1 });
    expect(await api.get(`/v1/event-stores/${target}`)).toMatchObject({ eventCount: 1 });
    // Not a word of it for the source, whose events are all there.
    expect((await runMeter(api, meter, { mode: 'batch' })).result).toMatchObject({ frozen: 0 });
  });
});

describe('several sources', () => {
  it('are frozen before what the one that forgets most retains', async () => {
    const short = store;
    const long = await newStore({ retentionDays: 200 });
    await write([event('a', '2026-02-10T00:00:00Z', '1'), event('b', '2026-03-10T00:00:00Z', '2')], short);
    await write([event('c', '2026-02-10T00:00:00Z', '4'), event('d', '2026-03-10T00:00:00Z', '8')], long);
    const meter = `both-${number}`;
    const source = (id: string, name: string) => ({
      id,
      name: id,
      kind: 'source',
      operator: 'event-store',
      config: { store: name },
    });
    await api.post('/v1/meters', {
      name: meter,
      type: 'custom',
      nodes: [
        source('short', short),
        source('long', long),
        {
          id: 'sum',
          name: 'Sum',
          kind: 'processor',
          operator: 'aggregate',
          inputs: ['short', 'long'],
          config: {
            groupBy: ['account'],
            window: { unit: 'month' },
            functions: [{ name: 'q', function: 'sum', field: 'units' }],
          },
        },
        {
          id: 'usage',
          name: 'Usage',
          kind: 'target',
          operator: 'usage-records',
          inputs: ['sum'],
          config: {
            quantity: { field: 'q' },
            accountNumber: { field: 'account' },
            unitOfMeasure: { constant: 'unit' },
          },
        },
      ],
    });
    await runMeter(api, meter, REPLAY_ALL);
    await expireAt('2026-05-16T00:00:00.000000Z');
    // In the store that keeps it, but for a month that the other has lost.
    await write([event('e', '2026-02-11T00:00:00Z', '100')], long);
    expect(await runMeter(api, meter, REPLAY_ALL)).toMatchObject({
      retainedFrom: '2026-02-15T00:00:00.000000Z',
      result: { unchanged: 1, revised: 0, frozen: 1 },
    });
    expect(figures(await usageOf(meter))).toEqual(['2026-02-01 5', '2026-03-01 10']);
  });
});
