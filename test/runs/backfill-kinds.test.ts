// What every kind of backfill, and its revert, does to the usage that depends on the events.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api, RunAnswer } from '../api.ts';
import { REPLAY_ALL, finishedRun, openApi, runMeter } from '../api.ts';
import { removeDirectory } from '../server.ts';

interface Backfill {
  readonly id: string;
  readonly status: string;
  readonly usageRecordsAffected: number;
  readonly runs: readonly string[];
}

let api: Api;
let stores = 0;

const eventOf = (id: number, account: string, units: number) => ({
  id: `e${id}`,
  at: `2026-09-${String(1 + (id % 9)).padStart(2, '0')}T08:00:00Z`,
  account,
  units: String(units),
});
/** 30 events of accounts a, b, c over nine days, summed per account and day. */
async function metered(): Promise<{ store: string; meter: string }> {
  const name = `s${(stores += 1)}`;
  const store = `/v1/event-stores/${name}`;
  await api.post('/v1/event-stores', { name, eventDefinition: 'calls' });
  await api.post(
    `${store}/events`,
    Array.from({ length: 30 }, (_, n) => eventOf(n, 'abc'[n % 3]!, n + 1)),
  );
  const meter = `per day ${name}`;
  await api.post('/v1/meters', {
    name: meter,
    type: 'sum',
    source: { operator: 'event-store', config: { store: name } },
    quantityField: 'units',
    groupBy: ['account'],
    window: { unit: 'day' },
    usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'unit' } },
  });
  await runMeter(api, meter, REPLAY_ALL);
  return { store, meter };
}
const figures = async (meter: string): Promise<string[]> => {
  const path = `/v1/usage-records?limit=1000&state=current&meter=${encodeURIComponent(meter)}`;
  const { items } = await api.get<{
    items: { accountNumber: string; startDateTime: string; quantity: string }[];
  }>(path);
  return items
    .map(({ accountNumber, startDateTime, quantity }) => `${accountNumber} ${startDateTime} ${quantity}`)
    .sort();
};
const stale = async (meter: string): Promise<unknown> =>
  (await api.get<{ stale: boolean }>(`/v1/meters/${encodeURIComponent(meter)}`)).stale;
async function carryOut(id: string, step: 'confirm' | 'revert', reconcile: boolean): Promise<RunAnswer[]> {
  const { runs: before = [] } = await api.get<Partial<Backfill>>(`/v1/backfills/${id}`);
  await api.post(`/v1/backfills/${id}/${step}`, { reconcile });
  await api.weir.server.services.backfills.settled();
  const { status, runs } = await api.get<Backfill>(`/v1/backfills/${id}`);
  expect(status).toBe(step === 'confirm' ? 'completed' : 'reverted');
  return Promise.all(runs.slice(before.length).map((run) => finishedRun(api, run)));
}
const previewOf = (store: string, query: string, body: unknown) =>
  api.post<Backfill>(`${store}/backfills${query}`, body);

beforeAll(async () => {
  api = await openApi();
  await api.post('/v1/event-definitions', {
    name: 'calls',
    fields: [
      { name: 'id', type: 'string', required: true },
      { name: 'at', type: 'datetime', required: true },
      { name: 'account', type: 'string', required: true },
      { name: 'units', type: 'decimal', scale: 2 },
    ],
    eventIdFields: ['id'],
    eventTimeField: 'at',
  });
});
afterAll(async () => {
  await api.close();
  removeDirectory(api.weir.dataDir);
});

/** Per kind: its preview, the records that depend on its events, and what reconciling does to them. */
const kinds: readonly [
  name: string,
  query: string,
  body: unknown,
  affected: number,
  result: Record<string, number>,
][] = [
  // e40 is of a new account and day, e31 adds to a figure that is there.
  [
    'insert',
    '?kind=insert',
    [eventOf(40, 'z', 5), eventOf(31, 'b', 5), eventOf(0, 'a', 99)],
    1,
    { inserted: 1, revised: 1, retracted: 0 },
  ],
  // e0 moves from account a to a new one: both figures.
  [
    'correct',
    '?kind=correct',
    [eventOf(0, 'y', 1), eventOf(1, 'b', 50)],
    2,
    { inserted: 1, revised: 2, retracted: 0 },
  ],
  [
    'delete-range',
    '',
    { kind: 'delete-range', from: '2026-09-02', to: '2026-09-03' },
    2,
    { inserted: 0, revised: 0, retracted: 2 },
  ],
  ['truncate', '', { kind: 'truncate' }, 9, { inserted: 0, revised: 0, retracted: 9 }],
];

describe.each(kinds)('%s', (_name, query, body, affected, result) => {
  it('is followed by just what it touches, and so is its revert', async () => {
    const { store, meter } = await metered();
    const before = await figures(meter);
    const preview = await previewOf(store, query, body);
    expect(preview.usageRecordsAffected).toBe(affected);
    const [run, ...others] = await carryOut(preview.id, 'confirm', true);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ status: 'completed', result });
    expect(await stale(meter)).toBe(false);
    const corrected = await figures(meter);
    expect(corrected).not.toEqual(before);
    expect((await runMeter(api, meter, REPLAY_ALL)).result).toMatchObject({
      inserted: 0,
      revised: 0,
      retracted: 0,
    });
    expect(await figures(meter)).toEqual(corrected);
    await carryOut(preview.id, 'revert', true);
    expect(await stale(meter)).toBe(false);
    expect(await figures(meter)).toEqual(before);
  });

  it('leaves the meter stale without reconcile, until its next run', async () => {
    const { store, meter } = await metered();
    const before = await figures(meter);
    const preview = await previewOf(store, query, body);
    expect(await carryOut(preview.id, 'confirm', false)).toEqual([]);
    expect(await stale(meter)).toBe(true);
    expect(await figures(meter)).toEqual(before);
    expect((await runMeter(api, meter, { mode: 'batch' })).result).toMatchObject(result);
    expect(await stale(meter)).toBe(false);
    await carryOut(preview.id, 'revert', false);
    expect(await stale(meter)).toBe(true);
    await runMeter(api, meter, { mode: 'batch' });
    expect(await figures(meter)).toEqual(before);
  });
});
