// The figures of stores are kept in memory between writes: after whatever changes a store they are read anew. Before
// every change they are asked for, so that there is something kept that could be wrong.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, REPLAY_ALL, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { removeDirectory } from '../server.ts';

interface Store {
  readonly name: string;
  readonly eventCount: number;
  readonly firstEventTime: string | null;
  readonly lastEventTime: string | null;
}
type Figures = readonly [count: number, firstDay: number | null, lastDay: number | null];

const CSV = { 'content-type': 'text/csv' };
const NOW = '2026-09-30T12:00:00.000000Z';

let api: Api;
beforeAll(async () => {
  api = await openApi(undefined, { clock: () => NOW });
  await api.post('/v1/event-definitions', {
    name: 'usage',
    fields: [
      { name: 'id', type: 'string', required: true },
      { name: 'at', type: 'datetime', required: true },
      { name: 'units', type: 'decimal' },
    ],
    eventIdFields: ['id'],
    eventTimeField: 'at',
  });
});
afterAll(async () => {
  await api.close();
  removeDirectory(api.weir.dataDir);
});

/** An event of this day of September. */
const event = (day: number, id = `e${day}`) => ({
  id,
  at: `2026-09-${String(day).padStart(2, '0')}T12:00:00Z`,
  units: '1',
});

/** What the list of stores says, which is what is kept; the days are those of September. */
async function figuresOf(store: string): Promise<Figures> {
  const { items } = await api.get<{ items: Store[] }>('/v1/event-stores?limit=1000');
  const { eventCount, firstEventTime, lastEventTime } = items.find(({ name }) => name === store)!;
  const day = (instant: string | null) => (instant === null ? null : Number(instant.slice(8, 10)));
  return [eventCount, day(firstEventTime), day(lastEventTime)];
}

/** A store with one event on each of the days 10 to 14, whose figures have been asked for. */
async function storeWithEvents(name: string): Promise<string> {
  await api.post('/v1/event-stores', { name, eventDefinition: 'usage' });
  expect(await figuresOf(name)).toEqual([0, null, null]);
  await api.post(
    `/v1/event-stores/${name}/events`,
    [10, 11, 12, 13, 14].map((day) => event(day)),
  );
  expect(await figuresOf(name)).toEqual([5, 10, 14]);
  return name;
}

const settled = async (): Promise<void> => {
  const { imports, backfills, runs } = api.weir.server.services;
  await imports.settled();
  await backfills.settled();
  await runs.settled();
};

describe('the figures of a store follow', () => {
  it('a write that replaces', async () => {
    const store = await storeWithEvents('replaced');
    await api.post(`/v1/event-stores/${store}/events`, event(9, 'e12'));
    expect(await figuresOf(store)).toEqual([5, 9, 14]);
  });

  it('an import', async () => {
    const store = await storeWithEvents('imported');
    await api.weir.call('PUT', '/v1/files/in.ndjson', `${JSON.stringify(event(20))}\n`);
    await api.post(`/v1/event-stores/${store}/imports`, { file: 'in.ndjson' });
    await settled();
    expect(await figuresOf(store)).toEqual([6, 10, 20]);
  });

  it.each<{ kind: string; query: string; body: unknown; headers?: Record<string, string>; after: Figures }>([
    { kind: 'delete', query: '?kind=delete', body: 'id\ne10\ne11\n', headers: CSV, after: [3, 12, 14] },
    { kind: 'insert', query: '?kind=insert', body: [event(3), event(10)], after: [6, 3, 14] },
    { kind: 'correct', query: '?kind=correct', body: [event(28, 'e10')], after: [5, 11, 28] },
    {
      kind: 'delete-range',
      query: '',
      body: { kind: 'delete-range', from: '2026-09-13T00:00:00Z', to: '2026-10-01T00:00:00Z' },
      after: [3, 10, 12],
    },
    { kind: 'truncate', query: '', body: { kind: 'truncate' }, after: [0, null, null] },
  ])('a backfill that is to $kind, and its revert', async ({ kind, query, body, headers, after }) => {
    const store = await storeWithEvents(kind);
    const path = `/v1/event-stores/${store}/backfills${query}`;
    const previewed = await api.weir.call<{ id: string }>('POST', path, body, headers ? { headers } : {});
    expect(previewed.status).toBe(201);
    expect(await figuresOf(store)).toEqual([5, 10, 14]);
    await api.post(`/v1/backfills/${previewed.body.id}/confirm`, {});
    await settled();
    expect(await figuresOf(store)).toEqual(after);
    await api.post(`/v1/backfills/${previewed.body.id}/revert`, {});
    await settled();
    expect(await figuresOf(store)).toEqual([5, 10, 14]);
  });

  it('a retention, when events expire', async () => {
    const store = await storeWithEvents('retained');
    const settings = { name: store, eventDefinition: 'usage', retentionDays: 18 };
    expect((await api.weir.call('PUT', `/v1/event-stores/${store}`, settings)).status).toBe(200);
    await expect.poll(() => figuresOf(store), { interval: 20 }).toEqual([3, 12, 14]);
  });

  it('the runs of a meter whose target it is', async () => {
    const source = await storeWithEvents('upstream');
    await api.post('/v1/event-stores', { name: 'target', eventDefinition: 'usage' });
    expect(await figuresOf('target')).toEqual([0, null, null]);
    const mapping = ['id', 'at', 'units'].map((field) => ({ field, from: field }));
    await api.post('/v1/meters', {
      name: 'copy',
      type: 'custom',
      nodes: [
        {
          id: 's',
          name: 's',
          kind: 'source',
          operator: 'event-store',
          config: { store: source },
          inputs: [],
        },
        {
          id: 't',
          name: 't',
          kind: 'target',
          operator: 'event-store',
          config: { store: 'target', mapping },
          inputs: ['s'],
        },
      ],
    });
    await runMeter(api, 'copy', REPLAY_ALL);
    expect(await figuresOf('target')).toEqual([5, 10, 14]);
    await api.post(`/v1/event-stores/${source}/events`, event(9, 'e14'));
    await runMeter(api, 'copy', { mode: 'batch' });
    expect(await figuresOf('target')).toEqual([5, 9, 13]);
    const { id } = await api.post<{ id: string }>(`/v1/event-stores/${source}/backfills`, {
      kind: 'truncate',
    });
    await api.post(`/v1/backfills/${id}/confirm`, { reconcile: true });
    await settled();
    expect(await figuresOf('target')).toEqual([0, null, null]);
  });

  it('the file of a run with an upload source', async () => {
    await api.post('/v1/meters', {
      name: 'uploads',
      type: 'sum',
      source: { operator: 'upload', config: { eventDefinition: 'usage' } },
      quantityField: 'units',
      groupBy: ['id'],
      window: { unit: 'day' },
      usage: { accountNumber: { field: 'id' }, unitOfMeasure: { constant: 'unit' } },
    });
    expect(await figuresOf('uploads Source inbox')).toEqual([0, null, null]);
    await api.weir.call('PUT', '/v1/files/up.ndjson', `${JSON.stringify(event(20))}\n`);
    const run = { mode: 'batch', sources: { source: { file: 'up.ndjson' } } };
    expect(await runMeter(api, 'uploads', run)).toMatchObject({ status: 'completed' });
    expect(await figuresOf('uploads Source inbox')).toEqual([1, 20, 20]);
  });
});
