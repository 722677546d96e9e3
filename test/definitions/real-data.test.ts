// Real files through the door: every digit arrives. Skipped where ../shared/data is not at hand.
import { createReadStream, existsSync } from 'node:fs';
import { Big } from 'big.js';
import { describe, expect, it } from 'vitest';
import { decodeEvents } from '../../src/definitions/index.ts';
import type { CanonicalValue, DecodeOptions, EventDefinition } from '../../src/definitions/index.ts';
import { detectDefinition } from '../../src/definitions/index.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);
const FOCUS = new URL('focus_sample.csv', DATA);
const AZURE = new URL('azure_llm_code.csv', DATA);

const base = { id: 'ed_3', name: 'imported', version: 1, eventIdFields: ['$file', '$line'], timeZone: 'UTC' };
const focus: EventDefinition = {
  ...base,
  fields: [
    { name: 'ChargePeriodStart', type: 'datetime', required: true },
    { name: 'ProviderName', type: 'string', required: true },
    { name: 'BilledCost', type: 'decimal', scale: 18, required: true },
    { name: 'EffectiveCost', type: 'decimal', scale: 18, required: true },
    { name: 'ConsumedQuantity', type: 'decimal', scale: 15, required: false },
    { name: 'ConsumedUnit', type: 'string', required: false },
    { name: 'Tags', type: 'json', required: false },
  ],
  eventTimeField: 'ChargePeriodStart',
};
const azure: EventDefinition = {
  ...base,
  fields: [
    { name: 'TIMESTAMP', type: 'datetime', required: true },
    { name: 'ContextTokens', type: 'integer', required: true },
    { name: 'GeneratedTokens', type: 'integer', required: true },
  ],
  eventTimeField: 'TIMESTAMP',
};

type Row = readonly CanonicalValue[];

async function rowsOf(file: URL, definition: EventDefinition, options: DecodeOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of decodeEvents(definition, 'csv', createReadStream(file), {
    file: 'f',
    ...options,
  })) {
    expect(batch.rejected).toEqual([]);
    for (const row of batch.rows) rows.push(row.values);
  }
  return rows;
}

const sum = (rows: readonly Row[], column: number): string =>
  rows.reduce((total, row) => total.plus(row[column] ?? '0'), new Big(0)).toFixed();

describe.skipIf(!existsSync(FOCUS))('focus_sample.csv', () => {
  it('sums to the exact totals', async () => {
    const rows = await rowsOf(FOCUS, focus, { nullText: 'NULL', unknown: 'ignore' });
    expect(rows).toHaveLength(1_000);
    expect(sum(rows, 2)).toBe('20.52022672899');
    expect(sum(rows, 3)).toBe('14.97651418586');
    const of = (provider: string): string =>
      sum(
        rows.filter((row) => row[1] === provider),
        2,
      );
    expect([of('AWS'), of('Oracle'), of('Microsoft')]).toEqual([
      '18.0066386184',
      '0.53707392473',
      '1.97651418586',
    ]);
    const gigabytes = rows.filter((row) => row[5] === 'GB');
    expect([gigabytes.length, sum(gigabytes, 4)]).toEqual([569, '84.777250998000156']);
    expect(rows[0]?.[0]).toBe('2024-09-18T22:00:00.000000Z');
    expect(rows.at(-1)?.slice(-2)).toEqual(['f', '1001']);
  });

  it('is understood from a sample', async () => {
    const proposal = await detectDefinition('csv', createReadStream(FOCUS), { nullText: 'NULL' });
    expect(proposal.fields).toHaveLength(44);
    const field = (name: string): unknown => proposal.fields.find((candidate) => candidate.name === name);
    expect(field('BilledCost')).toEqual({ name: 'BilledCost', type: 'decimal', scale: 12, required: true });
    expect(field('ConsumedQuantity')).toMatchObject({ type: 'decimal', scale: 15, required: false });
    expect(field('ChargePeriodStart')).toMatchObject({ type: 'datetime', required: true });
    expect(field('BillingAccountId')).toMatchObject({ type: 'string' });
    expect(field('Tags')).toMatchObject({ type: 'json', required: false });
    expect(proposal.eventTimeField).toBe('ChargePeriodStart');
  });
});

describe.skipIf(!existsSync(AZURE))('azure_llm_code.csv', () => {
  it('sums to the exact totals', async () => {
    const rows = await rowsOf(AZURE, azure, {});
    expect(rows).toHaveLength(8_819);
    expect([sum(rows, 1), sum(rows, 2)]).toEqual(['18059974', '245896']);
    expect([rows[0]?.[0], rows.at(-1)?.[0]]).toEqual([
      '2023-11-16T18:17:03.979960Z',
      '2023-11-16T19:14:19.928016Z',
    ]);
    expect(rows.at(-1)?.slice(-2)).toEqual(['f', '8820']);
  });

  it('is understood from a sample', async () => {
    const proposal = await detectDefinition('csv', createReadStream(AZURE));
    expect(proposal).toMatchObject({
      fields: azure.fields,
      eventIdFields: ['$file', '$line'],
      eventTimeField: 'TIMESTAMP',
    });
  });
});
