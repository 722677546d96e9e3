// The functions of an aggregate beyond sums and counts: the worked numbers of the design, ties, and what is
// refused, each through the public API.
import * as fc from 'fast-check';
import { Big } from 'big.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { defineEvents, storeSource } from '../fixture.ts';

let api: Api;
let made = 0;

beforeAll(async () => {
  api = await openApi();
  await defineEvents(api, 'level', {
    user: 'string',
    value: { type: 'decimal', scale: 18 },
    item: 'string',
    operation: 'string',
  });
});
afterAll(() => api.close());

interface Event {
  readonly at: string;
  readonly value?: string;
  readonly user?: string;
  readonly item?: string;
  readonly operation?: string;
}

/** Writes events, one request each so that they are sequenced as given, and gives the function's value per window. */
async function evaluate(call: object, window: object, events: readonly Event[]): Promise<(string | null)[]> {
  made += 1;
  const store = `levels-${made}`;
  await api.post('/v1/event-stores', { name: store, eventDefinition: 'level' });
  for (const [index, event] of events.entries()) {
    const body = JSON.stringify({ user: 'u', id: `e${index}`, ...event });
    const answer = await api.post(`/v1/event-stores/${store}/events`, body, {
      'content-type': 'application/json',
    });
    expect(answer).toMatchObject({ accepted: 1 });
  }
  return valuesOf(store, call, window);
}

async function valuesOf(store: string, call: object, window: object): Promise<(string | null)[]> {
  const name = `meter ${(made += 1)}`;
  await api.post('/v1/meters', { name, type: 'custom', nodes: nodes(store, call, window) });
  const meter = encodeURIComponent(name);
  const run = await runMeter(api, meter, REPLAY_ALL);
  expect(run).toMatchObject({ status: 'completed', error: null });
  const path = `/v1/usage-records?meter=${meter}&state=current&limit=1000`;
  const { items } = await api.get<{ items: { startDateTime: string; custom: Record<string, string> }[] }>(
    path,
  );
  return items
    .toSorted((a, b) => (a.startDateTime < b.startDateTime ? -1 : 1))
    .map(({ custom }) => custom['v'] ?? null);
}

const nodes = (store: string, call: object, window: object) => [
  storeSource('s', store),
  {
    id: 'a',
    name: 'Function',
    kind: 'processor',
    operator: 'aggregate',
    inputs: ['s'],
    config: {
      groupBy: ['user'],
      window,
      functions: [
        { name: 'n', function: 'count' },
        { name: 'v', ...call },
      ],
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
      accountNumber: { field: 'user' },
      unitOfMeasure: { constant: 'u' },
      custom: { v: { field: 'v' } },
    },
  },
];

const march = (day: number, time: string, value: string): Event => ({
  at: `2023-03-${String(day).padStart(2, '0')}T${time}:00Z`,
  value,
});
const month = { unit: 'month' };
const weighted = { function: 'weightedSum', field: 'value' };
const latest = { function: 'latest', field: 'value' };
const first = { function: 'first', field: 'value' };
const unique = { function: 'unique', field: 'item' };

/** numerator / denominator with 18 decimals, half-even. */
function quotient(numerator: Big, denominator: Big): string {
  const precise = Big();
  precise.DP = 18;
  precise.RM = 2;
  return precise(numerator.toFixed()).div(denominator.toFixed()).toFixed();
}

describe('first and latest', () => {
  it('take the value at the earliest and the latest event time; values that are missing do not count', async () => {
    const events = [march(5, '10:00', '10'), march(5, '09:00', '20')];
    expect(await evaluate(latest, month, events)).toEqual(['10']);
    const threes = ['5', '7', '6'].map((value, at) => march(6 + at, '00:00', value));
    const withNothing = [...threes, { at: '2023-03-30T00:00:00Z' }, { at: '2023-03-01T00:00:00Z' }];
    expect(await evaluate(latest, month, withNothing)).toEqual(['6']);
    expect(await evaluate(first, month, withNothing)).toEqual(['5']);
    expect(await evaluate(latest, month, [{ at: '2023-03-30T00:00:00Z' }])).toEqual([null]);
  });

  it('break ties of event time by ingest sequence', async () => {
    const events = ['3', '9', '1'].map((value) => march(5, '10:00', value));
    expect(await evaluate(latest, month, events)).toEqual(['1']);
    expect(await evaluate(first, month, events)).toEqual(['3']);
  });
});

