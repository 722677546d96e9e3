// What a new version of a meter means for what the versions before it have written and covered.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { defineEvents, storeSource } from '../fixture.ts';

let api: Api;
beforeAll(async () => {
  api = await openApi();
  await defineEvents(api, 'call', { account: 'string', text: 'string' });
});
afterAll(() => api.close());

const BATCH = { mode: 'batch' };
const target = (id: string, input: string, quantity: string) => ({
  id,
  name: id,
  kind: 'target',
  operator: 'usage-records',
  inputs: [input],
  config: {
    quantity: { field: quantity },
    accountNumber: { field: 'account' },
    unitOfMeasure: { constant: 'call' },
  },
});
/** Counts and sums of numbers in `text`, per account and window, into these targets. */
const meter = (store: string, unit: string, targets: string[], fields: object[] = []) => ({
  name: `${store} meter`,
  type: 'custom',
  nodes: [
    storeSource('s', store),
    {
      id: 'm',
      name: 'Numbers',
      kind: 'processor',
      operator: 'map',
      inputs: ['s'],
      config: { fields: [{ name: 'number', from: 'text', type: 'decimal', scale: 2 }, ...fields] },
    },
    {
      id: 'a',
      name: 'Windows',
      kind: 'processor',
      operator: 'aggregate',
      inputs: ['m'],
      config: {
        groupBy: ['account'],
        window: { unit },
        functions: [{ name: 'total', function: 'sum', field: 'number' }],
      },
    },
    ...targets.map((id) => target(id, 'a', 'total')),
  ],
});

async function begin(store: string, targets: string[]): Promise<string> {
  await api.post('/v1/event-stores', { name: store, eventDefinition: 'call' });
  await write(store, [
    ['1', '2025-01-10', '1'],
    ['2', '2025-01-20', '2'],
    ['3', '2025-03-10', '4'],
  ]);
  const { id } = await api.post<{ id: string }>('/v1/meters', meter(store, 'month', targets));
  await runMeter(api, id, BATCH);
  return id;
}
const write = (store: string, events: readonly (readonly [string, string, string])[]) =>
  api.post(
    `/v1/event-stores/${store}/events`,
    events.map(([id, day, text]) => ({ id, at: `${day}T00:00:00Z`, account: 'a', text })),
  );
async function quantities(id: string): Promise<string[]> {
  const { items } = await api.get<{ items: { quantity: string }[] }>(
    `/v1/usage-records?meter=${id}&state=current`,
  );
  return items.map(({ quantity }) => quantity).sort();
}
const put = (id: string, body: object, query = '') =>
  api.weir.call<{ code?: string }>('PUT', `/v1/meters/${id}${query}`, body);
const isStale = async (id: string) => (await api.get<{ stale: boolean }>(`/v1/meters/${id}`)).stale;

describe('the first batch of a new version', () => {
  it('evaluates everything again, and retracts what the version before wrote', async () => {
    const id = await begin('anew', ['u']);
    expect(await quantities(id)).toEqual(['3', '4']);
    expect((await put(id, meter('anew', 'day', ['u']))).status).toBe(200);
    const run = await runMeter(api, id, BATCH);
    expect(run.result).toMatchObject({ inserted: 3, retracted: 2 });
    expect(await quantities(id)).toEqual(['1', '2', '4']);
    expect((await runMeter(api, id, BATCH)).result).toMatchObject({ inserted: 0, retracted: 0 });
  });

  it('is stale after a replay of a part of time, until the rest is evaluated', async () => {
    const id = await begin('part', ['u']);
    await put(id, meter('part', 'day', ['u']));
    expect(await isStale(id)).toBe(false);
    const scope = { kind: 'timeFrame', startDate: '2025-01-01', endDate: '2025-01-31' };
    await runMeter(api, id, { mode: 'replay', scope });
    expect(await isStale(id)).toBe(true);
    await runMeter(api, id, BATCH);
    expect(await quantities(id)).toEqual(['1', '2', '4']);
    expect(await isStale(id)).toBe(false);
  });
});

describe('a batch of what is left', () => {
  it('keeps covered what a replay of a later change has covered', async () => {
    const id = await begin('covered', ['u']);
    await write('covered', [
      ['4', '2025-03-11', '8'],
      ['5', '2025-01-11', '16'],
    ]);
    const scope = { kind: 'timeFrame', startDate: '2025-01-01', endDate: '2025-01-31' };
    await runMeter(api, id, { mode: 'replay', scope });
    expect(await isStale(id)).toBe(true);
    // The change that is left, of March, is older than the one of January.
    await runMeter(api, id, BATCH);
    expect(await quantities(id)).toEqual(['12', '19']);
    expect(await isStale(id)).toBe(false);
  });
});

describe('a version that drops a target with current records', () => {
  it('is refused until someone says what becomes of them', async () => {
    const id = await begin('asked', ['u', 'v']);
    const refused = await put(id, meter('asked', 'month', ['u']));
    expect(refused).toMatchObject({ status: 409, body: { code: 'METER_TARGET_HAS_RECORDS' } });
    expect(await api.get(`/v1/meters/${id}`)).toMatchObject({ version: 1 });
  });

  it('leaves them with records=keep, also at later runs and versions', async () => {
    const id = await begin('kept', ['u', 'v']);
    expect((await put(id, meter('kept', 'month', ['u']), '?records=keep')).status).toBe(200);
    expect((await runMeter(api, id, REPLAY_ALL)).result).toMatchObject({ retracted: 0, unchanged: 2 });
    expect((await put(id, meter('kept', 'month', ['u']))).status).toBe(200);
    expect(await quantities(id)).toEqual(['3', '3', '4', '4']);
  });

  it('retracts them at its first run with records=retract, and never again', async () => {
    const id = await begin('gone', ['u', 'v']);
    expect((await put(id, meter('gone', 'month', ['u']), '?records=retract')).status).toBe(200);
    expect(await quantities(id)).toEqual(['3', '3', '4', '4']);
    expect((await runMeter(api, id, { ...REPLAY_ALL, dryRun: true })).status).toBe('completed');
    expect(await quantities(id)).toHaveLength(4);
    expect((await runMeter(api, id, BATCH)).result).toMatchObject({ retracted: 2, unchanged: 2 });
    expect(await quantities(id)).toEqual(['3', '4']);
    expect((await runMeter(api, id, REPLAY_ALL)).result).toMatchObject({ retracted: 0 });
  });
});

describe('a row that a component before an aggregate rejects', () => {
  const rejected = async (run: string) =>
    (await api.get<{ items: object[] }>(`/v1/runs/${run}/rejected`)).items;

  it('is kept once, however often it fails, and goes when it is mended', async () => {
    const id = await begin('fails', ['u']);
    await write('fails', [['2', '2025-01-20', 'two']]);
    const first = await runMeter(api, id, BATCH);
    expect(await quantities(id)).toEqual(['1', '4']);
    expect(await rejected(first.id)).toMatchObject([{ node: 'm', code: 'CAST_FAILED' }]);
    await write('fails', [['2', '2025-01-20', 'zwei']]);
    const second = await runMeter(api, id, BATCH);
    expect(await rejected(second.id)).toMatchObject([{ input: { text: 'zwei' } }]);
    expect(await rejected(first.id)).toEqual([]);
    await write('fails', [['2', '2025-01-20', '5']]);
    await runMeter(api, id, BATCH);
    expect(await rejected(second.id)).toEqual([]);
    expect(await quantities(id)).toEqual(['4', '6']);
  });
});
