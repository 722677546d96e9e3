// The canonical text of every field type: by example, and decimals against big.js.
import { Big } from 'big.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldReader } from '../../src/definitions/index.ts';
import type { EventField } from '../../src/definitions/index.ts';
import { NumberText } from '../../src/definitions/values/numeral.ts';
import { parseJson } from '../../src/definitions/json/parse-json.ts';

type Field = Pick<EventField, 'type' | 'scale' | 'format'>;

function read(field: Field, raw: unknown, timeZone = 'UTC', origin: 'typed' | 'text' = 'typed'): string {
  const value = fieldReader(field, timeZone, origin)(raw);
  return typeof value === 'string' ? value : `! ${value.problem}`;
}

describe('decimal', () => {
  const field = { type: 'decimal', scale: 4 } as const;

  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['00012', '12'],
    ['1.50', '1.5'],
    ['1.00000000000000000000', '1'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['+5.25', '5.25'],
    ['-123.4567', '-123.4567'],
    ['1e3', '1000'],
    ['1.2345E2', '123.45'],
    ['12345e-4', '1.2345'],
    ['0e999999999999', '0'],
    ['9999999999999999999999999999999999.9999', '9999999999999999999999999999999999.9999'],
  ])('%s is %s', (text, canonical) => {
    expect(read(field, text)).toBe(canonical);
    expect(read(field, new NumberText(text))).toBe(canonical);
  });

  it.each([
    ['1.23456', 'has 5 decimals, the field holds 4'],
    ['1e-5', 'has 5 decimals'],
    ['1e-999999999999', 'decimals'],
    ['10000000000000000000000000000000000', 'more than 34 digits'],
    ['1e999999999999', 'more than 34 digits'],
    ['NaN', 'is not a number'],
    ['Infinity', 'is not a number'],
    ['-Inf', 'is not a number'],
    ['', 'is not a number'],
    ['.', 'is not a number'],
    ['-', 'is not a number'],
    ['1,000', 'is not a number'],
    ['1.2.3', 'is not a number'],
    ['0x10', 'is not a number'],
    [' 1', 'is not a number'],
    ['1_000', 'is not a number'],
    ['١', 'is not a number'],
  ])('%s is refused', (text, reason) => {
    const value = read(field, text);
    expect(value.startsWith('! ')).toBe(true);
    expect(value).toContain(reason);
  });

  it('refuses what is no number', () => {
    expect(read(field, true)).toContain('expected a number, found a boolean');
    expect(read(field, [1])).toContain('found an array');
    expect(read(field, { a: 1 })).toContain('found an object');
  });

  it('agrees with big.js on every numeral', () => {
    const numeral = fc
      .tuple(
        fc.constantFrom('', '-', '+'),
        fc.stringMatching(/^\d{1,25}$/),
        fc.stringMatching(/^\d{0,22}$/),
        fc.constantFrom('', 'e0', 'e3', 'E-2', 'e+7', 'e-12'),
      )
      .map(([sign, whole, fraction, exponent]) => `${sign}${whole}.${fraction}${exponent}`);
    fc.assert(
      fc.property(numeral, fc.integer({ min: 0, max: 18 }), (text, scale) => {
        // big.js takes no plus and no point without digits after it.
        const exact = new Big(text.replace(/^\+/, '').replace(/\.(?=$|e)/i, ''));
        const plain = exact.toFixed().replace(/^-0$/, '0');
        const [whole = '', fraction = ''] = plain.replace('-', '').split('.');
        const fits = fraction.length <= scale && (whole === '0' ? 0 : whole.length) <= 38 - scale;
        const value = read({ type: 'decimal', scale }, text);
        if (fits) expect(value).toBe(plain);
        else expect(value.startsWith('! ')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads its own output as itself', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const value = read({ type: 'decimal', scale: 18 }, number);
        if (!value.startsWith('! ')) {
          expect(read({ type: 'decimal', scale: 18 }, value)).toBe(value);
          expect(new Big(value).eq(number)).toBe(true);
        }
      }),
    );
  });
});

describe('integer', () => {
  const field = { type: 'integer' } as const;

  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['007', '7'],
    ['1.0', '1'],
    ['1e3', '1000'],
    ['9223372036854775807', '9223372036854775807'],
    ['-9223372036854775808', '-9223372036854775808'],
  ])('%s is %s', (text, canonical) => expect(read(field, text)).toBe(canonical));

  it.each([
    ['9223372036854775808', 'outside 64 bits'],
    ['-9223372036854775809', 'outside 64 bits'],
    ['12345678901234567890', 'outside 64 bits'],
    ['1e40', 'more than 38 digits'],
    ['1.5', 'is not an integer'],
    ['1e-1', 'is not an integer'],
    ['NaN', 'is not a number'],
    ['', 'is not a number'],
    ['abc', 'is not a number'],
  ])('%s is refused', (text, reason) => expect(read(field, text)).toContain(reason));

  it('takes JSON numbers, negative zero included', () => {
    expect(read(field, 42)).toBe('42');
    expect(read(field, -0)).toBe('0');
    expect(read(field, 1.5)).toContain('is not an integer');
    expect(read(field, parseJson('12345678901234567'))).toBe('12345678901234567');
  });
});

describe('string and boolean', () => {
  it('keeps texts as they are', () => {
    for (const text of ['', ' a ', 'é🎉', "'; DROP TABLE events; --", '<b>', '\u0001']) {
      expect(read({ type: 'string' }, text)).toBe(text);
    }
  });

  it('refuses a number for a string, and half of a surrogate pair', () => {
    expect(read({ type: 'string' }, 5)).toBe('! expected a text, found a number');
    expect(read({ type: 'string' }, new NumberText('5'))).toBe('! expected a text, found a number');
    expect(read({ type: 'string' }, 'a\ud83d')).toContain('surrogate');
  });

  it('takes true and false in any case, nothing else', () => {
    expect([true, 'true', 'TRUE', 'True'].map((raw) => read({ type: 'boolean' }, raw))).toEqual(
      Array.from({ length: 4 }, () => 'true'),
    );
    expect(read({ type: 'boolean' }, 'False')).toBe('false');
    for (const raw of ['1', 1, 0, 'yes', '', {}]) expect(read({ type: 'boolean' }, raw)).toMatch(/^! /);
  });
});

describe('text origin', () => {
  it('drops blanks around everything but strings', () => {
    expect(read({ type: 'decimal', scale: 2 }, ' 1.50 ', 'UTC', 'text')).toBe('1.5');
    expect(read({ type: 'boolean' }, 'TRUE ', 'UTC', 'text')).toBe('true');
    expect(read({ type: 'string' }, ' a ', 'UTC', 'text')).toBe(' a ');
    expect(read({ type: 'decimal', scale: 2 }, '  ', 'UTC', 'text')).toContain('is not a number');
  });

  it('reads json from text', () => {
    expect(read({ type: 'json' }, '{"b":1,"a":[1.50]}', 'UTC', 'text')).toBe('{"a":[1.5],"b":1}');
    expect(read({ type: 'json' }, '{"b":', 'UTC', 'text')).toContain('is not JSON: unexpected end');
  });
});
