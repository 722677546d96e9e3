import { describe, expect, it } from 'vitest';
import { canCast, castExpression } from '../../src/pipeline/expressions/cast.ts';
import { compileCel } from '../../src/pipeline/expressions/cel.ts';
import {
  compileConditions,
  conditionsSchema,
  type Conditions,
} from '../../src/pipeline/expressions/conditions.ts';
import { typeName } from '../../src/pipeline/expressions/rules.ts';
import type { Expression } from '../../src/pipeline/expressions/types.ts';
import type { PlanField } from '../../src/pipeline/plan.ts';

const FIELDS: readonly PlanField[] = [
  { name: 's', type: 'string' },
  { name: 'i', type: 'integer' },
  { name: 'd', type: 'decimal', scale: 2 },
  { name: 'e', type: 'decimal', scale: 18 },
  { name: 'b', type: 'boolean' },
  { name: 't', type: 'datetime' },
  { name: 'day', type: 'date' },
  { name: 'j', type: 'json' },
  { name: 'billed cost', type: 'integer' },
];

function compiled(source: string): Expression {
  const result = compileCel(source, FIELDS);
  if ('problems' in result) throw new Error(result.problems.map(({ message }) => message).join('; '));
  return result.expression;
}

function problems(source: string): string[] {
  const result = compileCel(source, FIELDS);
  return 'problems' in result ? result.problems.map(({ code, message }) => `${code}: ${message}`) : [];
}

/** The tree as text, constants with their types. */
function shown(expression: Expression): string {
  switch (expression.node) {
    case 'field':
      return expression.name;
    case 'literal':
      return `${expression.value}:${typeName(expression.type)}`;
    case 'call':
      return `${expression.operator}(${expression.arguments.map(shown).join(', ')})`;
  }
}

describe('types', () => {
  it.each([
    ['event.i + 1', 'integer'],
    ['event.i * event.i', 'integer'],
    ['event.i % 3', 'integer'],
    ['event.i / 3', 'decimal(38,18)'],
    ['event.i + 1.50', 'decimal(38,1)'],
    ['event.d + event.e', 'decimal(38,18)'],
    ['event.d * event.d', 'decimal(38,4)'],
    ['event.d * event.e', 'decimal(38,18)'],
    ['event.d % 0.125', 'decimal(38,3)'],
    ['event.s + "x"', 'string'],
    ['event.b ? event.i : event.d', 'decimal(38,2)'],
    ['event.b ? event.i : null', 'integer'],
    ['min(event.i, event.d, 0.001)', 'decimal(38,3)'],
    ['round(event.e, 4)', 'decimal(38,4)'],
    ['int(event.d)', 'integer'],
    ['decimal(event.s)', 'decimal(38,18)'],
    ['decimal(event.s, 2)', 'decimal(38,2)'],
    ['timestamp("2025-01-01T00:00:00Z")', 'datetime'],
    ['event.t > timestamp("2025-01-01T00:00:00Z") && !event.b', 'boolean'],
  ])('%s is %s', (source, type) => {
    expect(typeName(compiled(source).type)).toBe(type);
  });
});

describe('constants', () => {
  it.each([
    ['12345678901234567890.123456789012345678', '12345678901234567890.123456789012345678:decimal(38,18)'],
    ['1.50', '1.5:decimal(38,1)'],
    ['2.5e3', '2500:decimal(38,0)'],
    ['-0.0', '0:decimal(38,0)'],
    ['-9223372036854775808', '-9223372036854775808:integer'],
    ['0x10', '16:integer'],
    ['timestamp("2025-01-01T00:00:00.5+01:00")', '2024-12-31T23:00:00.500000Z:datetime'],
    ['date("2024-02-29")', '2024-02-29:date'],
  ])('%s is %s', (source, expected) => {
    expect(shown(compiled(source))).toBe(expected);
  });

  it('take the type of what they meet', () => {
    expect(shown(compiled('event.d > 5'))).toBe('greater(d, 5:decimal(38,2))');
    expect(shown(compiled('event.d > 5.125'))).toBe('greater(d, 5.125:decimal(38,3))');
    expect(shown(compiled('event.d in [1, 2.5]'))).toBe('in(d, 1:decimal(38,2), 2.5:decimal(38,2))');
    expect(shown(compiled('event.b ? 1 : 2.5'))).toBe('if(b, 1:decimal(38,1), 2.5:decimal(38,1))');
  });
});

