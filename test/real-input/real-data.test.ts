// Real usage data with known totals (see ../shared/data/README.md), through the public API alone: imported in
// batches of 1 and of 10,000, shuffled, metered, replayed twice.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Big } from 'big.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { storeSource } from '../fixture.ts';

const DATA = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const FOCUS = join(DATA, 'focus_sample.csv');
const AZURE = join(DATA, 'azure_llm_code.csv');

interface Line {
  readonly text: string;
  /** Its line in the file; the header is line 1. */
  readonly line: number;
}

const linesOf = (file: string): { header: string; lines: Line[] } => {
  const [header = '', ...rows] = readFileSync(file, 'utf8').split(/\r?\n/);
  return {
    header,
    lines: rows.map((text, index) => ({ text, line: index + 2 })).filter(({ text }) => text !== ''),
  };
};

/** The same order on every machine: a linear congruential shuffle. */
function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  let state = 12_345;
  for (let index = result.length - 1; index > 0; index -= 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = state % (index + 1);
    [result[index], result[other]] = [result[other]!, result[index]!];
  }
  return result;
}

/** Posts rows as CSV; every row keeps its own file and line: neighbours go together, others alone. */
async function post(
  api: Api,
  store: string,
  header: string,
  rows: readonly Line[],
  query: string,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const body = `${header}\n${rows.map(({ text }) => text).join('\n')}\n`;
  const answer = await api.post<{ rejected: unknown[] }>(
    `/v1/event-stores/${store}/events?${query}&firstLine=${first.line}`,
    body,
    { 'content-type': 'text/csv' },
  );
  expect(answer.rejected).toEqual([]);
}

/** Cuts rows into runs of consecutive lines of at most `size`. */
function batches(rows: readonly Line[], size: number): Line[][] {
  const result: Line[][] = [];
  for (const row of rows) {
    const last = result.at(-1);
    if (last && last.length < size && last.at(-1)?.line === row.line - 1) last.push(row);
    else result.push([row]);
  }
  return result;
}

/** Requests go side by side, as several clients would send them; the order between them is the server's. */
async function postAll(
  api: Api,
  store: string,
  header: string,
  parts: readonly Line[][],
  query: string,
): Promise<void> {
  for (let start = 0; start < parts.length; start += 200) {
    await Promise.all(parts.slice(start, start + 200).map((rows) => post(api, store, header, rows, query)));
  }
}

async function usageBy(
  api: Api,
  meter: string,
  key: 'accountNumber' | 'startDateTime',
): Promise<Record<string, string>> {
  const page = await api.get<{ items: Record<string, string>[] }>(
    `/v1/usage-records?meter=${meter}&state=current&limit=1000`,
  );
  const totals: Record<string, Big> = {};
  for (const item of page.items) {
    const name = item[key] ?? '';
    totals[name] = (totals[name] ?? new Big(0)).plus(item['quantity'] ?? '0');
  }
  return Object.fromEntries(Object.entries(totals).map(([name, total]) => [name, total.toFixed()]));
}

/** Runs the meter twice: the second replay must change nothing. */
async function replayTwice(api: Api, meter: string): Promise<void> {
  const first = await runMeter(api, meter, REPLAY_ALL);
  expect(first).toMatchObject({ status: 'completed', error: null });
  const again = await runMeter(api, meter, REPLAY_ALL);
  expect(again.result).toMatchObject({ inserted: 0, revised: 0, retracted: 0 });
}

const DECIMALS = [
  'BilledCost',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'ListCost',
  'ListUnitPrice',
  'ConsumedQuantity',
  'PricingQuantity',
];
const TIMES = ['BillingPeriodEnd', 'BillingPeriodStart', 'ChargePeriodEnd', 'ChargePeriodStart'];

const ways = [
  { name: 'in batches of 10,000', size: 10_000, order: (rows: readonly Line[]) => rows },
  { name: 'in batches of 1, shuffled', size: 1, order: shuffled<Line> },
] as const;

// One commit per group of single rows: seconds, not the milliseconds of other tests.
const TIMEOUT_MS = 180_000;

