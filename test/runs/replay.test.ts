// The main path over the API: events in, a meter run, late and wrong events, revisions, retraction, lineage.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLAY_ALL, finishedRun, openApi, runMeter } from '../api.ts';
import type { Api, RunAnswer } from '../api.ts';
import { defineEvents, storeSource } from '../fixture.ts';

interface Page<T> {
  readonly items: readonly T[];
}
interface Usage {
  readonly id: string;
  readonly accountNumber: string;
  readonly quantity: string;
  readonly revision: number;
  readonly state: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
}

let weir: Api;
beforeAll(async () => {
  weir = await openApi();
  await defineEvents(weir, 'calls', {
    account: { type: 'string', required: true },
    units: 'decimal',
    region: 'string',
  });
});
afterAll(() => weir.close());

async function newStore(name: string): Promise<void> {
  await weir.post('/v1/event-stores', { name, eventDefinition: 'calls' });
}

const event = (id: string, at: string, account: string, units: string, region = 'eu') => ({
  id,
  at,
  account,
  units,
  region,
});

async function write(store: string, events: readonly object[]): Promise<void> {
  expect(await weir.post(`/v1/event-stores/${store}/events`, events)).toMatchObject({ rejected: [] });
}
const run = (meter: string, body: object): Promise<RunAnswer> => runMeter(weir, meter, body);
const finished = (id: string): Promise<RunAnswer> => finishedRun(weir, id);

async function usage(meter: string): Promise<Usage[]> {
  const page = await weir.get<Page<Usage>>(`/v1/usage-records?meter=${meter}&state=current`);
  return [...page.items];
}

const replayAll = REPLAY_ALL;
const monthlySum = (name: string, store: string) => ({
  name,
  type: 'sum',
  source: { operator: 'event-store', config: { store } },
  quantityField: 'units',
  groupBy: ['account'],
  window: { unit: 'month' },
  usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'unit' } },
});

describe('a monthly sum', () => {
  it('is exact, and replaying it again changes nothing', async () => {
    await newStore('s1');
    await write('s1', [
      event('1', '2026-03-05T10:00:00Z', 'acme', '0.1'),
      event('2', '2026-03-25T10:00:00Z', 'acme', '0.2'),
      event('3', '2026-03-07T10:00:00Z', 'bolt', '123456789012345.678901'),
      event('4', '2026-04-01T00:00:00Z', 'acme', '5'),
    ]);
    await weir.post('/v1/meters', monthlySum('m1', 's1'));
    const first = await run('m1', replayAll);
    expect(first).toMatchObject({
      status: 'completed',
      error: null,
      result: { inserted: 3, revised: 0, retracted: 0, unchanged: 0 },
    });
    expect(
      (await usage('m1')).map((u) => [u.accountNumber, u.quantity, u.startDateTime, u.endDateTime]),
    ).toEqual(
      expect.arrayContaining([
        ['acme', '0.3', '2026-03-01T00:00:00.000000Z', '2026-04-01T00:00:00.000000Z'],
        ['bolt', '123456789012345.678901', '2026-03-01T00:00:00.000000Z', '2026-04-01T00:00:00.000000Z'],
        ['acme', '5', '2026-04-01T00:00:00.000000Z', '2026-05-01T00:00:00.000000Z'],
      ]),
    );
    const second = await run('m1', replayAll);
    expect(second.result).toMatchObject({ inserted: 0, revised: 0, retracted: 0, unchanged: 3 });
  });

  it('evaluates whole windows when a time frame cuts one', async () => {
    const frame = await run('m1', {
      mode: 'replay',
      scope: { kind: 'timeFrame', startDate: '2026-03-01', endDate: '2026-03-15' },
    });
    expect(frame).toMatchObject({
      status: 'completed',
      effectiveScope: { from: '2026-03-01T00:00:00.000000Z', to: '2026-04-01T00:00:00.000000Z' },
      result: { inserted: 0, revised: 0, retracted: 0, unchanged: 2 },
    });
  });

  it('revises for a late event, previewed before', async () => {
    await write('s1', [event('5', '2026-03-31T23:59:59.999999Z', 'acme', '1')]);
    const dry = await run('m1', { ...replayAll, dryRun: true });
    expect(dry).toMatchObject({
      status: 'completed',
      result: { inserted: 0, revised: 1, retracted: 0, unchanged: 2 },
    });
    const preview = await weir.get<Page<object>>(`/v1/runs/${dry.id}/preview`);
    expect(preview.items).toContainEqual({
      accountNumber: 'acme',
      unitOfMeasure: 'unit',
      before: '5.3',
      after: '6.3',
      inserted: 0,
      revised: 1,
      retracted: 0,
    });
    expect((await usage('m1')).find((u) => u.quantity === '0.3')).toBeDefined();
    const real = await run('m1', replayAll);
    expect(real.result).toMatchObject({ inserted: 0, revised: 1, retracted: 0, unchanged: 2 });
    const revised = (await usage('m1')).find((u) => u.quantity === '1.3');
    const history = await weir.get<Page<object>>(`/v1/usage-records/${revised?.id}/history`);
    expect(history.items).toMatchObject([
      { revision: 2, quantity: '1.3', previousQuantity: '0.3', reason: 'replay' },
      { revision: 1, quantity: '0.3', previousQuantity: null },
    ]);
    const behind = await weir.get<Page<{ eventId: string }>>(`/v1/usage-records/${revised?.id}/events`);
    expect(behind.items.map((item) => item.eventId)).toEqual(['1', '2', '5']);
    const trace = await weir.get<object[]>('/v1/event-stores/s1/events/5/trace');
    expect(trace).toMatchObject([{ meterName: 'm1', records: [revised?.id] }]);
  });

  it('retracts a window whose only event is deleted, and moves an event that changed its month', async () => {
    const before = await usage('m1');
    const bolt = before.find((u) => u.accountNumber === 'bolt');
    const preview = await weir.post<{ id: string; usageRecordsAffected: number }>(
      '/v1/event-stores/s1/backfills?kind=delete',
      'id\n3\n',
      { 'content-type': 'text/csv' },
    );
    expect(preview).toMatchObject({
      status: 'previewed',
      counts: { matched: 1, notFound: 0 },
      usageRecordsAffected: 1,
    });
    await weir.post(`/v1/backfills/${preview.id}/confirm`, { reconcile: true });
    let backfill: { status: string; runs?: string[] };
    do {
      await new Promise((resolve) => setTimeout(resolve, 5));
      backfill = await weir.get(`/v1/backfills/${preview.id}`);
    } while (backfill.status === 'running');
    expect(backfill.status).toBe('completed');
    for (const id of backfill.runs ?? [])
      expect(await finished(id)).toMatchObject({
        status: 'completed',
        result: { retracted: 1, revised: 0, inserted: 0 },
      });
    expect(await weir.get(`/v1/usage-records/${bolt?.id}`)).toMatchObject({
      state: 'retracted',
      quantity: '0',
    });

    await write('s1', [event('1', '2026-04-05T10:00:00Z', 'acme', '0.1')]);
    expect(await weir.get('/v1/meters/m1')).toMatchObject({ stale: true });
    const moved = await run('m1', { mode: 'batch' });
    expect(moved).toMatchObject({ status: 'completed', result: { revised: 2, inserted: 0, retracted: 0 } });
    expect((await usage('m1')).map((u) => u.quantity).toSorted()).toEqual(['1.2', '5.1']);
    expect(await weir.get('/v1/meters/m1')).toMatchObject({ stale: false });
  });
});

