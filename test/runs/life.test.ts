// The life of runs: queued, stopped, started twice under one key; the end that each of them comes to.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLAY_ALL, finishedRun, openApi, runMeter } from '../api.ts';
import type { Api, RunAnswer } from '../api.ts';
import { defineEvents } from '../fixture.ts';

const DAYS = 6;
let api: Api;
beforeAll(async () => {
  api = await openApi(undefined, { sliceRows: 1 });
  await defineEvents(api, 'call', { account: 'string' });
  await api.post('/v1/event-stores', { name: 'calls', eventDefinition: 'call' });
  const events = Array.from({ length: DAYS }, (_, day) => ({
    id: String(day),
    at: `2025-01-${String(day + 1).padStart(2, '0')}T00:00:00Z`,
    account: 'a',
  }));
  await api.post('/v1/event-stores/calls/events', events);
  await newMeter('first');
});
afterAll(() => api.close());

const newMeter = (name: string) =>
  api.post('/v1/meters', {
    name,
    type: 'count',
    source: { operator: 'event-store', config: { store: 'calls' } },
    groupBy: ['account'],
    window: { unit: 'day' },
    usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'call' } },
  });
const start = (meter: string, key?: string) =>
  api.post<RunAnswer>(
    `/v1/meters/${meter}/runs`,
    REPLAY_ALL,
    key === undefined ? {} : { 'idempotency-key': key },
  );
const stop = (id: string, force: boolean) =>
  api.weir.call<{ code?: string; status: string }>('POST', `/v1/runs/${id}/stop`, { force });
async function quantities(meter: string): Promise<string[]> {
  const { items } = await api.get<{ items: { quantity: string }[] }>(`/v1/usage-records?meter=${meter}`);
  return items.map(({ quantity }) => quantity);
}

describe('runs of one meter', () => {
  it('have their turn one after the other; the second finds nothing to do', async () => {
    const [one, two] = await Promise.all([start('first'), start('first')]);
    const ended = await Promise.all([finishedRun(api, one.id), finishedRun(api, two.id)]);
    expect(ended.map(({ status }) => status)).toEqual(['completed', 'completed']);
    const inserted = ended.map(({ result }) => result['inserted']);
    expect(new Set(inserted)).toEqual(new Set([0, DAYS]));
    expect(await quantities('first')).toEqual(Array.from({ length: DAYS }, () => '1'));
  });

  it('are one run when they carry one key, also when sent at the same time', async () => {
    const runs = await Promise.all([start('first', 'k'), start('first', 'k'), start('first', 'k')]);
    const later = await start('first', 'k');
    expect(new Set([...runs, later].map(({ id }) => id)).size).toBe(1);
    await finishedRun(api, later.id);
    expect((await start('first', 'other')).id).not.toBe(later.id);
  });
});

describe('stopping', () => {
  it.each([false, true])('ends a run, forced or not (%s), and a replay then completes it', async (force) => {
    const name = force ? 'forced' : 'gently';
    await newMeter(name);
    const waiting = await start(name);
    const { id } = await start(name);
    expect((await stop(id, force)).body.status).toBe('canceled');
    await stop(waiting.id, force);
    const ended = await finishedRun(api, waiting.id);
    expect(['canceled', 'completed']).toContain(ended.status);
    expect(ended.error).toBeNull();
    expect(await stop(waiting.id, force)).toMatchObject({ status: 409, body: { code: 'RUN_ENDED' } });
    expect((await runMeter(api, name, REPLAY_ALL)).status).toBe('completed');
    expect(await quantities(name)).toEqual(Array.from({ length: DAYS }, () => '1'));
  });

  it('lets a run that ends at the same moment have ended', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await start('first');
      await new Promise((resolve) => setTimeout(resolve, round * 40));
      await stop(id, false);
      expect(['canceled', 'completed']).toContain((await finishedRun(api, id)).status);
    }
  });
});
