// Keys that users choose, and groups that come together: two rows with one key are both rejected, whichever
// way the meter is run. And lineage through windows of different lengths.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { defineEvents } from '../fixture.ts';

let api: Api;
beforeAll(async () => {
  api = await openApi(undefined, { sliceRows: 1 });
  await defineEvents(api, 'call', { account: 'string' });
});
afterAll(() => api.close());

const BATCH = { mode: 'batch' };
const source = (id: string, store: string) => ({
  id,
  name: id,
  kind: 'source',
  operator: 'event-store',
  config: { store },
});
const count = (id: string, input: string, unit: string, name = 'n') => ({
  id,
  name: id,
  kind: 'processor',
  operator: 'aggregate',
  inputs: [input],
  config: { groupBy: ['account'], window: { unit }, functions: [{ name, function: 'count' }] },
});
const target = (inputs: string[], quantity: object, extra: object = {}) => ({
  id: 'u',
  name: 'u',
  kind: 'target',
  operator: 'usage-records',
  inputs,
  config: {
    quantity,
    accountNumber: { field: 'account' },
    unitOfMeasure: { constant: 'call' },
    ...extra,
  },
});
async function meter(name: string, nodes: object[]): Promise<string> {
  return (await api.post<{ id: string }>('/v1/meters', { name, type: 'custom', nodes })).id;
}
async function store(name: string, events: readonly (readonly [string, string, string])[]): Promise<void> {
  await api.post('/v1/event-stores', { name, eventDefinition: 'call' });
  await write(name, events);
}
const write = (name: string, events: readonly (readonly [string, string, string])[]) =>
  api.post(
    `/v1/event-stores/${name}/events`,
    events.map(([id, day, account]) => ({ id, at: `${day}T00:00:00Z`, account })),
  );
interface Usage {
  readonly id: string;
  readonly accountNumber: string;
  readonly quantity: string;
  readonly startDateTime: string;
}
const current = async (id: string): Promise<Usage[]> =>
  (await api.get<{ items: Usage[] }>(`/v1/usage-records?meter=${id}&state=current`)).items;

describe('a key without time in it', () => {
  it('is one record, moves with its window, and is rejected when two windows give it', async () => {
    await store('timeless', [
      ['1', '2025-01-10', 'a'],
      ['2', '2025-03-10', 'b'],
      ['3', '2025-05-10', 'b'],
    ]);
    const id = await meter('timeless', [
      source('s', 'timeless'),
      count('a', 's', 'month'),
      target(['a'], { field: 'n' }, { uniqueKey: ['account'] }),
    ]);
    const first = await runMeter(api, id, REPLAY_ALL);
    expect(first).toMatchObject({ result: { inserted: 1 }, effectiveScope: { from: null, to: null } });
    expect(first.nodes.find((node) => node.id === 'u')).toMatchObject({ rejected: 2 });
    const frame = { kind: 'timeFrame', startDate: '2025-03-01', endDate: '2025-03-31' };
    const part = await runMeter(api, id, { mode: 'replay', scope: frame });
    expect(part.result).toMatchObject({ inserted: 0, revised: 0, retracted: 0, unchanged: 1 });

    await write('timeless', [['1', '2025-06-10', 'a']]);
    expect((await runMeter(api, id, BATCH)).result).toMatchObject({ inserted: 0, revised: 1, retracted: 0 });
    expect(await current(id)).toMatchObject([
      { accountNumber: 'a', startDateTime: '2025-06-01T00:00:00.000000Z' },
    ]);
  });

  it('is cut into slices all the same when it holds the window or the event id', async () => {
    const plans = await Promise.all(
      [
        await meter('by window', [
          source('s', 'timeless'),
          count('a', 's', 'month'),
          target(['a'], { field: 'n' }, { uniqueKey: ['account', 'windowStart'] }),
        ]),
        await meter('by id', [
          source('s', 'timeless'),
          target(['s'], { constant: '1' }, { uniqueKey: ['id'] }),
        ]),
      ].map((id) => runMeter(api, id, REPLAY_ALL)),
    );
    for (const run of plans) {
      expect(run).toMatchObject({ status: 'completed', result: { inserted: 3 } });
      expect(run.progress.slicesTotal).toBeGreaterThan(1);
    }
  });
});

describe('groups of two stores in one target', () => {
  it('reject each other also when only one of them is touched', async () => {
    await store('left', [['1', '2025-01-10', 'a']]);
    await store('right', [['1', '2025-01-11', 'a']]);
    const id = await meter('both', [
      source('l', 'left'),
      source('r', 'right'),
      count('la', 'l', 'month'),
      count('ra', 'r', 'month'),
      target(['la', 'ra'], { field: 'n' }),
    ]);
    await runMeter(api, id, BATCH);
    expect(await current(id)).toEqual([]);
    await write('left', [['2', '2025-01-12', 'a']]);
    await runMeter(api, id, BATCH);
    expect(await current(id)).toEqual([]);
  });
});

describe('lineage through weeks into months', () => {
  it('has the events of a week that ends in the next month', async () => {
    // The week of Monday 27 January 2025 belongs, by its start, to January.
    await store('weeks', [
      ['1', '2025-01-28', 'a'],
      ['2', '2025-02-01', 'a'],
      ['3', '2025-02-05', 'a'],
    ]);
    const id = await meter('weeks', [
      source('s', 'weeks'),
      count('w', 's', 'week', 'perWeek'),
      {
        ...count('m', 'w', 'month'),
        config: {
          groupBy: ['account'],
          window: { unit: 'month' },
          functions: [{ name: 'n', function: 'sum', field: 'perWeek' }],
        },
      },
      target(['m'], { field: 'n' }),
    ]);
    await runMeter(api, id, REPLAY_ALL);
    const [january, february] = await current(id);
    expect([january?.quantity, february?.quantity]).toEqual(['2', '1']);
    const { items } = await api.get<{ items: { eventId: string }[] }>(
      `/v1/usage-records/${january?.id}/events`,
    );
    expect(items.map(({ eventId }) => eventId)).toEqual(['1', '2']);
  });
});