describe('unique', () => {
  it('counts distinct values', async () => {
    const items = ['a', 'b', 'a', undefined, 'c'].map((item, at) => ({
      at: `2023-03-0${at + 1}T00:00:00Z`,
      ...(item === undefined ? {} : { item }),
    }));
    expect(await evaluate(unique, month, items)).toEqual(['3']);
  });

  it('of items that come and go: five added, one removed leaves 4; the last word on an item holds', async () => {
    const operations = { ...unique, operationField: 'operation', add: 'on', remove: "off'; --" };
    const event = (minute: number, item: string, operation: string): Event => ({
      at: `2023-03-05T00:${String(minute).padStart(2, '0')}:00Z`,
      item,
      operation,
    });
    const five = ['a', 'b', 'c', 'd', 'e'].map((item, at) => event(at, item, 'on'));
    expect(await evaluate(operations, month, [...five, event(9, 'c', "off'; --")])).toEqual(['4']);
    // Removed and added again; removed at the same instant as added, but written later; a word that is neither.
    const again = [
      event(9, 'c', "off'; --"),
      event(10, 'c', 'on'),
      event(4, 'e', "off'; --"),
      event(20, 'a', 'seen'),
    ];
    expect(await evaluate(operations, month, [...five, ...again])).toEqual(['4']);
  });
});

describe('percentile', () => {
  it('is the nearest rank, ceil(p n), exactly', async () => {
    const events = Array.from({ length: 100 }, (_, at) => march(1 + (at % 28), '00:00', String(at + 1)));
    await api.post('/v1/event-stores', { name: 'ranks', eventDefinition: 'level' });
    const body = events.map((event, at) => JSON.stringify({ id: `r${at}`, user: 'u', ...event })).join('\n');
    await api.post('/v1/event-stores/ranks/events', body, { 'content-type': 'application/x-ndjson' });
    // 0.07 * 100 is 7.000000000000001 in doubles, whose ceiling is 8.
    for (const [p, expected] of [
      [0.07, '7'],
      ['0.070', '7'],
      [0.0701, '8'],
      [0.5, '50'],
      [0.95, '95'],
      [1, '100'],
      [0.001, '1'],
    ] as const) {
      const call = { function: 'percentile', field: 'value', p };
      expect(await valuesOf('ranks', call, month), String(p)).toEqual([expected]);
    }
  }, 120_000);
});

describe('weightedSum', () => {
  it('+20 at the start of day 16, +10 at the start of day 17 of 31 days: 15.1612903226', async () => {
    const [found] = await evaluate(weighted, month, [march(16, '00:00', '20'), march(17, '00:00', '10')]);
    expect(found).toBe(quotient(new Big(470), new Big(31)));
    expect(new Big(found ?? 0).toFixed(10)).toBe('15.1612903226');
  });

  const fifth = (
    ['00:00 2', '01:00 3', '01:30 1', '02:00 -4', '04:00 -2', '05:00 10', '05:30 -10'] as const
  ).map((text) => march(5, text.slice(0, 5), text.slice(6)));

  it('seven changes on March 5, 2023: 0.0221774193548..., from initial 1000 a thousand more', async () => {
    const [found] = await evaluate(weighted, month, fifth);
    expect(found).toMatch(/^0\.0221774193548/u);
    const [from1000] = await evaluate({ ...weighted, initial: '1000' }, month, fifth);
    expect(from1000).toBe(new Big(found ?? 0).plus(1000).toFixed());
  });

  it('a single +1000 on March 5: 870.9677419354838...; twice +3 at one instant: 5.2258064516129...', async () => {
    expect(await evaluate(weighted, month, [march(5, '00:00', '1000')])).toEqual([
      expect.stringMatching(/^870\.9677419354838/u),
    ]);
    const twice = [march(5, '00:00', '3'), march(5, '00:00', '3')];
    expect(await evaluate(weighted, month, twice)).toEqual([expect.stringMatching(/^5\.2258064516129/u)]);
  });

  it('is exact for long values: 38 digits, 18 of them decimals', async () => {
    const value = '12345678901234567890.123456789012345678';
    const found = await evaluate(weighted, { unit: 'year' }, [
      march(5, '00:00', value),
      march(6, '00:00', `-${value}`),
    ]);
    expect(found).toEqual([quotient(new Big(value), new Big(365))]);
  });

  it('agrees with big.js for any changes, initial level and window', async () => {
    const change = fc.tuple(
      fc.integer({ min: 0, max: 31 * 86_400 - 1 }),
      fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
    );
    const initial = fc.constantFrom('0', '1.5', '-0.000000000000000001', '123456789');
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), initial, async (changes, level) => {
        const start = Date.UTC(2023, 2, 1);
        const events = changes.map(([second, units]) => ({
          at: new Date(start + second * 1_000).toISOString(),
          value: new Big(units.toString()).times('1e-18').toFixed(),
        }));
        const width = new Big(31 * 86_400);
        const numerator = changes.reduce(
          (sum, [second], at) => sum.plus(new Big(events[at]?.value ?? 0).times(width.minus(second))),
          width.times(level),
        );
        expect(await evaluate({ ...weighted, initial: level }, month, events)).toEqual([
          quotient(numerator, width),
        ]);
      }),
      { numRuns: 6 },
    );
  }, 120_000);
});