describe('trees', () => {
  it.each([
    ['event["billed cost"] == 1', 'equal(billed cost, 1:integer)'],
    ['event.s == null', 'isNull(s)'],
    ['null != event.s', 'not(isNull(s))'],
    ['has(event.s)', 'not(isNull(s))'],
    ['event.b && event.b && event.b', 'and(b, b, b)'],
    ['event.b || (event.b || event.b)', 'or(b, b, b)'],
    ['event.b ? 1 : event.b ? 2 : 3', 'if(b, 1:integer, b, 2:integer, 3:integer)'],
    ['event.s in ["x", null]', 'or(in(s, x:string), isNull(s))'],
    ['event.i in []', 'false:boolean'],
    ['int(event.d)', 'truncate(d)'],
    ['int(event.s)', 'cast(s)'],
    ['double(event.i)', 'cast(i)'],
    ['// the first\nevent.i', 'i'],
  ])('%s', (source, expected) => {
    expect(shown(compiled(source))).toBe(expected);
  });
});

describe('problems', () => {
  it.each([
    ['event.i +', 'EXPRESSION_SYNTAX: Unexpected token: EOF (line 1, column 10)'],
    ['event.i\n  = 1', 'EXPRESSION_SYNTAX: Unexpected character: = (line 2, column 3)'],
    ['event.nope', 'EXPRESSION_UNKNOWN_FIELD: there is no field nope (line 1, column 7)'],
    [
      'quantity > 1',
      'EXPRESSION_UNKNOWN_FIELD: quantity is not known; a field is written event.quantity (line 1, column 1)',
    ],
    ['event.s > 1', 'EXPRESSION_TYPE: > takes two of one type, not string and integer (line 1, column 1)'],
    ['event.s + 1', 'EXPRESSION_TYPE: + takes integer or decimal, not string (line 1, column 1)'],
    ['event.i && event.b', 'EXPRESSION_TYPE: && takes boolean, not integer (line 1, column 1)'],
    [
      'event.i ? 1 : 2',
      'EXPRESSION_TYPE: the condition before ? takes boolean, not integer (line 1, column 1)',
    ],
    [
      'event.b ? 1 : "x"',
      'EXPRESSION_TYPE: ?: takes two of one type, not integer and string (line 1, column 1)',
    ],
    ['event.i + null', 'EXPRESSION_TYPE: + takes integer or decimal, not null (line 1, column 1)'],
    [
      'event.j > "x"',
      'EXPRESSION_TYPE: > takes integer or decimal or string or datetime or date, not json (line 1, column 1)',
    ],
    ['event.s.foo()', 'EXPRESSION_TYPE: there is no function foo here (line 1, column 1)'],
    ['event.s.contains()', 'EXPRESSION_TYPE: contains does not take 1 values (line 1, column 1)'],
    [
      'event.j.key',
      'EXPRESSION_TYPE: a field is written event.name or event["name"]; values have no fields of their own (line 1, column 9)',
    ],
    ['event.s in "abc"', 'EXPRESSION_TYPE: in takes a list, such as ["a", "b"] (line 1, column 1)'],
    [
      '9223372036854775808',
      'EXPRESSION_TYPE: 9223372036854775808 is not an integer of 64 bits; write 9223372036854775808.0 for a decimal (line 1, column 1)',
    ],
    [
      '0.1234567890123456789',
      'EXPRESSION_TYPE: 0.1234567890123456789 has more than 38 digits, or more than 18 after the point (line 1, column 1)',
    ],
    [
      'timestamp("2025-02-30T00:00:00Z")',
      'EXPRESSION_TYPE: "2025-02-30T00:00:00Z" is not a datetime such as 2026-01-31T09:30:00Z (line 1, column 1)',
    ],
    [
      'event.t.getHours("Mars/Olympus")',
      'EXPRESSION_TYPE: the time zone of getHours must be a constant IANA name (line 1, column 1)',
    ],
    [
      'event.s.matches(event.s)',
      'EXPRESSION_REGEXP: the pattern of matches must be a constant text (line 1, column 1)',
    ],
    ['bool(event.i)', 'EXPRESSION_TYPE: integer cannot become boolean (line 1, column 1)'],
    ['1u', 'EXPRESSION_TYPE: unsigned and bytes constants are not supported (line 1, column 1)'],
    ['{"a": 1}', 'EXPRESSION_TYPE: maps and optional values are not supported (line 1, column 1)'],
    ['[1, 2].exists(x, x > 1)', 'EXPRESSION_TYPE: there is no function exists here (line 1, column 1)'],
  ])('%s', (source, expected) => {
    expect(problems(source)).toEqual([expected]);
  });

  it('are all reported', () => {
    expect(
      problems('event.x + event.y > 1 && foo(event.z)').map((problem) => problem.split(' (')[0]),
    ).toEqual([
      'EXPRESSION_UNKNOWN_FIELD: there is no field x',
      'EXPRESSION_UNKNOWN_FIELD: there is no field y',
      'EXPRESSION_TYPE: there is no function foo here',
    ]);
  });

  it.each(['(a', '(?<n>a)', '\\p{Emoji}', '\\1', '(?=a)', 'a{2000}', '\\pL{300}', 'x'.repeat(1001)])(
    'the pattern %s is refused',
    (pattern) => {
      expect(problems(`event.s.matches(r'${pattern}')`)[0]).toMatch(/^EXPRESSION_REGEXP/);
    },
  );

  it.each([
    ['long sources', `event.i == ${'1'.repeat(9000)}`],
    ['deep nesting', `${'('.repeat(200)}event.i${')'.repeat(200)}`],
    ['deep trees', `event.i${' + event.i'.repeat(60)}`],
    ['many negations', `${'!'.repeat(7000)}event.b`],
    ['many divisions', Array.from({ length: 40 }, () => 'event.i / 3 > 1.0').join(' || ')],
  ])('%s are refused', (_, source) => {
    expect(problems(source)[0]).toMatch(/^EXPRESSION_TOO_LARGE/);
  });
});

