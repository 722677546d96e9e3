import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  microsOf,
  nextWindow,
  textOf,
  windowContaining,
  windowProblems,
  zoneOffsets,
} from '../../src/pipeline/calendar.ts';
import type { Window, WindowUnit } from '../../src/pipeline/windows.ts';

const window = (unit: WindowUnit, options: Partial<Window> = {}): Window => ({
  unit,
  count: 1,
  timeZone: 'UTC',
  ...options,
});

/** The window that contains an instant, as `start/end` without the zero fraction. */
function containing(of: Window, instant: string): string {
  const { start, end } = windowContaining(of, microsOf(instant));
  return [start, end].map((bound) => textOf(bound!).replace('.000000', '')).join('/');
}

const HOUR = 3_600_000_000n;

describe('canonical instants', () => {
  it('carry six fraction digits and survive both ways', () => {
    expect(textOf(microsOf('2026-06-04T15:23:54.1Z'))).toBe('2026-06-04T15:23:54.100000Z');
    expect(textOf(microsOf('1969-12-31T23:59:59.999999Z'))).toBe('1969-12-31T23:59:59.999999Z');
    fc.assert(
      fc.property(fc.bigInt(-62_135_596_800_000_000n, 253_402_300_799_999_999n), (micros) => {
        expect(microsOf(textOf(micros))).toBe(micros);
      }),
    );
  });
});

describe('day windows', () => {
  it.each([
    ['2025-03-30T12:00:00Z', '2025-03-29T23:00:00Z/2025-03-30T22:00:00Z', 23n],
    ['2025-10-26T12:00:00Z', '2025-10-25T22:00:00Z/2025-10-26T23:00:00Z', 25n],
  ])('in Europe/Budapest at %s are %s', (instant, expected, hours) => {
    const day = window('day', { timeZone: 'Europe/Budapest' });
    expect(containing(day, instant)).toBe(expected);
    const { start, end } = windowContaining(day, microsOf(instant));
    expect(end! - start!).toBe(hours * HOUR);
  });

  it('begin with the change of the clock where it skips midnight', () => {
    const day = window('day', { timeZone: 'America/Sao_Paulo' });
    expect(containing(day, '2018-11-04T12:00:00Z')).toBe('2018-11-04T03:00:00Z/2018-11-05T02:00:00Z');
    expect(containing(day, '2018-11-04T02:59:59Z')).toBe('2018-11-03T03:00:00Z/2018-11-04T03:00:00Z');
  });

  it('do not begin twice where the clock goes back over midnight', () => {
    // St. John's went from 00:01 back to 23:01: the first minute of the day came before the change.
    const day = window('day', { timeZone: 'America/St_Johns' });
    const expected = '2009-11-01T02:30:00Z/2009-11-02T03:30:00Z';
    expect(containing(day, '2009-11-01T02:30:30Z')).toBe(expected);
    expect(containing(day, '2009-11-01T02:45:00Z')).toBe(expected);
    expect(containing(day, '2009-11-01T04:00:00Z')).toBe(expected);
  });

  it('of two days count from Monday 1970-01-05', () => {
    const two = window('day', { count: 2 });
    expect(containing(two, '1970-01-06T23:00:00Z')).toBe('1970-01-05T00:00:00Z/1970-01-07T00:00:00Z');
    expect(containing(two, '1970-01-04T00:00:00Z')).toBe('1970-01-03T00:00:00Z/1970-01-05T00:00:00Z');
  });
});

describe('minute and hour windows', () => {
  it('count elapsed time where the clock goes back', () => {
    const hour = window('hour', { timeZone: 'Europe/Budapest' });
    expect(containing(hour, '2025-10-26T00:30:00Z')).toBe('2025-10-26T00:00:00Z/2025-10-26T01:00:00Z');
    expect(containing(hour, '2025-10-26T01:30:00Z')).toBe('2025-10-26T01:00:00Z/2025-10-26T02:00:00Z');
  });

  it('restart at local midnight, so that the last may be short', () => {
    const seven = window('hour', { count: 7, timeZone: 'Asia/Kathmandu' });
    expect(containing(seven, '2025-01-01T17:00:00Z')).toBe('2025-01-01T15:15:00Z/2025-01-01T18:15:00Z');
    expect(containing(seven, '2025-01-01T18:15:00Z')).toBe('2025-01-01T18:15:00Z/2025-01-02T01:15:00Z');
  });
});