describe('what is refused when a meter is saved', () => {
  const refusals: readonly [string, object, object, string][] = [
    ['a percentile of 0', { function: 'percentile', field: 'value', p: 0 }, month, 'FUNCTION_OPTION'],
    ['a percentile of 95', { function: 'percentile', field: 'value', p: 95 }, month, 'FUNCTION_OPTION'],
    [
      'a percentile of words',
      { function: 'percentile', field: 'value', p: 'most' },
      month,
      'FUNCTION_OPTION',
    ],
    ['a weighted sum over all time', weighted, { unit: 'all' }, 'FUNCTION_OPTION'],
    ['a weighted sum of text', { ...weighted, field: 'item' }, month, 'FIELD_TYPE'],
    ['a level that is no number', { ...weighted, initial: 'full' }, month, 'FUNCTION_OPTION'],
    ['half an operation', { ...unique, add: 'on' }, month, 'FUNCTION_OPTION'],
    [
      'one word for both',
      { ...unique, operationField: 'operation', add: 'x', remove: 'x' },
      month,
      'FUNCTION_OPTION',
    ],
    [
      'an operation that is a number',
      { ...unique, operationField: 'value', add: '1', remove: '2' },
      month,
      'FUNCTION_OPTION',
    ],
    [
      'an operation that is not there',
      { ...unique, operationField: 'no', add: '1', remove: '2' },
      month,
      'FIELD_NOT_FOUND',
    ],
    ['a latest of nothing', { function: 'latest' }, month, 'FIELD_TYPE'],
  ];
  it.each(refusals)('%s', async (_name, call, window, code) => {
    await api.post('/v1/event-stores', { name: `refused ${(made += 1)}`, eventDefinition: 'level' });
    const body = { name: 'refused', type: 'custom', nodes: nodes(`refused ${made}`, call, window) };
    const { valid, errors } = await api.post<{ valid: boolean; errors: { node: string; code: string }[] }>(
      '/v1/meters/validate',
      body,
    );
    expect(valid).toBe(false);
    expect(errors).toEqual([expect.objectContaining({ node: 'a', code })]);
  });
});

describe('presets', () => {
  it.each([
    ['max', '7'],
    ['min', '2'],
    ['avg', '4.666666666666666667'],
    ['unique', '3'],
    ['latest', '5'],
  ])('%s', async (type, expected) => {
    const store = `preset ${type}`;
    await api.post('/v1/event-stores', { name: store, eventDefinition: 'level' });
    const events = ['2', '7', '5'].map((value, at) => ({
      id: `p${at}`,
      user: 'u',
      ...march(5, `0${at}:00`, value),
    }));
    await api.post(`/v1/event-stores/${store}/events`, JSON.stringify(events), {
      'content-type': 'application/json',
    });
    await api.post('/v1/meters', {
      name: store,
      type,
      source: { operator: 'event-store', config: { store } },
      quantityField: 'value',
      groupBy: ['user'],
      window: month,
      usage: { accountNumber: { field: 'user' }, unitOfMeasure: { constant: 'u' } },
    });
    const meter = encodeURIComponent(store);
    await runMeter(api, meter, REPLAY_ALL);
    const { items } = await api.get<{ items: { quantity: string }[] }>(`/v1/usage-records?meter=${meter}`);
    expect(items.map(({ quantity }) => quantity)).toEqual([expected]);
  });
});
