import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { difference, groupCount, groupDigits } from '../../console/src/format/digits.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.integer({ min: 0, max: 18 }))
  .map(([unscaled, scale]) => toText(unscaled, scale));

/** Canonical text of unscaled / 10^scale. */
function toText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const fraction = scale === 0 ? '' : digits.slice(-scale).replace(/0+$/, '');
  const whole = scale === 0 ? digits : digits.slice(0, -scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

describe('groupDigits', () => {
  test.each([
    ['0', '0'],
    ['999', '999'],
    ['1000', '1,000'],
    ['-1234567.8901', '-1,234,567.8901'],
    ['0.000001', '0.000001'],
    ['12345678901234567890123456789012345678', '12,345,678,901,234,567,890,123,456,789,012,345,678'],
    ['not a number', 'not a number'],
  ])('%s is shown as %s', (text, shown) => expect(groupDigits(text)).toBe(shown));

  test('adds commas and changes no digit', () => {
    fc.assert(fc.property(decimal, (text) => groupDigits(text).replaceAll(',', '') === text));
  });

  test('groups a count', () => expect(groupCount(198_734)).toBe('198,734'));
});

describe('difference', () => {
  test.each([
    ['50000', '48291.123456', '-1708.876544'],
    [null, '12', '12'],
    ['12.5', null, '-12.5'],
    ['1.10', '1.1', '0'],
    ['0.1', '0.3', '0.2'],
    ['-1', '1', '2'],
  ])('from %s to %s is %s', (before, after, change) => expect(difference(before, after)).toBe(change));

  test('is exact at any size', () => {
    const scaled = fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n });
    fc.assert(
      fc.property(scaled, scaled, fc.integer({ min: 0, max: 18 }), (before, after, scale) => {
        expect(difference(toText(before, scale), toText(after, scale))).toBe(toText(after - before, scale));
      }),
    );
  });

  test('is undefined for text that is no decimal', () => expect(difference('1e3', '1')).toBeUndefined());
});