describe('casts', () => {
  it('keep what is of the type already', () => {
    const field = compiled('event.d');
    expect(castExpression(field, { type: 'decimal', scale: 2 })).toBe(field);
    expect(shown(castExpression(field, { type: 'decimal', scale: 4 }))).toBe('cast(d)');
  });

  it('know which exist', () => {
    expect(canCast({ type: 'string' }, { type: 'date' })).toBe(true);
    expect(canCast({ type: 'boolean' }, { type: 'integer' })).toBe(false);
    expect(canCast({ type: 'json' }, { type: 'json' })).toBe(true);
  });
});

describe('conditions', () => {
  const problemsOf = (conditions: Conditions) => {
    const result = compileConditions(conditions, FIELDS);
    return 'problems' in result ? result.problems.map(({ pointer, code }) => `${pointer} ${code}`) : [];
  };

  it('become the tree that CEL would', () => {
    const result = compileConditions(
      {
        any: [
          { field: 'd', op: 'gte', value: '2.50' },
          { all: [{ field: 's', op: 'notIn', value: ['a', 'b'] }] },
        ],
      },
      FIELDS,
    );
    const same = compileCel('event.d >= 2.5 || !(event.s in ["a", "b"])', FIELDS);
    expect(result).toEqual(same);
  });

  it('report every problem with its place', () => {
    expect(
      problemsOf({
        all: [
          { field: 'nope', op: 'equal', value: 1 },
          {
            any: [
              { field: 'i', op: 'gt', value: '1.5' },
              { field: 'i', op: 'contains', value: '1' },
            ],
          },
          { field: 's', op: 'gt', value: 5 },
          { field: 'd', op: 'equal', value: 0.12345678901234568 },
          { field: 's', op: 'blank', value: 'x' },
          { field: 's', op: 'in', value: 'x' },
          { field: 's', op: 'equal' },
          { field: 'b', op: 'equal', value: 'yes' },
          { field: 'i', op: 'equal', value: 1, ignoreCase: true },
          { field: 'j', op: 'equal', value: '{}' },
        ],
      }),
    ).toEqual([
      '/all/0 EXPRESSION_UNKNOWN_FIELD',
      '/all/1/any/0 EXPRESSION_TYPE',
      '/all/1/any/1 EXPRESSION_TYPE',
      '/all/2 EXPRESSION_TYPE',
      '/all/3 EXPRESSION_TYPE',
      '/all/4 EXPRESSION_TYPE',
      '/all/5 EXPRESSION_TYPE',
      '/all/6 EXPRESSION_TYPE',
      '/all/7 EXPRESSION_TYPE',
      '/all/8 EXPRESSION_TYPE',
      '/all/9 EXPRESSION_TYPE',
    ]);
  });

  it('have limits', () => {
    const condition = { field: 'i', op: 'equal', value: 1 } as const;
    expect(problemsOf({ all: Array.from({ length: 1001 }, () => condition) })).toEqual([
      ' EXPRESSION_TOO_LARGE',
    ]);
    const nested = Array.from({ length: 17 }).reduce<Conditions>((group) => ({ all: [group] }), {
      any: [condition],
    });
    expect(problemsOf(nested)).toEqual([' EXPRESSION_TOO_LARGE']);
  });

  it('have a strict shape', () => {
    const accepts = (value: unknown) => conditionsSchema.safeParse(value).success;
    expect(accepts({ all: [{ any: [{ field: 'i', op: 'in', value: [1, '2'] }] }] })).toBe(true);
    expect(accepts({ all: [] })).toBe(false);
    expect(accepts({ all: [{ field: 'i', op: 'like', value: 'x' }] })).toBe(false);
    expect(accepts({ all: [{ field: 'i', op: 'equal', value: 1, extra: true }] })).toBe(false);
  });
});
