import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { castExpression } from '../../src/pipeline/expressions/cast.ts';
import { compileCel } from '../../src/pipeline/expressions/cel.ts';
import { compileConditions, type Conditions } from '../../src/pipeline/expressions/conditions.ts';
import type { Expression, ValueType } from '../../src/pipeline/expressions/types.ts';
import type { PlanField } from '../../src/pipeline/plan.ts';
import { ExpressionEngine, type Result } from './expression-engine.ts';

const FIELDS: readonly PlanField[] = [
  { name: 's', type: 'string' },
  { name: 'i', type: 'integer' },
  { name: 'd', type: 'decimal', scale: 2 },
  { name: 'e', type: 'decimal', scale: 18 },
  { name: 'b', type: 'boolean' },
  { name: 't', type: 'datetime' },
  { name: 'day', type: 'date' },
  { name: 'n', type: 'decimal', scale: 12 },
  { name: 'none', type: 'string' },
  { name: 'odd name', type: 'integer' },
];
const ROW = [
  'Hello, Wörld',
  '7',
  '-2.5',
  '0.333333333333333333',
  'true',
  '2025-10-26T00:30:15.250000Z',
  '2024-02-29',
  null,
  null,
  '-9223372036854775808',
];

let engine: ExpressionEngine;
beforeAll(async () => {
  engine = await ExpressionEngine.open();
});
afterAll(() => engine.close());

function compiled(source: string): Expression {
  const result = compileCel(source, FIELDS);
  if ('problems' in result) throw new Error(result.problems.map(({ message }) => message).join('; '));
  return result.expression;
}

const evaluated = async (expression: Expression): Promise<Result> =>
  (await engine.evaluate([expression], FIELDS, [ROW]))[0]![0]!;

/** All sources in one statement, for a statement costs more to plan than to run. */
async function check(cases: readonly (readonly [source: string, expected: Result])[]): Promise<void> {
  const [results] = await engine.evaluate(
    cases.map(([source]) => compiled(source)),
    FIELDS,
    [ROW],
  );
  expect(cases.map(([source], index) => [source, results![index]])).toEqual(cases);
}

describe('arithmetic', () => {
  it('is exact, with the stated scales', () =>
    check([
      ['event.i + 1', '8'],
      ['event.i / 2', '3.5'],
      ['1 / 3', '0.333333333333333333'],
      ['2 / 3', '0.666666666666666667'],
      ['-1 / 3', '-0.333333333333333333'],
      ['event.i % 4', '3'],
      ['-event.i % 4', '-3'],
      ['event.d % 2', '-0.5'],
      ['event.d * event.d', '6.25'],
      ['event.e * event.e', '0.111111111111111111'],
      ['event.d - 0.005', '-2.505'],
      ['0.1 + 0.2', '0.3'],
      ['123456789012345678901234567890.12345678 + 0.00000001', '123456789012345678901234567890.12345679'],
      ['event["odd name"] % -1', '0'],
      ['-9223372036854775808', '-9223372036854775808'],
      ['0xFF + 1e3', '1255'],
      ['min(event.i, 7.5, event.d)', '-2.5'],
      ['max(event.i, 7.5)', '7.5'],
      ['abs(event.d)', '2.5'],
      ['round(event.d)', '-2'],
      ['round(3.5)', '4'],
      ['round(event.e, 2)', '0.33'],
      ['floor(event.d)', '-3'],
      ['ceil(event.d)', '-2'],
      ['int(event.d)', '-2'],
    ]));

  it('of null is null', () =>
    check([
      ['event.n + 1', null],
      ['event.n * event.e', null],
      ['1 / event.n', null],
      ['event.n / 0', null],
      ['-event.n', null],
      ['min(1, event.n)', null],
      ['round(event.n, 1)', null],
    ]));

  it('fails by the row, with a code', () =>
    check([
      ['9223372036854775807 + event.i', '!EXPRESSION_OVERFLOW'],
      ['event["odd name"] * 2', '!EXPRESSION_OVERFLOW'],
      ['-event["odd name"]', '!EXPRESSION_OVERFLOW'],
      ['abs(event["odd name"])', '!EXPRESSION_OVERFLOW'],
      ['99999999999999999999999999999999999999.0 + event.i', '!EXPRESSION_OVERFLOW'],
      ['99999999999999999999999999999999999999.0 * event.i', '!EXPRESSION_OVERFLOW'],
      ['99999999999999999999999999999999999999.0 / event.i', '!EXPRESSION_OVERFLOW'],
      ['int(99999999999999999999.5)', '!EXPRESSION_OVERFLOW'],
      ['round(99999999999999999999999999999999999999.0, 2)', '!EXPRESSION_OVERFLOW'],
      ['event.i / 0', '!DIVISION_BY_ZERO'],
      ['event.d % 0.0', '!DIVISION_BY_ZERO'],
      ['event.i % 0', '!DIVISION_BY_ZERO'],
      ['(event.i / 0) + (9223372036854775807 + event.i)', '!DIVISION_BY_ZERO'],
    ]));
});

