// Whatever is written, removed, run and expired in whatever order: no run touches a record that starts before what
// the store retains, and the others are what a plain evaluation of the events that are left gives.
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { CALL, graphs } from './graphs.ts';
import { event, present } from './random-events.ts';
import { reference } from './reference.ts';
import type { Expected, TestEvent } from './reference.ts';

/** More of them: WEIR_PROPERTY_RUNS=100 npx vitest run test/runs/frozen-property.test.ts */
const RUNS = Number(process.env['WEIR_PROPERTY_RUNS'] ?? 3);
const RETENTION_DAYS = 10;
let api: Api;
let round = 0;
let now = '';

beforeAll(async () => {
  api = await openApi(undefined, { sliceRows: 1, clock: () => now });
  await api.post('/v1/event-definitions', CALL);
});
afterAll(() => api.close());

type Step =
  | { readonly write: readonly TestEvent[] }
  | { readonly remove: readonly string[] }
  | { readonly run: 'batch' | 'replay' | 'frame' }
  /** The day whose start the store retains events from; an earlier one than before changes nothing. */
  | { readonly expire: string };
const someIds = fc.uniqueArray(fc.integer({ min: 1, max: 25 }).map(String), { minLength: 1, maxLength: 6 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ write: fc.array(event, { minLength: 1, maxLength: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ remove: someIds }) },
  { weight: 2, arbitrary: fc.record({ run: fc.constantFrom('batch', 'replay', 'frame') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      expire: fc.constantFrom('2026-03-01', '2026-03-05', '2026-03-08', '2026-03-29', '2026-03-31'),
    }),
  },
);

interface Item {
  readonly id: string;
  readonly accountNumber: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
  readonly quantity: string;
  readonly description: string | null;
}
interface Held {
  readonly frozen: readonly Item[];
  readonly others: readonly Item[];
}

async function held(meter: string, retainedFrom: string): Promise<Held> {
  const { items } = await api.get<{ items: Item[] }>(
    `/v1/usage-records?meter=${encodeURIComponent(meter)}&limit=1000`,
  );
  const current = await api.get<{ items: Item[] }>(
    `/v1/usage-records?meter=${encodeURIComponent(meter)}&state=current&limit=1000`,
  );
  return {
    frozen: items.filter((item) => item.startDateTime < retainedFrom),
    others: current.items.filter((item) => item.startDateTime >= retainedFrom),
  };
}

const sorted = (rows: readonly Expected[]): Expected[] =>
  rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const expectedOf = ({ accountNumber, startDateTime, endDateTime, quantity, description }: Item): Expected => {
  const row = [accountNumber, startDateTime, endDateTime, quantity] as const;
  return description === null ? row : [...row, description];
};

const FRAME = {
  mode: 'replay',
  scope: { kind: 'timeFrame', startDate: '2026-03-08', endDate: '2026-03-30' },
};
const bodyOf = { batch: { mode: 'batch' }, replay: REPLAY_ALL, frame: FRAME };

async function remove(store: string, ids: readonly string[], reconcile: boolean): Promise<void> {
  const { id } = await api.post<{ id: string }>(
    `/v1/event-stores/${store}/backfills?kind=delete`,
    `id\n${ids.join('\n')}\n`,
    { 'content-type': 'text/csv' },
  );
  await api.post(`/v1/backfills/${id}/confirm`, { reconcile });
  await api.weir.server.services.backfills.settled();
  await api.weir.server.services.runs.settled();
}

/** What the evaluation of the events that are left gives, but for windows and keys that are frozen. */
function expected(name: string, events: readonly TestEvent[], retainedFrom: string, frozen: Held['frozen']) {
  const keys = new Set(frozen.map(({ description }) => description));
  return (reference[name]?.(events) ?? []).filter(
    ([, start, , , note]) =>
      start !== null && start >= retainedFrom && !(note !== undefined && keys.has(note)),
  );
}

async function play(steps: readonly Step[], reconcile: boolean): Promise<void> {
  round += 1;
  now = '2026-01-20T12:00:00.000000Z';
  const store = `store-${round}`;
  await api.post('/v1/event-stores', {
    name: store,
    eventDefinition: 'call',
    timeZone: 'Europe/Budapest',
    retentionDays: RETENTION_DAYS,
  });
  const retained = async (): Promise<string> =>
    (await api.get<{ retainedFrom: string }>(`/v1/event-stores/${store}`)).retainedFrom;
  let retainedFrom = await retained();
  const meters = Object.keys(graphs).map((name) => ({ name, meter: `${name} ${round}` }));
  for (const { name, meter } of meters)
    await api.post('/v1/meters', { name: meter, type: 'custom', nodes: graphs[name]?.(store) });

  /** Does something that starts runs; the frozen records, retracted ones among them, must come out as they went in. */
  const untouched = async (work: () => Promise<void>): Promise<void> => {
    const before = await Promise.all(meters.map(({ meter }) => held(meter, retainedFrom)));
    await work();
    for (const [index, { meter }] of meters.entries()) {
      expect((await held(meter, retainedFrom)).frozen, meter).toEqual(before[index]?.frozen);
    }
  };
  const runAll = (body: object): Promise<void> =>
    untouched(async () => {
      for (const { meter } of meters) {
        expect(await runMeter(api, encodeURIComponent(meter), body)).toMatchObject({
          status: 'completed',
          error: null,
        });
      }
    });
  const events = new Map<string, TestEvent>();
  for (const action of steps) {
    if ('write' in action) {
      const kept = action.write.filter(({ at }) => at >= retainedFrom);
      const answer = await api.post<{ rejected: object[] }>(
        `/v1/event-stores/${store}/events`,
        action.write.map(present),
      );
      expect(answer.rejected).toHaveLength(action.write.length - kept.length);
      for (const written of kept) events.set(written.id, written);
    } else if ('remove' in action) {
      await untouched(() => remove(store, action.remove, reconcile));
      for (const id of action.remove) events.delete(id);
    } else if ('expire' in action) {
      now = `${new Date(Date.parse(action.expire) + RETENTION_DAYS * 86_400_000).toISOString().slice(0, 10)}T12:00:00.000000Z`;
      await untouched(async () => void (await api.weir.server.services.retention.round()));
      retainedFrom = await retained();
      for (const { id, at } of events.values()) if (at < retainedFrom) events.delete(id);
      expect(await api.get(`/v1/event-stores/${store}`)).toMatchObject({ eventCount: events.size });
    } else await runAll(bodyOf[action.run]);
  }
  await runAll({ mode: 'batch' });
  for (const { name, meter } of meters) {
    const { frozen, others } = await held(meter, retainedFrom);
    expect(sorted(others.map(expectedOf)), meter).toEqual(
      sorted(expected(name, [...events.values()], retainedFrom, frozen)),
    );
    expect(await api.get(`/v1/meters/${encodeURIComponent(meter)}`), meter).toMatchObject({ stale: false });
    const again = await runMeter(api, encodeURIComponent(meter), REPLAY_ALL);
    expect(again.result, meter).toMatchObject({ inserted: 0, revised: 0, retracted: 0 });
  }
}

describe('runs over a store whose events expire', () => {
  it('leave what is frozen alone and evaluate the rest', { timeout: 600_000 }, async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), fc.boolean(), play);
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
  });
});
