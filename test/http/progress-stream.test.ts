import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApi } from '../api.ts';
import type { Api, RunAnswer } from '../api.ts';
import { defineEvents } from '../fixture.ts';

let api: Api;
beforeAll(async () => {
  api = await openApi();
  await defineEvents(api, 'd', { n: 'integer' });
  await api.post('/v1/event-stores', { name: 's', eventDefinition: 'd' });
  await api.post('/v1/event-stores/s/events', [{ id: '1', at: '2026-03-05T00:00:00Z', n: '1' }]);
  await api.post('/v1/meters', {
    name: 'm',
    type: 'direct',
    source: { operator: 'event-store', config: { store: 's' } },
    quantityField: 'n',
    usage: { accountNumber: { field: 'id' }, unitOfMeasure: { constant: 'u' } },
  });
});
afterAll(() => api.close());

const follow = (path: string): Promise<Response> =>
  Promise.resolve(api.weir.server.app.request(path, { headers: { authorization: 'Bearer test admin key' } }));

it('sends a run until it has ended, then ends', async () => {
  const { id } = await api.post<RunAnswer>('/v1/meters/m/runs', { mode: 'replay' });
  const response = await follow(`/v1/runs/${id}/stream`);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const messages = (await response.text()).split('\n\n').filter((message) => message.startsWith('data: '));
  const last = JSON.parse(messages.at(-1)?.slice('data: '.length) ?? '') as RunAnswer;
  expect(last).toMatchObject({ id, status: 'completed', result: { inserted: 1 } });
  expect(last).toEqual(await api.get(`/v1/runs/${id}`));
});

it('answers like GET when there is nothing to follow', async () => {
  expect((await follow('/v1/runs/run_nothing/stream')).status).toBe(404);
  expect((await follow('/v1/imports/im_nothing/stream')).status).toBe(404);
  expect((await follow('/v1/backfills/bf_nothing/stream')).status).toBe(404);
});