describe('calendar windows', () => {
  it.each<[string, Window, string, string]>([
    ['week', window('week'), '2025-06-01T12:00:00Z', '2025-05-26T00:00:00Z/2025-06-02T00:00:00Z'],
    [
      'week from Sunday',
      window('week', { anchorDay: 7 }),
      '2025-06-01T12:00:00Z',
      '2025-06-01T00:00:00Z/2025-06-08T00:00:00Z',
    ],
    ['month', window('month'), '2024-02-29T12:00:00Z', '2024-02-01T00:00:00Z/2024-03-01T00:00:00Z'],
    [
      'two months',
      window('month', { count: 2 }),
      '2024-04-30T12:00:00Z',
      '2024-03-01T00:00:00Z/2024-05-01T00:00:00Z',
    ],
    [
      'month from the 31st',
      window('month', { anchorDay: 31 }),
      '2025-02-28T00:00:00Z',
      '2025-02-28T00:00:00Z/2025-03-31T00:00:00Z',
    ],
    [
      'month from the 15th',
      window('month', { anchorDay: 15 }),
      '2025-03-14T23:59:59Z',
      '2025-02-15T00:00:00Z/2025-03-15T00:00:00Z',
    ],
    ['quarter', window('quarter'), '2025-05-05T00:00:00Z', '2025-04-01T00:00:00Z/2025-07-01T00:00:00Z'],
    [
      'year from 6 January',
      window('year', { anchorDay: 6 }),
      '2025-01-05T00:00:00Z',
      '2024-01-06T00:00:00Z/2025-01-06T00:00:00Z',
    ],
  ])('%s', (_, of, instant, expected) => {
    expect(containing(of, instant)).toBe(expected);
  });

  it('of unit all have no bounds', () => {
    expect(windowContaining(window('all'), 0n)).toEqual({ start: null, end: null });
    expect(nextWindow(window('all'), { start: null, end: null })).toBeUndefined();
  });
});

describe('every window', () => {
  const zones = [
    'UTC',
    'Europe/Budapest',
    'America/St_Johns',
    'Asia/Beirut',
    'Australia/Lord_Howe',
    'Pacific/Apia',
  ];
  const units = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;

  it('contains its instant and touches the next', () => {
    const instants = fc.bigInt(microsOf('1990-01-01T00:00:00Z'), microsOf('2030-01-01T00:00:00Z'));
    const windows = fc.record({
      unit: fc.constantFrom(...units),
      count: fc.integer({ min: 1, max: 24 }),
      timeZone: fc.constantFrom(...zones),
    });
    fc.assert(
      fc.property(windows, instants, (of, instant) => {
        const bounds = windowContaining(of, instant);
        expect(bounds.start! <= instant && instant < bounds.end!).toBe(true);
        expect(windowContaining(of, bounds.start!)).toEqual(bounds);
        expect(windowContaining(of, bounds.end! - 1n)).toEqual(bounds);
        expect(nextWindow(of, bounds)?.start).toBe(bounds.end);
      }),
      { numRuns: 200 },
    );
  });
});

describe('zoneOffsets', () => {
  it('lists the changes in a range', () => {
    const found = zoneOffsets(
      'Europe/Budapest',
      microsOf('2025-01-01T00:00:00Z'),
      microsOf('2025-12-31T00:00:00Z'),
    );
    expect(found).toEqual({
      initial: HOUR,
      transitions: [
        { instant: microsOf('2025-03-30T01:00:00Z'), before: HOUR, after: 2n * HOUR },
        { instant: microsOf('2025-10-26T01:00:00Z'), before: 2n * HOUR, after: HOUR },
      ],
    });
  });

  it('is empty where the clock does not change', () => {
    expect(
      zoneOffsets('Asia/Kathmandu', microsOf('2000-01-01T00:00:00Z'), microsOf('2030-01-01T00:00:00Z')),
    ).toEqual({
      initial: (HOUR * 23n) / 4n,
      transitions: [],
    });
  });
});

describe('windowProblems', () => {
  const codes = (of: Window) => windowProblems(of).map(({ code }) => code);

  it('accepts windows that can be', () => {
    expect(codes(window('hour', { count: 24, timeZone: 'Europe/Budapest' }))).toEqual([]);
    expect(codes(window('month', { anchorDay: 31 }))).toEqual([]);
    expect(codes(window('all'))).toEqual([]);
  });

  it('reports every problem at once', () => {
    expect(codes(window('hour', { count: 25, timeZone: 'Mars/Olympus', anchorDay: 3 }))).toEqual([
      'WINDOW_COUNT_INVALID',
      'TIME_ZONE_UNKNOWN',
      'WINDOW_ANCHOR_INVALID',
    ]);
    expect(codes(window('week', { count: 0.5, anchorDay: 8 }))).toEqual([
      'WINDOW_COUNT_INVALID',
      'WINDOW_ANCHOR_INVALID',
    ]);
    expect(codes(window('all', { count: 2 }))).toEqual(['WINDOW_COUNT_INVALID']);
  });
});
