// Runs that die between two commits and go on: nothing is skipped, nothing is claimed that was not evaluated.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeRun } from '../../src/runs/execute.ts';
import { openApi } from '../api.ts';
import type { Api } from '../api.ts';
import { defineEvents, storeSource } from '../fixture.ts';

let api: Api;
beforeAll(async () => {
  api = await openApi();
  await defineEvents(api, 'call', { account: 'string' });
});
afterAll(() => api.close());

/** With gaps, so that what is touched is several ranges. */
const MONTHS = ['01', '03', '05', '07'];
const event = (id: string, month: string) => ({ id, at: `2025-${month}-10T00:00:00Z`, account: 'a' });

/** A meter of counts per month, whose own keys keep it from being evaluated by touched keys. */
async function meterOn(store: string): Promise<string> {
  await api.post('/v1/event-stores', { name: store, eventDefinition: 'call' });
  const { id } = await api.post<{ id: string }>('/v1/meters', {
    name: `${store} meter`,
    type: 'custom',
    nodes: [
      storeSource('s', store),
      {
        id: 'a',
        name: 'Months',
        kind: 'processor',
        operator: 'aggregate',
        inputs: ['s'],
        config: {
          groupBy: ['account'],
          window: { unit: 'month' },
          functions: [{ name: 'n', function: 'count' }],
        },
      },
      {
        id: 'u',
        name: 'Usage',
        kind: 'target',
        operator: 'usage-records',
        inputs: ['a'],
        config: {
          quantity: { field: 'n' },
          accountNumber: { field: 'account' },
          unitOfMeasure: { constant: 'call' },
          uniqueKey: ['account', 'windowStart'],
        },
      },
    ],
  });
  return id;
}

/** Executes a batch that dies after each commit, until it comes to its end; gives the number of its lives. */
async function batchOfManyLives(meter: string, run: string): Promise<number> {
  const { meters, pipeline } = api.weir.server.services;
  const plan = await meters.plan(meter, 1);
  for (let lives = 1; ; lives += 1) {
    let commits = 0;
    let known = 0;
    const ended = await executeRun(
      pipeline,
      {
        plan,
        context: { run, reason: 'batch', asOf: 0n },
        mode: 'batch',
        dryRun: false,
        sliceRows: 1,
        ranges: [{}],
        startedAt: new Map(),
      },
      {
        planned: async () => {
          known = (await pipeline.committedSlices(run)).size;
        },
        committed: () => void (commits += 1),
        stopped: () => commits > known,
      },
    );
    if (ended) return lives;
    expect(lives).toBeLessThan(20);
  }
}

async function quantities(meter: string): Promise<string[]> {
  const { items } = await api.get<{ items: { quantity: string }[] }>(`/v1/usage-records?meter=${meter}`);
  return items.map(({ quantity }) => quantity);
}

describe('a batch that dies after every commit', () => {
  it('evaluates every slice of its first run, and every touched range of a later one', async () => {
    const meter = await meterOn('dying');
    await api.post(
      '/v1/event-stores/dying/events',
      MONTHS.map((month) => event(month, month)),
    );
    expect(await batchOfManyLives(meter, 'run_first')).toBeGreaterThan(3);
    expect(await quantities(meter)).toEqual(['1', '1', '1', '1']);

    await api.post(
      '/v1/event-stores/dying/events',
      MONTHS.map((month) => event(`late ${month}`, month)),
    );
    expect(await batchOfManyLives(meter, 'run_second')).toBeGreaterThan(2);
    expect(await quantities(meter)).toEqual(['2', '2', '2', '2']);
    const { pipeline, meters } = api.weir.server.services;
    expect(await pipeline.uncovered(await meters.plan(meter, 1))).toEqual([]);
  });
});
