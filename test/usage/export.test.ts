// Usage records as consumers take them: filters, pages, and exports that together miss and repeat nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { ADMIN_KEY } from '../server.ts';
import { defineEvents } from '../fixture.ts';

let api: Api;
beforeAll(async () => {
  api = await openApi();
  await defineEvents(api, 'call', { [`acc'ount "x"`]: 'string', units: 'decimal' });
  await api.post('/v1/event-stores', { name: 'calls', eventDefinition: 'call' });
  await api.post('/v1/meters', {
    name: `o'meter`,
    type: 'sum',
    source: { operator: 'event-store', config: { store: 'calls' } },
    quantityField: 'units',
    groupBy: [`acc'ount "x"`],
    window: { unit: 'month' },
    usage: {
      accountNumber: { field: `acc'ount "x"` },
      unitOfMeasure: { constant: `u'n"it` },
      custom: { [`no'te "y"`]: { constant: `it's "so"` } },
    },
  });
});
afterAll(() => api.close());

const write = (events: readonly (readonly [string, string, string, string | null])[]) =>
  api.post(
    '/v1/event-stores/calls/events',
    events.map(([id, at, account, units]) => ({
      id,
      at: `${at}T00:00:00Z`,
      [`acc'ount "x"`]: account,
      units,
    })),
  );

interface Line {
  readonly id: string;
  readonly quantity: string;
  readonly state: string;
  readonly revision: number;
  readonly changeNumber: number;
  readonly uniqueKey: string;
  readonly custom: object;
}

async function exported(query: string): Promise<{ lines: Line[]; cursor: string }> {
  const answer = await api.weir.server.app.request(`/v1/usage-records/export?format=ndjson${query}`, {
    headers: { authorization: `Bearer ${ADMIN_KEY}` },
  });
  expect(answer.status).toBe(200);
  const lines = (await answer.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  return { lines, cursor: answer.headers.get('weir-next-cursor') ?? '' };
}

describe('incremental exports', () => {
  it('together hold every revision once, in order, and end where the full export is', async () => {
    const seen: Line[] = [];
    let cursor = '0';
    const rounds: (() => Promise<unknown>)[] = [
      () =>
        write([
          ['1', '2025-01-05', 'a', '0.1'],
          ['2', '2025-01-06', 'null', '2'],
          ['3', '2025-02-06', `q'"`, '3'],
        ]),
      () => write([['4', '2025-01-07', 'a', '0.2']]),
      () => write([['3', '2025-03-06', `q'"`, '3']]),
      () => write([['3', '2025-02-06', `q'"`, '-4']]),
      () => Promise.resolve(),
    ];
    for (const change of rounds) {
      await change();
      expect((await runMeter(api, `o'meter`, { mode: 'batch' })).status).toBe('completed');
      const { lines, cursor: next } = await exported(`&changesSince=${encodeURIComponent(cursor)}`);
      seen.push(...lines);
      cursor = next;
    }
    expect((await runMeter(api, `o'meter`, REPLAY_ALL)).result).toMatchObject({ unchanged: 3 });
    expect((await exported(`&changesSince=${encodeURIComponent(cursor)}`)).lines).toEqual([]);

    const numbers = seen.map(({ changeNumber }) => changeNumber);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    const folded = new Map(seen.map((line) => [line.id, line]));
    const full = (await exported('')).lines;
    expect([...folded.values()].sort((a, b) => a.id.localeCompare(b.id))).toEqual(
      full.sort((a, b) => a.id.localeCompare(b.id)),
    );
    const retractions = seen.filter(({ state }) => state === 'retracted');
    expect(retractions.map(({ quantity }) => quantity)).toEqual(['0', '0']);
    expect(full.find(({ uniqueKey }) => uniqueKey.startsWith('["a"'))).toMatchObject({
      quantity: '0.3',
      revision: 2,
      custom: { [`no'te "y"`]: `it's "so"` },
    });
    const came = seen.filter(({ uniqueKey }) => uniqueKey.includes(`q'`) && uniqueKey.includes('2025-02'));
    expect(came.map(({ quantity, revision, state }) => [quantity, revision, state])).toEqual([
      ['3', 1, 'current'],
      ['0', 2, 'retracted'],
      ['-4', 3, 'current'],
    ]);
  });

  it('refuse a cursor of another history, or none at all', async () => {
    const refused = (cursor: string) =>
      api.weir.call<{ code: string }>('GET', `/v1/usage-records/export?changesSince=${cursor}`);
    expect((await refused('1.other')).body).toMatchObject({ code: 'CURSOR_FROM_OTHER_TIMELINE' });
    expect((await refused('x')).body).toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it('come as CSV and Parquet too', async () => {
    const csv = await api.weir.call<string>('GET', '/v1/usage-records/export?format=csv&state=current');
    expect(csv.body.split('\n').filter((line) => line !== '')).toHaveLength(4);
    const parquet = await api.weir.call<string>('GET', '/v1/usage-records/export?format=parquet');
    expect(parquet.body.startsWith('PAR1')).toBe(true);
  });
});

describe('lists of usage records', () => {
  const list = (query: string) =>
    api.get<{ items: Line[]; nextCursor: string | null }>(`/v1/usage-records?${query}`);

  it('are filtered by account, period and state, and paged without gaps', async () => {
    expect((await list('account=null')).items).toMatchObject([{ quantity: '2' }]);
    expect((await list('state=retracted')).items).toMatchObject([{ quantity: '0' }]);
    const january = 'from=2025-01-01T00:00:00Z&to=2025-02-01T00:00:00Z';
    expect((await list(january)).items).toHaveLength(2);
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await list(`limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(ids).toEqual((await list('')).items.map(({ id }) => id));
    expect(new Set(ids).size).toBe(4);
  });

  it('have a history, newest first, of what each revision was', async () => {
    const [record] = (await list('account=a')).items;
    const { items } = await api.get<{ items: object[] }>(`/v1/usage-records/${record?.id}/history`);
    expect(items).toMatchObject([
      { revision: 2, quantity: '0.3', previousQuantity: '0.1' },
      { revision: 1, quantity: '0.1', previousQuantity: null },
    ]);
  });
});

describe('a group without an account', () => {
  it('is no account named null: it is rejected, and the one with that name is not', async () => {
    await api.weir.call('POST', '/v1/event-stores/calls/events', [
      { id: '9', at: '2025-01-09T00:00:00Z', units: '1' },
    ]);
    const run = await runMeter(api, `o'meter`, { mode: 'batch' });
    expect(run.nodes.find(({ id }) => id === 'usage')).toMatchObject({ rejected: 1 });
    const { items } = await api.get<{ items: object[] }>(`/v1/runs/${run.id}/rejected`);
    expect(items).toMatchObject([{ code: 'USAGE_ACCOUNT_MISSING' }]);
  });
});
