import { describe, expect, test } from 'vitest';
import { scopeOf, wholeNumber } from '../../src/cli/options.ts';

describe('the data scope', () => {
  test('all time, two dates, two instants, none', () => {
    expect(scopeOf({ all: true })).toEqual({ kind: 'all' });
    expect(scopeOf({ from: '2026-09-01', to: '2026-09-30' })).toEqual({
      kind: 'timeFrame',
      startDate: '2026-09-01',
      endDate: '2026-09-30',
    });
    const instants = { from: '2026-09-01T00:00:00Z', to: '2026-09-02T00:00:00Z' };
    expect(scopeOf(instants)).toEqual({ kind: 'timeFrame', ...instants });
    expect(scopeOf({})).toBeUndefined();
  });

  test.each([
    [{ all: true, from: '2026-09-01', to: '2026-09-02' }, /exclude each other/],
    [{ from: '2026-09-01' }, /both --from and --to/],
    [{ to: '2026-09-01' }, /both --from and --to/],
    [{ from: '2026-09-01', to: '2026-09-02T00:00:00Z' }, /both be dates/],
  ])('%j is a wrong call', (options, message) => {
    expect(() => scopeOf(options)).toThrow(message);
  });
});

test('whole numbers keep their limits', () => {
  const parse = wholeNumber(1, 1000);
  expect(parse('1000')).toBe(1000);
  for (const bad of ['0', '1001', '1.5', '-1', 'x', '', '1e2'])
    expect(() => parse(bad)).toThrow(/from 1 to 1000/);
});
