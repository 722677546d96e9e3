// A server with one of everything, so that every call has something to answer.
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import type { Api } from '../api.ts';

export interface World {
  readonly api: Api;
  /** Ids and names by what a path calls them: `event-stores` of `/v1/event-stores/{id}`. */
  readonly ids: Readonly<Record<string, string>>;
}

const fields = [
  { name: 'id', type: 'string', required: true },
  { name: 'at', type: 'datetime', required: true },
  { name: 'account', type: 'string', required: true },
  { name: 'units', type: 'decimal' },
  { name: 'note', type: 'json' },
];
export const definition = (name: string) => ({ name, fields, eventIdFields: ['id'], eventTimeField: 'at' });

export const meter = (name: string, store: string) => ({
  name,
  type: 'sum',
  source: { operator: 'event-store', config: { store } },
  quantityField: 'units',
  groupBy: ['account'],
  window: { unit: 'month' },
  usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'unit' } },
});

export const event = (id: string, units: string) => ({
  id,
  at: '2026-03-05T10:00:00Z',
  account: 'acme',
  units,
  note: { b: 1, a: [0.1] },
});

const CSV = { 'content-type': 'text/csv' };

export async function openWorld(): Promise<World> {
  const api = await openApi();
  const idOf = async (path: string, body: unknown, headers?: Record<string, string>): Promise<string> =>
    (await api.post<{ id: string }>(path, body, headers)).id;
  const definitionId = await idOf('/v1/event-definitions', definition('calls'));
  const store = await idOf('/v1/event-stores', { name: 'calls', eventDefinition: 'calls' });
  const events = `/v1/event-stores/${store}/events`;
  await api.post(events, [event('1', '0.1'), event('2', '5'), event('3', '7')]);
  await api.post(events, event('1', '0.2'));
  const meterId = await idOf('/v1/meters', meter('per account', 'calls'));
  const run = await runMeter(api, meterId, REPLAY_ALL);
  const preview = await runMeter(api, meterId, { ...REPLAY_ALL, dryRun: true });
  const backfill = await idOf(`/v1/event-stores/${store}/backfills?kind=delete`, 'id\n3\nnone\n', CSV);
  await api.weir.call('PUT', '/v1/files/usage.csv', 'id,at,account\n9,2026-03-01,acme\n', { headers: CSV });
  const { items } = await api.get<{ items: { id: string }[] }>('/v1/usage-records');
  const key = await idOf('/v1/api-keys', { name: 'walked', role: 'viewer' });
  const streaming = { operator: 'streaming-api', config: { eventDefinition: 'calls' } };
  const ingest = await idOf('/v1/meters', { ...meter('streamed', ''), source: streaming });
  const imported = await idOf(`/v1/event-stores/${store}/imports`, { file: 'usage.csv' });
  if (run.status !== 'completed' || !items[0])
    throw new Error(`the world is not whole: ${JSON.stringify(run)}`);
  const ids = {
    'event-definitions': definitionId,
    'event-stores': store,
    events: '1',
    meters: meterId,
    ingest,
    versions: '1',
    runs: preview.id,
    backfills: backfill,
    'usage-records': items[0].id,
    files: 'usage.csv',
    imports: imported,
    'api-keys': key,
  };
  return { api, ids };
}

/** The path with its parameters filled in from the world. */
export const pathIn = (world: World, path: string): string =>
  path.replaceAll(/([\w-]+)\/\{\w+\}/gu, (_part, noun: string) => {
    const id = world.ids[noun];
    if (id === undefined) throw new Error(`the world has no ${noun} for ${path}`);
    return `${noun}/${encodeURIComponent(id)}`;
  });
