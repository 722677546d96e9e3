// Whatever arrives in whatever order, is replaced, moved or deleted, and whichever way a meter is run: its
// records are what a plain evaluation of the events that are left gives, and running again changes nothing.
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { CALL, graphs } from './graphs.ts';
import { event, present } from './random-events.ts';
import { reference } from './reference.ts';
import type { Expected, TestEvent } from './reference.ts';

/** More of them: WEIR_PROPERTY_RUNS=100 npx vitest run test/runs/agreement.test.ts */
const RUNS = Number(process.env['WEIR_PROPERTY_RUNS'] ?? 5);
let api: Api;
let round = 0;

beforeAll(async () => {
  // Slices as small as windows allow, so that every run has several.
  api = await openApi(undefined, { sliceRows: 1 });
  await api.post('/v1/event-definitions', CALL);
});
afterAll(() => api.close());

interface Item {
  readonly accountNumber: string;
  readonly startDateTime: string | null;
  readonly endDateTime: string | null;
  readonly quantity: string;
  readonly description: string | null;
}

async function held(meter: string): Promise<Expected[]> {
  const page = await api.get<{ items: Item[] }>(
    `/v1/usage-records?meter=${encodeURIComponent(meter)}&state=current&limit=1000`,
  );
  return page.items.map((item) => {
    const row = [item.accountNumber, item.startDateTime, item.endDateTime, item.quantity] as const;
    return item.description === null ? row : ([...row, item.description] as const);
  });
}

const sorted = (rows: readonly Expected[]): Expected[] =>
  rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

type Step =
  | { readonly write: readonly TestEvent[] }
  | { readonly remove: readonly string[] }
  | { readonly run: 'batch' | 'replay' | 'frame' };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ write: fc.array(event, { minLength: 1, maxLength: 12 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      remove: fc.uniqueArray(fc.integer({ min: 1, max: 25 }).map(String), { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ run: fc.constantFrom('batch', 'replay', 'frame') }) },
);

async function remove(store: string, ids: readonly string[], reconcile: boolean): Promise<void> {
  const { id } = await api.post<{ id: string }>(
    `/v1/event-stores/${store}/backfills?kind=delete`,
    `id\n${ids.join('\n')}\n`,
    {
      'content-type': 'text/csv',
    },
  );
  await api.post(`/v1/backfills/${id}/confirm`, { reconcile });
  await api.weir.server.services.backfills.settled();
  await api.weir.server.services.runs.settled();
}

const FRAME = {
  mode: 'replay',
  scope: { kind: 'timeFrame', startDate: '2026-03-08', endDate: '2026-03-30' },
};

async function play(steps: readonly Step[], reconcile: boolean): Promise<void> {
  round += 1;
  const store = `store-${round}`;
  await api.post('/v1/event-stores', { name: store, eventDefinition: 'call' });
  const meters = Object.keys(graphs).map((name) => ({ name, meter: `${name} ${round}` }));
  for (const { name, meter } of meters)
    await api.post('/v1/meters', { name: meter, type: 'custom', nodes: graphs[name]?.(store) });
  const runAll = async (body: object): Promise<void> => {
    for (const { meter } of meters) {
      expect(await runMeter(api, encodeURIComponent(meter), body)).toMatchObject({
        status: 'completed',
        error: null,
      });
    }
  };
  const events = new Map<string, TestEvent>();
  for (const action of steps) {
    if ('write' in action) {
      await api.post(`/v1/event-stores/${store}/events`, action.write.map(present));
      for (const written of action.write) events.set(written.id, written);
    } else if ('remove' in action) {
      await remove(store, action.remove, reconcile);
      for (const id of action.remove) events.delete(id);
    } else {
      await runAll(action.run === 'frame' ? FRAME : action.run === 'batch' ? { mode: 'batch' } : REPLAY_ALL);
    }
  }
  await runAll({ mode: 'batch' });
  for (const { name, meter } of meters) {
    expect(sorted(await held(meter)), meter).toEqual(sorted(reference[name]?.([...events.values()]) ?? []));
    expect(await api.get(`/v1/meters/${encodeURIComponent(meter)}`), meter).toMatchObject({ stale: false });
    const again = await runMeter(api, encodeURIComponent(meter), REPLAY_ALL);
    expect(again.result, meter).toMatchObject({ inserted: 0, revised: 0, retracted: 0 });
  }
}

describe('batch, replay, time frame and backfill', () => {
  it('agree with a plain evaluation of the events that are left', { timeout: 300_000 }, async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), fc.boolean(), play);
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
  });
});
