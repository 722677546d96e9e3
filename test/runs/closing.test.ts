// Windows that close between two batches, although none of their events changed.
import { expect, it } from 'vitest';
import { executeRun } from '../../src/runs/execute.ts';
import { microsOf } from '../../src/pipeline/calendar.ts';
import { openApi } from '../api.ts';
import { defineEvents, storeSource } from '../fixture.ts';

it('a batch after the end of a window releases it, as a replay would', async () => {
  const api = await openApi();
  await defineEvents(api, 'call');
  await api.post('/v1/event-stores', { name: 'calls', eventDefinition: 'call' });
  await api.post('/v1/meters', {
    name: 'final',
    type: 'custom',
    nodes: [
      storeSource('s', 'calls'),
      {
        id: 'a',
        name: 'a',
        kind: 'processor',
        operator: 'aggregate',
        inputs: ['s'],
        config: {
          groupBy: [],
          window: { unit: 'month' },
          grace: '2d',
          release: 'final',
          functions: [{ name: 'n', function: 'count' }],
        },
      },
      {
        id: 'u',
        name: 'u',
        kind: 'target',
        operator: 'usage-records',
        inputs: ['a'],
        config: {
          quantity: { field: 'n' },
          accountNumber: { constant: 'a' },
          unitOfMeasure: { constant: 'call' },
        },
      },
    ],
  });
  await api.post('/v1/event-stores/calls/events', [
    { id: '1', at: '2025-01-10T00:00:00Z' },
    { id: '2', at: '2025-02-10T00:00:00Z' },
  ]);
  const { meters, pipeline } = api.weir.server.services;
  const plan = await meters.plan('final', 1);
  const recordsAsOf = async (day: string): Promise<number> => {
    const context = {
      run: `run_${day}`,
      reason: 'batch' as const,
      asOf: microsOf(`${day}T00:00:00.000000Z`),
    };
    const run = { plan, context, mode: 'batch' as const, dryRun: false, ranges: [{}], startedAt: new Map() };
    const ignore = { planned: () => Promise.resolve(), committed: () => undefined, stopped: () => false };
    expect(await executeRun(pipeline, run, ignore)).toBe(true);
    return (await api.get<{ items: object[] }>('/v1/usage-records?state=current')).items.length;
  };
  expect(await recordsAsOf('2025-02-02')).toBe(0);
  expect(await recordsAsOf('2025-02-03')).toBe(1);
  expect(await recordsAsOf('2025-03-02')).toBe(1);
  expect(await recordsAsOf('2025-03-03')).toBe(2);
  await api.close();
});