describe.skipIf(!existsSync(FOCUS))('focus_sample.csv (../shared/data)', { timeout: TIMEOUT_MS }, () => {
  let api: Api;
  beforeAll(async () => {
    api = await openApi();
    const { header } = linesOf(FOCUS);
    const names = header.split(',').map((name) => name.replaceAll('"', ''));
    expect(names).toHaveLength(44);
    await api.post('/v1/event-definitions', {
      name: 'focus',
      fields: names.map((name) => ({
        name,
        ...(DECIMALS.includes(name)
          ? { type: 'decimal', scale: 15 }
          : { type: TIMES.includes(name) ? 'datetime' : 'string' }),
      })),
      eventIdFields: ['$file', '$line'],
      eventTimeField: 'ChargePeriodStart',
    });
  });
  afterAll(() => api.close());

  it.each(ways)('gives the known totals per provider and per unit, $name', async ({ name, size, order }) => {
    const store = `focus ${name}`;
    await api.post('/v1/event-stores', { name: store, eventDefinition: 'focus' });
    const { header, lines } = linesOf(FOCUS);
    const path = encodeURIComponent(store);
    await postAll(api, path, header, batches(order(lines), size), 'null=NULL&file=focus_sample.csv');
    expect(await api.get(`/v1/event-stores/${path}`)).toMatchObject({ eventCount: 1000 });

    const meter = (suffix: string, quantityField: string, account: string, unit: object) => ({
      name: `${store} ${suffix}`,
      type: 'sum',
      source: { operator: 'event-store', config: { store } },
      quantityField,
      groupBy: [account],
      window: { unit: 'month' },
      usage: { accountNumber: { field: account }, unitOfMeasure: unit },
    });
    for (const cost of ['BilledCost', 'EffectiveCost']) {
      await api.post('/v1/meters', meter(cost, cost, 'ProviderName', { constant: 'USD' }));
      await replayTwice(api, encodeURIComponent(`${store} ${cost}`));
    }
    const billed = await usageBy(api, encodeURIComponent(`${store} BilledCost`), 'accountNumber');
    expect(billed).toEqual({ AWS: '18.0066386184', Oracle: '0.53707392473', Microsoft: '1.97651418586' });
    expect(
      Object.values(billed)
        .reduce((sum, cost) => sum.plus(cost), new Big(0))
        .toFixed(),
    ).toBe('20.52022672899');
    const effective = await usageBy(api, encodeURIComponent(`${store} EffectiveCost`), 'accountNumber');
    expect(
      Object.values(effective)
        .reduce((sum, cost) => sum.plus(cost), new Big(0))
        .toFixed(),
    ).toBe('14.97651418586');

    await api.post('/v1/meters', {
      name: `${store} units`,
      type: 'custom',
      nodes: [
        storeSource('s', store),
        {
          id: 'f',
          name: 'With a unit',
          kind: 'processor',
          operator: 'filter',
          inputs: ['s'],
          config: { all: [{ field: 'ConsumedUnit', op: 'notBlank' }] },
        },
        {
          id: 'a',
          name: 'Per unit',
          kind: 'processor',
          operator: 'aggregate',
          inputs: ['f'],
          config: {
            groupBy: ['ConsumedUnit'],
            window: { unit: 'year' },
            functions: [
              { name: 'quantity', function: 'sum', field: 'ConsumedQuantity' },
              { name: 'rows', function: 'count' },
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
            quantity: { field: 'quantity' },
            accountNumber: { field: 'ConsumedUnit' },
            unitOfMeasure: { field: 'ConsumedUnit' },
            custom: { rows: { field: 'rows' } },
          },
        },
      ],
    });
    const units = encodeURIComponent(`${store} units`);
    await replayTwice(api, units);
    expect(await usageBy(api, units, 'accountNumber')).toMatchObject({
      GB: '84.777250998000156',
      Requests: '1248',
      Events: '2775',
    });
    const page = await api.get<{ items: { accountNumber: string; custom: { rows: string } }[] }>(
      `/v1/usage-records?meter=${units}&state=current`,
    );
    const counted = Object.fromEntries(page.items.map((item) => [item.accountNumber, item.custom.rows]));
    expect(counted).toMatchObject({ GB: '569', Requests: '42', Events: '8' });
  });
});

describe.skipIf(!existsSync(AZURE))('azure_llm_code.csv (../shared/data)', { timeout: TIMEOUT_MS }, () => {
  let api: Api;
  beforeAll(async () => {
    api = await openApi();
    await api.post('/v1/event-definitions', {
      name: 'inference',
      fields: [
        { name: 'TIMESTAMP', type: 'datetime', required: true },
        { name: 'ContextTokens', type: 'integer', required: true },
        { name: 'GeneratedTokens', type: 'integer', required: true },
      ],
      eventIdFields: ['$file', '$line'],
      eventTimeField: 'TIMESTAMP',
    });
  });
  afterAll(() => api.close());

  it.each(ways)('gives the known totals per 10-minute window, $name', async ({ name, size, order }) => {
    const store = `azure ${name}`;
    const path = encodeURIComponent(store);
    await api.post('/v1/event-stores', { name: store, eventDefinition: 'inference' });
    const { header, lines } = linesOf(AZURE);
    await postAll(api, path, header, batches(order(lines), size), 'file=azure_llm_code.csv');
    expect(await api.get(`/v1/event-stores/${path}`)).toMatchObject({
      eventCount: 8819,
      firstEventTime: '2023-11-16T18:17:03.979960Z',
      lastEventTime: '2023-11-16T19:14:19.928016Z',
    });
    const preset = (type: string, field?: string) => ({
      name: `${store} ${field ?? type}`,
      type,
      source: { operator: 'event-store', config: { store } },
      ...(field === undefined ? {} : { quantityField: field }),
      groupBy: [],
      window: { unit: 'minute', count: 10 },
      usage: { accountNumber: { constant: 'azure' }, unitOfMeasure: { constant: field ?? 'request' } },
    });
    await api.post('/v1/meters', preset('count'));
    const counts = encodeURIComponent(`${store} count`);
    await replayTwice(api, counts);
    expect(await usageBy(api, counts, 'startDateTime')).toEqual(
      Object.fromEntries(
        [63, 1903, 2130, 2022, 1599, 692, 410].map((count, index) => {
          const minute = 10 + index * 10;
          const start = `2023-11-16T${18 + Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}:00.000000Z`;
          return [start, String(count)];
        }),
      ),
    );
    for (const [field, total] of [
      ['ContextTokens', '18059974'],
      ['GeneratedTokens', '245896'],
    ] as const) {
      await api.post('/v1/meters', preset('sum', field));
      const meter = encodeURIComponent(`${store} ${field}`);
      await replayTwice(api, meter);
      expect(await usageBy(api, meter, 'accountNumber')).toEqual({ azure: total });
    }
    // Importing the file again, in another way, changes nothing: file and line make the id.
    await postAll(api, path, header, batches(lines, 5_000), 'file=azure_llm_code.csv');
    expect(await api.get(`/v1/event-stores/${path}`)).toMatchObject({ eventCount: 8819 });
    expect(await api.get(`/v1/meters/${counts}`)).toMatchObject({ stale: false });
  });
});