describe('a graph', () => {
  it('filters, maps, averages and counts what it drops and rejects', async () => {
    await newStore('s2');
    await write('s2', [
      event('1', '2026-03-05T10:00:00Z', 'acme', '1', 'eu'),
      event('2', '2026-03-05T11:00:00Z', 'acme', '2', 'eu'),
      event('3', '2026-03-05T12:00:00Z', 'acme', '0', 'eu'),
      event('4', '2026-03-05T12:30:00Z', 'acme', '7', 'test'),
    ]);
    await weir.post('/v1/meters', {
      name: 'm2',
      type: 'custom',
      nodes: [
        storeSource('in', 's2'),
        {
          id: 'real',
          name: 'Real',
          kind: 'processor',
          operator: 'filter',
          config: { expression: 'event.region != "test"' },
          inputs: ['in'],
        },
        {
          id: 'inv',
          name: 'Inverse',
          kind: 'processor',
          operator: 'map',
          inputs: ['real'],
          config: { fields: [{ name: 'inverse', expression: '1 / event.units' }] },
        },
        {
          id: 'agg',
          name: 'Daily',
          kind: 'processor',
          operator: 'aggregate',
          inputs: ['inv'],
          config: {
            groupBy: ['account'],
            window: { unit: 'day', timeZone: 'Europe/Budapest' },
            functions: [
              { name: 'mean', function: 'avg', field: 'inverse' },
              { name: 'n', function: 'count' },
              { name: 'most', function: 'max', field: 'units' },
            ],
          },
        },
        {
          id: 'out',
          name: 'Usage',
          kind: 'target',
          operator: 'usage-records',
          inputs: ['agg'],
          config: {
            quantity: { field: 'mean' },
            accountNumber: { field: 'account' },
            unitOfMeasure: { constant: 'x' },
            custom: { n: { field: 'n' }, most: { field: 'most' } },
          },
        },
      ],
    });
    const done = await run('m2', replayAll);
    expect(done).toMatchObject({ status: 'completed', error: null });
    expect(done.nodes).toEqual([
      { id: 'in', in: 4, out: 4, dropped: 0, rejected: 0 },
      { id: 'real', in: 4, out: 3, dropped: 1, rejected: 0 },
      { id: 'inv', in: 3, out: 2, dropped: 0, rejected: 1 },
      { id: 'agg', in: 2, out: 1, dropped: 0, rejected: 0 },
      { id: 'out', in: 1, out: 1, dropped: 0, rejected: 0 },
    ]);
    expect(await usage('m2')).toMatchObject([
      {
        quantity: '0.75',
        startDateTime: '2026-03-04T23:00:00.000000Z',
        endDateTime: '2026-03-05T23:00:00.000000Z',
        custom: { n: '2', most: '2' },
      },
    ]);
    const rejected = await weir.get<Page<object>>(`/v1/runs/${done.id}/rejected`);
    expect(rejected.items).toMatchObject([
      { node: 'inv', code: 'DIVISION_BY_ZERO', input: { id: '3', units: '0' } },
    ]);
    await run('m2', replayAll);
    const again = await run('m2', replayAll);
    expect((await weir.get<Page<object>>(`/v1/runs/${again.id}/rejected`)).items).toHaveLength(1);
    expect(again.result).toMatchObject({ unchanged: 1, inserted: 0, revised: 0 });
  });
});
