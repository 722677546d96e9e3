import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/definitions/types.ts';
import { DAY_MICROS, microsOf, textOf } from '../../src/pipeline/calendar.ts';
import type { Plan } from '../../src/pipeline/plan.ts';
import { closedRanges, cutSlices, growScope, refuseTimeFrameOverAll } from '../../src/pipeline/scope.ts';
import type { WindowUnit } from '../../src/pipeline/windows.ts';

const at = (date: string): bigint => microsOf(`${date}T00:00:00.000000Z`);
const day = (micros: bigint | undefined): string | null =>
  micros === undefined ? null : textOf(micros).slice(0, 10);
const ranges = (found: readonly { from?: bigint; to?: bigint }[]): (string | null)[][] =>
  found.map(({ from, to }) => [day(from), day(to)]);

const columns = columnsOf({
  fields: [{ name: 'at', type: 'datetime', required: true }],
  eventIdFields: ['at'],
  eventTimeField: 'at',
});
const planWith = (...units: WindowUnit[]): Plan => ({
  meterId: 'm',
  meterVersion: 1,
  nodes: [
    { node: 'scan', id: 's', fields: [], store: { number: 1, columns, idFields: ['at'] }, storeId: 'es' },
    ...units.map((unit, index) => ({
      node: 'aggregate' as const,
      id: `a${index}`,
      fields: [],
      inputs: ['s'],
      groupBy: [],
      window: { unit, count: 1, timeZone: 'UTC' },
      calls: [],
      release: 'provisional' as const,
      graceMicros: 0n,
    })),
  ],
});

describe('a scope', () => {
  it('grows to whole windows', () => {
    const grown = growScope({ from: at('2026-03-05'), to: at('2026-03-16') }, planWith('month'), []);
    expect(ranges([grown])).toEqual([['2026-03-01', '2026-04-01']]);
  });

  it('grows to whole records that an earlier version of the meter wrote', () => {
    const held = [{ from: at('2026-03-01'), to: at('2026-04-01') }];
    const grown = growScope({ from: at('2026-03-05'), to: at('2026-03-06') }, planWith('day'), held);
    expect(ranges([grown])).toEqual([['2026-03-01', '2026-04-01']]);
  });

  it('grows until it cuts neither of two kinds of window', () => {
    // 2026-03-01 and 2026-11-01 are Sundays: weeks and months meet on 2026-06-01, a Monday.
    const grown = growScope({ from: at('2026-06-03'), to: at('2026-06-04') }, planWith('week', 'month'), []);
    expect(day(grown.from)).toBe('2026-06-01');
    expect(new Date(textOf(grown.to ?? 0n)).getUTCDay()).toBe(1);
    expect(day(grown.to)?.slice(8)).toBe('01');
  });

  it('refuses a time frame for a window over all of time', () => {
    expect(() => refuseTimeFrameOverAll(planWith('all'))).toThrow(
      expect.objectContaining({ code: 'SCOPE_CUTS_WINDOW' }),
    );
  });
});

describe('slices', () => {
  const days = Array.from({ length: 60 }, (_, index) => ({
    day: at('2026-03-01') + BigInt(index) * DAY_MICROS,
    rows: 100,
  }));

  it('cover the scope without gaps, cut at window bounds only', () => {
    expect(ranges(cutSlices({}, planWith('month'), { days, held: [] }, 1_000))).toEqual([
      [null, '2026-04-01'],
      ['2026-04-01', '2026-05-01'],
      ['2026-05-01', null],
    ]);
    expect(ranges(cutSlices({}, planWith('day'), { days, held: [] }, 3_000))).toEqual([
      [null, '2026-03-31'],
      ['2026-03-31', null],
    ]);
  });

  it('do not cut held records', () => {
    const held = [{ from: at('2026-03-20'), to: at('2026-04-10') }];
    expect(ranges(cutSlices({}, planWith('day'), { days, held }, 3_000))).toEqual([
      [null, '2026-04-10'],
      ['2026-04-10', null],
    ]);
  });

  it('are one where a window is over all of time', () => {
    expect(cutSlices({}, planWith('all'), { days, held: [] }, 1)).toEqual([{}]);
  });
});

describe('closed ranges', () => {
  it('join where touched days share a window', () => {
    const touched = [at('2026-03-05'), at('2026-03-09'), at('2026-06-01')];
    expect(ranges(closedRanges(touched, planWith('month'), []))).toEqual([
      ['2026-03-01', '2026-04-01'],
      ['2026-06-01', '2026-07-01'],
    ]);
  });
});