describe('logic', () => {
  it('is two-valued', () =>
    check([
      ['event.none == null', 'true'],
      ['event.s != null', 'true'],
      ['event.none == "x"', 'false'],
      ['event.none != "x"', 'true'],
      ['event.n < 1', 'false'],
      ['event.n >= 1', 'false'],
      ['!(event.n < 1)', 'true'],
      ['event.none.contains("x")', 'false'],
      ['!event.none.contains("x")', 'true'],
      ['event.n < 1 || event.b', 'true'],
      ['event.n < 1 ? "yes" : "no"', 'no'],
      ['has(event.n)', 'false'],
      ['has(event.s)', 'true'],
      ['event.none in ["a", "b"]', 'false'],
      ['event.none in ["a", null]', 'true'],
      ['event.i in []', 'false'],
      ['event.i in [1, 7.0, 9]', 'true'],
      ['event.d in [-2.500, 3]', 'true'],
      ['event.d in [-2.501]', 'false'],
    ]));

  it('does not fail for what it does not evaluate', () =>
    check([
      ['event.i == 7 || event.i / 0 > 1', 'true'],
      ['event.i / 0 > 1 || event.i == 7', '!DIVISION_BY_ZERO'],
      ['event.i == 8 && event.i / 0 > 1', 'false'],
      ['event.i == 7 && event.i / 0 > 1', '!DIVISION_BY_ZERO'],
      ['event.i == 7 ? 1 : event.i / 0', '1'],
      ['event.i == 8 ? 1 : event.i / 0', '!DIVISION_BY_ZERO'],
      ['(event.i / 0 > 1) ? 1 : 2', '!DIVISION_BY_ZERO'],
      ['has(event.n) && 10 / event.n > 1', 'false'],
    ]));

  it('compares decimals of different scales by value', () =>
    check([
      ['event.d < event.e', 'true'],
      ['99999999999999999999999999999999999999.0 > event.e', 'true'],
      ['-99999999999999999999999999999999999999.0 < event.e', 'true'],
      ['event.e < 99999999999999999999999999999999999999.0', 'true'],
      ['event.e == 99999999999999999999999999999999999999.0', 'false'],
      ['event.e != 99999999999999999999999999999999999999.0', 'true'],
      ['event.i > 6.999999999999999999', 'true'],
      ['event.n == event.e', 'false'],
      ['event.n == event.n * 1.00', 'true'],
    ]));
});

describe('texts', () => {
  it('have the functions of CEL', () =>
    check([
      ['event.s + "!"', 'Hello, Wörld!'],
      ['event.none + "!"', null],
      ['event.s.contains("Wör")', 'true'],
      ['event.s.startsWith("Hell")', 'true'],
      ['event.s.endsWith("World")', 'false'],
      ['event.s.matches("^H.*d$")', 'true'],
      ['matches(event.s, "l{3}")', 'false'],
      ['size(event.s)', '12'],
      ['size("a😀c")', '3'],
      ['event.s.lowerAscii()', 'hello, wörld'],
      ['"ÄB".lowerAscii()', 'Äb'],
      ['event.s.upperAscii()', 'HELLO, WöRLD'],
      ['" \\t\\u00a0x \\n".trim()', 'x'],
      ['event.s.substring(7)', 'Wörld'],
      ['event.s.substring(0, 5)', 'Hello'],
      ['event.s.substring(-3, 2)', 'He'],
      ['event.s.substring(10, 99)', 'ld'],
      ['event.s.substring(5, 2)', ''],
      ['event.none.substring(1)', null],
      [`"'; DROP TABLE x; --" + '"'`, `'; DROP TABLE x; --"`],
    ]));

  it('match in linear time', async () => {
    // A backtracking matcher needs seconds for 28 of these, and centuries for 5,000.
    const source = `"${'a'.repeat(5000)}!".matches("^(a+)+$")`;
    expect(await evaluated(compiled(source))).toBe('false');
  });
});

