// A correction evaluates the groups that it touches and no others, whatever their values and however they are named.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { CALL } from './graphs.ts';

let api: Api;
beforeAll(async () => {
  api = await openApi();
  await api.post('/v1/event-definitions', CALL);
  await api.post('/v1/event-stores', { name: 'calls', eventDefinition: 'call' });
});
afterAll(() => api.close());

const nodes = [
  { id: 's', name: 'Calls', kind: 'source', operator: 'event-store', config: { store: 'calls' } },
  {
    id: 'm',
    name: 'Place',
    kind: 'processor',
    operator: 'map',
    inputs: ['s'],
    config: { fields: [{ name: 'place', from: 'region' }] },
  },
  {
    id: 'a',
    name: 'Days',
    kind: 'processor',
    operator: 'aggregate',
    inputs: ['m'],
    config: {
      groupBy: ['account', 'place', 'units'],
      window: { unit: 'day' },
      functions: [{ name: 'q', function: 'count' }],
    },
  },
  {
    id: 'u',
    name: 'Usage',
    kind: 'target',
    operator: 'usage-records',
    inputs: ['a'],
    config: {
      quantity: { field: 'q' },
      accountNumber: { field: 'account' },
      description: { field: 'place' },
      unitOfMeasure: { constant: 'call' },
    },
  },
];

const call = (id: number, account: string, region: string | null, units: string) => ({
  id: String(id),
  at: '2026-04-02T10:00:00Z',
  account,
  ...(region === null ? {} : { region }),
  units,
});

async function held(): Promise<string[]> {
  const page = await api.get<{
    items: { accountNumber: string; description: string | null; quantity: string }[];
  }>('/v1/usage-records?meter=places&state=current');
  return page.items.map((item) => [item.accountNumber, item.description, item.quantity].join(' ')).sort();
}

async function remove(ids: readonly number[]): Promise<void> {
  const { id } = await api.post<{ id: string }>(
    '/v1/event-stores/calls/backfills?kind=delete',
    `id\n${ids.join('\n')}\n`,
    { 'content-type': 'text/csv' },
  );
  await api.post(`/v1/backfills/${id}/confirm`, { reconcile: true });
  await api.weir.server.services.backfills.settled();
  await api.weir.server.services.runs.settled();
}

it('finds groups of no value, of decimals and of renamed fields', async () => {
  const events = [
    call(1, 'acme', 'eu', '1.5'),
    call(2, 'acme', null, '1.5'),
    call(3, 'acme', null, '1.5'),
    call(4, 'bolt', 'eu', '1.5'),
    call(5, 'bolt', 'us', '1.5'),
    call(6, 'bolt', 'us', '1.50'),
  ];
  await api.post('/v1/event-stores/calls/events', events);
  await api.post('/v1/meters', { name: 'places', type: 'custom', nodes });
  await runMeter(api, 'places', REPLAY_ALL);
  expect(await held()).toEqual(['acme  2', 'acme eu 1', 'bolt eu 1', 'bolt us 2']);
  await remove([5]);
  expect(await held()).toEqual(['acme  2', 'acme eu 1', 'bolt eu 1', 'bolt us 1']);
  await remove([2, 4]);
  expect(await held()).toEqual(['acme  1', 'acme eu 1', 'bolt us 1']);
  const again = await runMeter(api, 'places', REPLAY_ALL);
  expect(again.result).toMatchObject({ inserted: 0, revised: 0, retracted: 0, unchanged: 3 });
});
