import { describe, expect, test } from 'vitest';
import { countTicks } from '../../console/src/stores/axes.ts';
import { REST, seriesOf, stackOf } from '../../console/src/stores/series.ts';
import { bucketFor, SLOTS_MAX, slotsOf } from '../../console/src/stores/slots.ts';

const HOUR = 3_600_000;
const iso = (text: string) => `${text}.000000Z`;

describe('slotsOf', () => {
  test('fills gaps, so that missing days are seen', () => {
    const slots = slotsOf(
      [
        { from: iso('2026-09-04T00:00:00'), to: iso('2026-09-05T00:00:00'), count: 7 },
        { from: iso('2026-09-01T00:00:00'), to: iso('2026-09-02T00:00:00'), count: 5 },
      ],
      'day',
      'UTC',
    );
    expect(slots.map(({ total }) => total)).toEqual([5, 0, 0, 7]);
    expect(slots.every((slot, index) => index === 0 || slots[index - 1]?.to === slot.from)).toBe(true);
  });

  test('a gap over a clock change has days of 23 and 25 hours', () => {
    const spring = slotsOf(
      [
        { from: iso('2026-03-27T23:00:00'), to: iso('2026-03-28T23:00:00'), count: 1 },
        { from: iso('2026-03-29T22:00:00'), to: iso('2026-03-30T22:00:00'), count: 1 },
      ],
      'day',
      'Europe/Budapest',
    );
    expect(spring.map(({ from, to }) => (to - from) / HOUR)).toEqual([24, 23, 24]);
  });

  test('fills months of different length', () => {
    const slots = slotsOf(
      [
        { from: iso('2026-01-01T00:00:00'), to: iso('2026-02-01T00:00:00'), count: 1 },
        { from: iso('2026-04-01T00:00:00'), to: iso('2026-05-01T00:00:00'), count: 1 },
      ],
      'month',
      'UTC',
    );
    expect(slots.map(({ from, to }) => (to - from) / HOUR / 24)).toEqual([31, 28, 31, 30]);
  });

  test('merges the groups of a bucket and names what has no value', () => {
    const span = { from: iso('2026-09-01T00:00:00'), to: iso('2026-09-02T00:00:00') };
    const [slot] = slotsOf(
      [
        { ...span, count: 2, group: 'asia' },
        { ...span, count: 3, group: null },
      ],
      'day',
      'UTC',
    );
    expect(slot?.total).toBe(5);
    expect(slot?.counts).toEqual(
      new Map([
        ['asia', 2],
        ['(none)', 3],
      ]),
    );
  });

  test('an endless gap is cut', () => {
    const slots = slotsOf(
      [
        { from: iso('1970-01-01T00:00:00'), to: iso('1970-01-01T00:01:00'), count: 1 },
        { from: iso('2026-01-01T00:00:00'), to: iso('2026-01-01T00:01:00'), count: 1 },
      ],
      'minute',
      'UTC',
    );
    expect(slots).toHaveLength(SLOTS_MAX);
  });
});

describe('series', () => {
  const slot = {
    from: 0,
    to: 1,
    total: 45,
    counts: new Map(groups().map((name, index) => [name, index + 1])),
  };
  function groups(): string[] {
    return ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
  }

  test('the seven largest groups have a colour each, the others share one', () => {
    const series = seriesOf([slot]);
    expect(series.map(({ name }) => name)).toEqual(['c', 'd', 'e', 'f', 'g', 'h', 'i', REST]);
    expect(new Set(series.map(({ fill }) => fill)).size).toBe(8);
  });

  test('a stack adds up to all events of its slot', () => {
    const stack = stackOf(slot, seriesOf([slot]));
    expect(stack).toEqual([3, 4, 5, 6, 7, 8, 9, 3]);
    expect(stack.reduce((sum, count) => sum + count, 0)).toBe(slot.total);
  });
});

test.each([
  [2 * HOUR, 'minute'],
  [5 * 24 * HOUR, 'hour'],
  [30 * 24 * HOUR, 'day'],
  [5 * 366 * 24 * HOUR, 'month'],
])('a span of %d ms is shown per %s', (span, unit) => expect(bucketFor(span)).toBe(unit));

test.each([
  [0, [0]],
  [3, [0, 1, 2, 3]],
  [7_180, [0, 2_000, 4_000, 6_000, 8_000]],
])('counts up to %d are marked at %j', (max, ticks) => expect(countTicks(max)).toEqual(ticks));