describe('times', () => {
  it('have parts in UTC and in named zones', () =>
    check([
      ['event.t.getFullYear()', '2025'],
      ['event.t.getMonth()', '9'],
      ['event.t.getDate()', '26'],
      ['event.t.getDayOfMonth()', '25'],
      ['event.t.getDayOfWeek()', '0'],
      ['event.t.getDayOfYear()', '298'],
      ['event.t.getHours()', '0'],
      ['event.t.getMinutes()', '30'],
      ['event.t.getSeconds()', '15'],
      ['event.t.getMilliseconds()', '250'],
      ['event.t.getHours("Europe/Budapest")', '2'],
      ['event.t.getDate("America/New_York")', '25'],
      ['event.day.getDayOfWeek()', '4'],
      ['int(event.t)', '1761438615'],
      ['int(timestamp("1969-12-31T23:59:59.5Z"))', '-1'],
      ['event.t >= timestamp("2025-10-26T02:30:15.25+02:00")', 'true'],
      ['event.t < timestamp("2025-10-26T00:30:15.250001Z")', 'true'],
      ['event.day == date("2024-02-29")', 'true'],
      ['date(event.t) > event.day', 'true'],
      ['timestamp(event.day)', '2024-02-29T00:00:00.000000Z'],
    ]));
});

describe('casts', () => {
  const cases: readonly (readonly [source: string, to: ValueType, expected: Result])[] = [
    ['"42"', { type: 'integer' }, '42'],
    ['"-007"', { type: 'integer' }, '-7'],
    ['"1.5"', { type: 'integer' }, '!CAST_FAILED'],
    ['"0x1F"', { type: 'integer' }, '!CAST_FAILED'],
    ['"9223372036854775808"', { type: 'integer' }, '!CAST_FAILED'],
    ['"1e3"', { type: 'decimal', scale: 2 }, '!CAST_FAILED'],
    ['"1.50000"', { type: 'decimal', scale: 2 }, '1.5'],
    ['"1.505"', { type: 'decimal', scale: 2 }, '!CAST_FAILED'],
    [
      '"12345678901234567890.123456789012345678"',
      { type: 'decimal', scale: 18 },
      '12345678901234567890.123456789012345678',
    ],
    ['"123456789012345678901"', { type: 'decimal', scale: 18 }, '!CAST_FAILED'],
    ['""', { type: 'decimal', scale: 2 }, '!CAST_FAILED'],
    ['"true"', { type: 'boolean' }, 'true'],
    ['"yes"', { type: 'boolean' }, '!CAST_FAILED'],
    ['"2025-01-01T00:00:00+02:00"', { type: 'datetime' }, '2024-12-31T22:00:00.000000Z'],
    ['"2025-01-01T00:00:00.1234567Z"', { type: 'datetime' }, '2025-01-01T00:00:00.123456Z'],
    ['"2025-02-30T00:00:00Z"', { type: 'datetime' }, '!CAST_FAILED'],
    ['"2025-01-01T24:00:00Z"', { type: 'datetime' }, '!CAST_FAILED'],
    ['"2025-01-01 00:00:00"', { type: 'datetime' }, '!CAST_FAILED'],
    ['"2025-02-28"', { type: 'date' }, '2025-02-28'],
    ['"2025-02-29"', { type: 'date' }, '!CAST_FAILED'],
    ['event.d', { type: 'integer' }, '!CAST_FAILED'],
    ['event.d * 2', { type: 'integer' }, '-5'],
    ['event.d', { type: 'decimal', scale: 0 }, '-2'],
    ['1.125', { type: 'decimal', scale: 2 }, '1.12'],
    ['1.135', { type: 'decimal', scale: 2 }, '1.14'],
    ['event.i', { type: 'decimal', scale: 18 }, '7'],
    ['event.e', { type: 'string' }, '0.333333333333333333'],
    ['event.d', { type: 'string' }, '-2.5'],
    ['event.b', { type: 'string' }, 'true'],
    ['event.t', { type: 'string' }, '2025-10-26T00:30:15.250000Z'],
    ['event.t', { type: 'date' }, '2025-10-26'],
    ['event.b', { type: 'integer' }, '!CAST_FAILED'],
    ['event.n', { type: 'integer' }, null],
    ['event.none', { type: 'datetime' }, null],
    ['event.i / 0', { type: 'string' }, '!DIVISION_BY_ZERO'],
  ];

  it('take the exact forms and nothing else', async () => {
    const casts = cases.map(([source, to]) => castExpression(compiled(source), to));
    const [results] = await engine.evaluate(casts, FIELDS, [ROW]);
    expect(cases.map(([source, to], index) => [source, to, results![index]])).toEqual(cases);
  });
});

