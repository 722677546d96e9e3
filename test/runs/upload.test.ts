// Meters with an upload source: files into the inbox, what they touch evaluated, what the door refused kept.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, runMeter } from '../api.ts';
import type { Api, RunAnswer } from '../api.ts';
import { defineEvents } from '../fixture.ts';

interface Usage {
  readonly accountNumber: string;
  readonly quantity: string;
  readonly revision: number;
  readonly startDateTime: string;
}
interface Rejected {
  readonly node: string;
  readonly code: string;
  readonly input: unknown;
}

let api: Api;
beforeAll(async () => {
  api = await openApi();
  await defineEvents(api, 'call', { account: 'string', units: 'decimal' });
});
afterAll(() => api.close());

const source = { operator: 'upload', config: { eventDefinition: 'call' } };
const usage = { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'unit' } };

async function runFile(meter: string, name: string, lines: readonly string[]): Promise<RunAnswer> {
  const body = ['id,at,account,units', ...lines, ''].join('\n');
  const put = await api.weir.call('PUT', `/v1/files/${name}`, body, {
    headers: { 'content-type': 'text/csv' },
  });
  expect(put.status).toBe(200);
  return runMeter(api, meter, { mode: 'batch', sources: { source: { file: name } } });
}

async function records(meter: string): Promise<Usage[]> {
  return (await api.get<{ items: Usage[] }>(`/v1/usage-records?meter=${meter}&state=current`)).items;
}
const rejectedOf = async (run: string): Promise<Rejected[]> =>
  (await api.get<{ items: Rejected[] }>(`/v1/runs/${run}/rejected`)).items;

describe('a sum over uploaded files', () => {
  it('adds February to January, replaces the rows of a file that comes again, keeps what was refused', async () => {
    await api.post('/v1/meters', {
      name: 'files',
      type: 'sum',
      source,
      quantityField: 'units',
      groupBy: ['account'],
      window: { unit: 'month' },
      usage,
    });
    const january = await runFile('files', 'jan.csv', [
      '1,2025-01-05T00:00:00Z,a,1.5',
      '2,2025-01-06T00:00:00Z,a,2',
      '3,2025-01-06T00:00:00Z,a,many',
    ]);
    expect(january).toMatchObject({ status: 'completed', result: { inserted: 1 } });
    expect(await rejectedOf(january.id)).toMatchObject([{ node: 'source' }]);
    expect(january).toMatchObject({
      ingested: [{ node: 'source', accepted: 2, duplicates: 0, replaced: 0, rejected: 1, ignoredFields: 0 }],
    });

    const february = await runFile('files', 'feb.csv', ['9,2025-02-05T00:00:00Z,a,7']);
    expect(february).toMatchObject({
      status: 'completed',
      result: { inserted: 1, revised: 0, retracted: 0 },
    });
    expect(await rejectedOf(february.id)).toEqual([]);
    expect(await rejectedOf(january.id)).toHaveLength(1);

    const again = await runFile('files', 'jan.csv', [
      '1,2025-01-05T00:00:00Z,a,1.5',
      '2,2025-01-06T00:00:00Z,a,4',
    ]);
    expect(again).toMatchObject({ status: 'completed', result: { inserted: 0, revised: 1, retracted: 0 } });
    expect(await records('files')).toMatchObject([
      { quantity: '5.5', revision: 2, startDateTime: '2025-01-01T00:00:00.000000Z' },
      { quantity: '7', revision: 1, startDateTime: '2025-02-01T00:00:00.000000Z' },
    ]);
  });

  it('keeps the first 1,000 events of a file that are refused, and counts the rest', async () => {
    const bad = Array.from({ length: 2_500 }, (_, n) => `b${n},2025-03-01T00:00:00Z,a,many`);
    const run = await runFile('files', 'bad.csv', [...bad, '20,2025-03-01T00:00:00Z,b,1']);
    expect(run).toMatchObject({ status: 'completed', ingested: [{ accepted: 1, rejected: 2_500 }] });
    const path = `/v1/runs/${run.id}/rejected?limit=1000`;
    const first = await api.get<{ items: Rejected[]; nextCursor: string | null }>(path);
    expect(first.items).toHaveLength(1_000);
    expect(JSON.stringify(first.items.at(-1)?.input)).toContain('b999');
    const rest = first.nextCursor === null ? [] : await api.get(`${path}&cursor=${first.nextCursor}`);
    expect(rest).toMatchObject(first.nextCursor === null ? [] : { items: [] });
  });

  it('fails with a code when there is no such file, and leaves everything as it is', async () => {
    const run = await runMeter(api, 'files', { mode: 'batch', sources: { source: { file: 'none.csv' } } });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'FILE_NOT_FOUND' } });
    expect(await records('files')).toHaveLength(3);
  });
});

describe('a direct meter over uploaded files', () => {
  it('writes a record per row, and does not multiply rows that are rejected again', async () => {
    await api.post('/v1/meters', { name: 'rows', type: 'direct', source, quantityField: 'units', usage });
    const first = await runFile('rows', 'r1.csv', [
      '1,2025-01-05T00:00:00Z,a,1',
      '2,2025-01-06T00:00:00Z,a,',
    ]);
    expect(first).toMatchObject({ status: 'completed', result: { inserted: 1 } });
    expect(await rejectedOf(first.id)).toMatchObject([{ node: 'usage', code: 'USAGE_QUANTITY_MISSING' }]);

    const second = await runFile('rows', 'r2.csv', [
      '1,2025-01-05T00:00:00Z,b,1',
      '2,2025-01-07T00:00:00Z,a,',
    ]);
    expect(second).toMatchObject({ result: { inserted: 0, revised: 1 } });
    expect(await rejectedOf(second.id)).toHaveLength(1);
    expect(await rejectedOf(first.id)).toEqual([]);
    expect(await records('rows')).toMatchObject([{ accountNumber: 'b', quantity: '1', revision: 2 }]);
  });
});
