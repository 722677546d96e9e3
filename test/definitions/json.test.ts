// JSON without loss: against JSON.parse, and digits kept where JSON.parse loses them.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonSyntaxError, parseLossless } from '../../src/definitions/json/lossless-json.ts';
import { mayLoseDigits, parseJson } from '../../src/definitions/json/parse-json.ts';
import { canonicalJson, canonicalNumber, JSON_DEPTH_MAX } from '../../src/definitions/values/json.ts';
import { NumberText } from '../../src/definitions/values/numeral.ts';

/** What JSON.parse would have made of it. */
function withFloats(value: unknown): unknown {
  if (value instanceof NumberText) return Number(value.text);
  if (Array.isArray(value)) return value.map(withFloats);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withFloats(member)]));
}

describe('parseLossless', () => {
  it('agrees with JSON.parse on every document', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(withFloats(parseLossless(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('agrees with JSON.parse on what is JSON at all', () => {
    const tokens = `{ } [ ] , : "a" " \\ \\u00e9 1 - 0 .5 e1 true null nul 01 1. ' + \u0007`.split(' ');
    const piece = fc.constantFrom(' ', '\n', '\t', ...tokens);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        let expected: unknown = 'refused';
        try {
          expected = { value: JSON.parse(text) as unknown };
        } catch {
          expect(() => parseLossless(text)).toThrow(JsonSyntaxError);
        }
        if (expected !== 'refused') expect({ value: withFloats(parseLossless(text)) }).toEqual(expected);
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes the last of equal keys, and __proto__ as a key', () => {
    expect(parseLossless('{"a":1,"a":2}')).toEqual({ a: 2 });
    const value = parseLossless('{"__proto__":{"polluted":true}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect('polluted' in value).toBe(false);
  });

  it('names the position', () => {
    expect(() => parseLossless('{"a":1,}')).toThrow('expected a key in double quotes at character 8');
    expect(() => parseLossless('[1 2]')).toThrow('expected "," or "]" at character 4');
    expect(() => parseLossless('')).toThrow('unexpected end at character 1');
    expect(() => parseLossless('"abc')).toThrow('string without an end');
    expect(() => parseLossless('"\\x"')).toThrow('bad escape');
  });

  it('refuses nesting that would exhaust the stack', () => {
    expect(() => parseLossless('['.repeat(100_000))).toThrow('nested deeper than');
  });
});

describe('parseJson', () => {
  it('keeps every digit of every number', () => {
    const literal = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.bigInt({ min: 0n, max: 10n ** 30n }),
        fc.stringMatching(/^(\.\d{1,25})?$/),
        fc.constantFrom('', 'e5', 'E-7', 'e+20', 'e-320'),
      )
      .map(([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction}${exponent}`);
    fc.assert(
      fc.property(fc.array(literal), (literals) => {
        const parsed = parseJson(`{"a":[${literals.join(', ')}]}`) as { a: unknown[] };
        expect(parsed.a.map((number) => canonicalNumber(String(number)))).toEqual(
          literals.map(canonicalNumber),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves to JSON.parse what that reads exactly', () => {
    expect(
      mayLoseDigits('{"a":123456789012345,"b":0.25,"c":1e-7,"d":"2026-01-01T00:00:00.123456789Z"}'),
    ).toBe(false);
    expect(mayLoseDigits('[1234567890123456]')).toBe(true);
    expect(mayLoseDigits(`[${' '.repeat(40)}0.12345678901234]`)).toBe(true);
    expect(mayLoseDigits('[1e-400]')).toBe(true);
  });

  it('finds a run of 16 wherever it stands', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.integer({ min: 10, max: 20 }), fc.nat(50), (before, run, after) => {
        const text = `${'x'.repeat(before)}${'7'.repeat(run)}${'x'.repeat(after)}`;
        expect(mayLoseDigits(text)).toBe(run >= 16);
      }),
    );
  });
});

describe('canonical json', () => {
  it('sorts keys, drops blanks, keeps numbers exactly in one spelling', () => {
    const text = '{ "b": [1.50, 1e3, -0, 15e-1], "a": {"z": null, "y": true, "é": "\\u00e9\\n"} }';
    expect(canonicalJson(parseJson(text))).toBe('{"a":{"y":true,"z":null,"é":"é\\n"},"b":[1.5,1000,0,1.5]}');
    expect(canonicalJson(parseJson('[123456789012345678901234567890.5, 1.000000000000000000]'))).toBe(
      '[1.234567890123456789012345678905e+29,1]',
    );
  });

  it('spells a number alike whether JSON.parse read it or not', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(canonicalNumber(String(number))).toBe(JSON.stringify(number));
        expect(canonicalNumber(number.toExponential())).toBe(JSON.stringify(number));
      }),
    );
  });

  it('is a fixed point', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const once = canonicalJson(parseJson(JSON.stringify(value)));
        expect(typeof once).toBe('string');
        expect(canonicalJson(parseJson(once as string))).toBe(once);
      }),
    );
  });

  it('refuses a number that JSON.parse reads as infinity, however it was read', () => {
    expect(canonicalJson(parseJson('[1e400]'))).toHaveProperty('problem');
    expect(canonicalJson(parseJson('[1e400, 1234567890123456]'))).toHaveProperty('problem');
    expect(canonicalJson(parseJson('[1e-400]'))).toBe('[1e-400]');
  });

  it('refuses deep nesting', () => {
    const deep = (levels: number): unknown => parseJson(`${'['.repeat(levels)}${']'.repeat(levels)}`);
    expect(canonicalJson(deep(JSON_DEPTH_MAX))).toBe('['.repeat(JSON_DEPTH_MAX) + ']'.repeat(JSON_DEPTH_MAX));
    expect(canonicalJson(deep(JSON_DEPTH_MAX + 2))).toHaveProperty('problem');
  });
});