describe('conditions', () => {
  const cases: readonly (readonly [Conditions, boolean])[] = [
    [{ all: [{ field: 's', op: 'equal', value: 'hello, WÖRLD', ignoreCase: true }] }, true],
    [{ all: [{ field: 's', op: 'equal', value: 'hello, WÖRLD' }] }, false],
    [{ all: [{ field: 's', op: 'in', value: ['a', 'HELLO, wörld'], ignoreCase: true }] }, true],
    [{ all: [{ field: 's', op: 'contains', value: 'LO', ignoreCase: true }] }, true],
    [{ all: [{ field: 's', op: 'notContains', value: 'LO' }] }, true],
    [{ all: [{ field: 's', op: 'notStartsWith', value: 'Hello' }] }, false],
    [{ all: [{ field: 's', op: 'endsWith', value: 'ld' }] }, true],
    [{ all: [{ field: 'none', op: 'notEndsWith', value: 'ld' }] }, true],
    [{ all: [{ field: 'none', op: 'notEqual', value: 'x' }] }, true],
    [{ all: [{ field: 'none', op: 'notIn', value: ['x'] }] }, true],
    [{ all: [{ field: 'none', op: 'blank' }] }, true],
    [{ all: [{ field: 'n', op: 'blank' }] }, true],
    [{ all: [{ field: 's', op: 'notBlank' }] }, true],
    [{ all: [{ field: 'n', op: 'gt', value: 1 }] }, false],
    [{ all: [{ field: 'n', op: 'lte', value: 1 }] }, false],
    [{ all: [{ field: 'd', op: 'gte', value: '-2.50' }] }, true],
    [{ all: [{ field: 'd', op: 'lt', value: '-2.499999' }] }, true],
    [{ all: [{ field: 'i', op: 'in', value: [6, '7'] }] }, true],
    [{ all: [{ field: 'odd name', op: 'equal', value: '-9223372036854775808' }] }, true],
    [{ all: [{ field: 'b', op: 'equal', value: true }] }, true],
    [{ all: [{ field: 't', op: 'gte', value: '2025-10-26T00:30:15.25Z' }] }, true],
    [{ all: [{ field: 'day', op: 'lt', value: '2024-03-01' }] }, true],
    [
      {
        any: [
          { field: 'i', op: 'gt', value: 100 },
          {
            all: [
              { field: 'i', op: 'lt', value: 8 },
              { field: 'b', op: 'equal', value: true },
            ],
          },
        ],
      },
      true,
    ],
    [
      {
        any: [
          { field: 'i', op: 'gt', value: 100 },
          { field: 's', op: 'blank' },
        ],
      },
      false,
    ],
  ];

  it('hold or do not', async () => {
    const predicates = cases.map(([conditions]) => {
      const result = compileConditions(conditions, FIELDS);
      if ('problems' in result) throw new Error(JSON.stringify(result.problems));
      return result.expression;
    });
    const [results] = await engine.evaluate(predicates, FIELDS, [ROW]);
    expect(cases.map(([conditions], index) => [conditions, results![index] === 'true'])).toEqual(cases);
  });
});

describe('size', () => {
  it('stays small for deep expressions', async () => {
    const nested = Array.from({ length: 18 }).reduce<string>(
      (inner) => `(${inner}) / 3 + event.e`,
      'event.d',
    );
    const result = await evaluated(compiled(nested));
    expect(result).toMatch(/^0\.4999/);
  });

  it('is bounded by the limits of the compilers, not by those of the engine', async () => {
    const chain = Array.from({ length: 300 }, (_, index) => `event.i + 1 == ${index}`).join(' || ');
    const tiers = Array.from({ length: 35 }, (_, index) => `event.i < ${index - 30} ? event.d + 1 : `).join(
      '',
    );
    expect(await evaluated(compiled(chain))).toBe('true');
    expect(await evaluated(compiled(`${tiers}event.i`))).toBe('7');
    const any = Array.from({ length: 990 }, (_, value) => ({ field: 'i', op: 'equal', value }) as const);
    const conditions = compileConditions({ any: [{ all: [{ any }] }] }, FIELDS);
    expect('expression' in conditions && (await evaluated(conditions.expression))).toBe('true');
  });

  it('what expressions share does not escape their guards', async () => {
    // The engine computes shared parts once, ahead of the guards that are around them.
    const rows = ['99999999999999999999999999999999999999', '1'].map((n) => [
      ...ROW.slice(0, 2),
      `${n.slice(0, -2)}.5`,
      ...ROW.slice(3),
    ]);
    const sources = [
      'event.d + event.e',
      'event.d - event.e',
      'event.d % event.e',
      'round(event.d, 18)',
      'max(event.d, event.e)',
      'event.d * event.e',
      'event.d / event.e',
    ];
    const results = await engine.evaluate(sources.map(compiled), FIELDS, rows);
    expect(results[0]).toEqual(sources.map(() => '!EXPRESSION_OVERFLOW'));
    expect(results[1]).toEqual([
      '0.833333333333333333',
      '0.166666666666666667',
      '0.166666666666666667',
      '0.5',
      '0.5',
      '0.166666666666666666',
      '1.500000000000000002',
    ]);
  });

  it('one failing row leaves the others alone', async () => {
    const rows = ['1', '0', '2', null].map((i) => [null, i, ...ROW.slice(2)]);
    const results = await engine.evaluate([compiled('10 / event.i')], FIELDS, rows);
    expect(results).toEqual([['10'], ['!DIVISION_BY_ZERO'], ['5'], [null]]);
  });
});
