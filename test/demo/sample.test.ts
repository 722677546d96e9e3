import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ACCOUNTS } from '../../src/cli/demo/accounts.ts';
import { expectedTotals, grandTotal, unitsText } from '../../src/cli/demo/expected.ts';
import { csvParts } from '../../src/cli/demo/sample-files.ts';
import { LATE_FROM_MS, makeSample, MONTH_START_MS } from '../../src/cli/demo/sample.ts';

const sample = makeSample(20_000);
const all = [...sample.onTime, ...sample.late];

describe('the demo sample', () => {
  test('is the same on every machine', () => {
    const hash = createHash('sha256');
    for (const part of csvParts(sample.files.asia)) hash.update(part);
    expect(hash.digest('hex')).toBe('1c70b7729f530d3a1828d1d6b10b5fcaae4c5739a4bf583f0cb202dee3c74cc0');
    expect(makeSample(20_000)).toEqual(sample);
  });

  test('has as many distinct requests as asked for, each id with one content', () => {
    expect(new Set(all.map(({ requestId }) => requestId)).size).toBe(20_000);
    expect(all).toHaveLength(20_000);
    const content = new Map(all.map((request) => [request.requestId, request]));
    for (const request of Object.values(sample.files).flat()) {
      expect(content.get(request.requestId)).toBe(request);
    }
  });

  test('lies inside the month, bills every account, and comes out of order', () => {
    const times = all.map(({ timeMs }) => timeMs);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(MONTH_START_MS);
    expect(Math.max(...times)).toBeLessThan(MONTH_START_MS + 30 * 86_400_000);
    expect(new Set(sample.onTime.map(({ account }) => account)).size).toBe(ACCOUNTS.length);
    for (const file of Object.values(sample.files)) {
      const backwards = file.filter((request, index) => request.timeMs < (file[index - 1]?.timeMs ?? 0));
      expect(backwards.length).toBeGreaterThan(10);
    }
  });

  test('keeps back exactly the last ten days of North America', () => {
    const america = all.filter(({ region }) => region === 'north-america');
    expect(sample.late).toEqual(america.filter(({ timeMs }) => timeMs >= LATE_FROM_MS));
    expect(sample.late.length).toBeGreaterThan(1_000);
  });

  test('counts its duplicates: what the files hold beyond the first sight of an id', () => {
    const { asia, europe, 'north-america': america, lateNorthAmerica } = sample.files;
    const seen = new Set<string>();
    const again = (ids: readonly string[]): number =>
      ids.filter((id) => seen.has(id) || seen.add(id) === undefined).length;
    const idsOf = (file: typeof asia): string[] => file.map(({ requestId }) => requestId);
    expect(again([...idsOf(asia), ...idsOf(europe), ...idsOf(america)])).toBe(sample.duplicates.onTime);
    expect(again(idsOf(lateNorthAmerica))).toBe(sample.duplicates.late);
  });

  test('has one wrong event in two hundred, of three accounts', () => {
    expect(sample.wrong).toHaveLength(100);
    expect(new Set(sample.wrong.map(({ account }) => account)).size).toBe(3);
  });
});

describe('the expected totals', () => {
  const expected = expectedTotals(sample);

  test('grow by the late file and shrink by the wrong events, exactly', () => {
    const micro = (requests: typeof all): bigint =>
      requests.reduce((sum, { microUnits }) => sum + BigInt(microUnits), 0n);
    expect(grandTotal(expected.complete)).toBe(grandTotal(expected.onTime) + micro([...sample.late]));
    expect(grandTotal(expected.corrected)).toBe(grandTotal(expected.complete) - micro([...sample.wrong]));
    expect(grandTotal(expected.complete)).toBe(micro(all));
  });

  test('leave most accounts alone: one in three has no late usage, three have wrong events', () => {
    const changed = (from: typeof expected.onTime, to: typeof expected.onTime): number =>
      [...to].filter(([account, total]) => from.get(account) !== total).length;
    expect(changed(expected.onTime, expected.complete)).toBe(40);
    expect(changed(expected.complete, expected.corrected)).toBe(3);
  });

  test.each([
    [0n, '0'],
    [1n, '0.000001'],
    [1_500_000n, '1.5'],
    [-20n, '-0.00002'],
    [123_456_789_000_000n, '123456789'],
  ])('writes %s millionths as %s', (micro, text) => {
    expect(unitsText(micro)).toBe(text);
  });
});
