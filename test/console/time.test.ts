import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatInstant,
  formatSeconds,
  instantOf,
  localTime,
  toInstant,
} from '../../console/src/format/time.ts';

describe('formatInstant', () => {
  test.each([
    ['2026-03-05T14:03:22.500000Z', 'UTC', '2026-03-05 14:03:22.5'],
    ['2026-03-05T14:03:22.000000Z', 'Europe/Budapest', '2026-03-05 15:03:22'],
    ['2026-06-30T22:30:00.000001Z', 'Europe/Budapest', '2026-07-01 00:30:00.000001'],
    ['2026-01-01T00:00:00.000000Z', 'Asia/Kathmandu', '2026-01-01 05:45:00'],
    ['1969-12-31T23:59:59.999999Z', 'UTC', '1969-12-31 23:59:59.999999'],
  ])('%s in %s is %s', (instant, zone, shown) => expect(formatInstant(instant, zone)).toBe(shown));

  test('text that is no instant is shown as it is', () => expect(formatInstant('soon', 'UTC')).toBe('soon'));
});

describe('instantOf', () => {
  test.each([
    // Budapest loses 02:00 to 03:00 on 2026-03-29 and has it twice on 2026-10-25.
    ['2026-03-29', '02:30:00', 'Europe/Budapest', '2026-03-29T01:30:00.000000Z'],
    ['2026-10-25', '02:30:00', 'Europe/Budapest', '2026-10-25T00:30:00.000000Z'],
    ['2026-10-25', '03:00:00', 'Europe/Budapest', '2026-10-25T02:00:00.000000Z'],
    ['2026-11-01', '01:30:00', 'America/New_York', '2026-11-01T05:30:00.000000Z'],
    ['2026-07-01', '00:00:00', 'UTC', '2026-07-01T00:00:00.000000Z'],
  ])('%s %s in %s is %s', (date, time, zone, instant) =>
    expect(toInstant(instantOf(date, time, zone))).toBe(instant),
  );

  test('gives back the instant whose local time is unambiguous', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Budapest', 'America/New_York', 'Australia/Lord_Howe');
    const seconds = fc.integer({ min: Date.UTC(2000, 0) / 1000, max: Date.UTC(2040, 0) / 1000 });
    fc.assert(
      fc.property(seconds, zones, (second, zone) => {
        const { date, time } = localTime(second * 1000, zone);
        const again = localTime(instantOf(date, time, zone), zone);
        expect(again).toEqual({ date, time });
      }),
    );
  });
});

test.each([
  [0.4, '0 s'],
  [85, '1 min 25 s'],
  [3_725, '1 h 2 min'],
  [null, '–'],
])('%s seconds are shown as %s', (seconds, shown) => expect(formatSeconds(seconds)).toBe(shown));
