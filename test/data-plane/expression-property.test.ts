import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decimalLiteral, integerLiteral } from '../../src/pipeline/expressions/literals.ts';
import {
  and,
  arithmetic,
  call,
  conditional,
  equality,
  extreme,
  isNull,
  membership,
  not,
  or,
  ordering,
  rounding,
  sameNumber,
} from '../../src/pipeline/expressions/rules.ts';
import type { Expression } from '../../src/pipeline/expressions/types.ts';
import type { PlanField } from '../../src/pipeline/plan.ts';
import { ExpressionEngine } from './expression-engine.ts';
import { reference } from './expression-reference.ts';

const FIELDS: readonly PlanField[] = [
  { name: 'i', type: 'integer' },
  { name: 'j', type: 'integer' },
  { name: 'd', type: 'decimal', scale: 2 },
  { name: 'e', type: 'decimal', scale: 12 },
  { name: 'f', type: 'decimal', scale: 18 },
  { name: 'b', type: 'boolean' },
];

let engine: ExpressionEngine;
beforeAll(async () => {
  engine = await ExpressionEngine.open();
});
afterAll(() => engine.close());

const field = (name: string): Expression => {
  const { type, scale } = FIELDS.find((candidate) => candidate.name === name)!;
  return { node: 'field', name, type: scale === undefined ? { type } : { type, scale } };
};

const { number } = fc.letrec<{ number: Expression; predicate: Expression }>((tie) => {
  const pair = fc.tuple(tie('number'), tie('number'));
  const leaf = fc.oneof(
    fc.constantFrom('i', 'j', 'd', 'e', 'f').map(field),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((value) => integerLiteral(value.toString())),
    fc
      .constantFrom('0', '0.5', '-1.25', '3', '1e18', '0.000000000000000001')
      .map((text) => decimalLiteral(text)),
    fc.integer({ min: -9, max: 9 }).map((value) => integerLiteral(value.toString())),
  );
  const operators = fc.constantFrom('add', 'subtract', 'multiply', 'divide', 'remainder');
  const computed = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.tuple(operators, pair).map(([operator, [l, r]]) => arithmetic(operator, l, r)),
    },
    fc.tuple(fc.constantFrom('negate', 'abs'), tie('number')).map(([operator, n]) => sameNumber(operator, n)),
    fc.tuple(fc.constantFrom('min', 'max'), pair).map(([operator, operands]) => extreme(operator, operands)),
    fc.tuple(fc.constantFrom('floor', 'ceil'), tie('number')).map(([operator, n]) => rounding(operator, n)),
    fc.tuple(fc.integer({ min: 0, max: 18 }), tie('number')).map(([scale, n]) => rounding('round', n, scale)),
    tie('number').map((n) => (n.type.type === 'decimal' ? call('truncate', { type: 'integer' }, n) : n)),
    fc.tuple(tie('predicate'), pair).map(([condition, [l, r]]) => conditional(condition, l, r)),
  );
  const orders = fc.constantFrom('less', 'lessOrEqual', 'greater', 'greaterOrEqual');
  const predicates = fc.tuple(tie('predicate'), tie('predicate'));
  const simple = fc.oneof(
    fc.constant(field('b')),
    fc.tuple(orders, pair).map(([operator, [l, r]]) => ordering(operator, l, r)),
    fc
      .tuple(fc.constantFrom('equal', 'notEqual'), pair)
      .map(([operator, [l, r]]) => equality(operator, l, r)),
    fc.tuple(tie('number'), fc.array(leaf, { maxLength: 3 })).map(([n, items]) => membership(n, items)),
    tie('number').map(isNull),
  );
  return {
    number: fc.oneof({ maxDepth: 4, depthIdentifier: 'n' }, leaf, { weight: 4, arbitrary: computed }),
    predicate: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'p' },
      simple,
      predicates.map(and),
      predicates.map(or),
      tie('predicate').map(not),
    ),
  };
});

const integers = fc.oneof(
  fc.constantFrom('0', '1', '-1', '7', '9223372036854775807', '-9223372036854775808'),
  fc.integer({ min: -100, max: 100 }).map(String),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String),
);

/** Decimals of up to 38 digits at a scale. */
const decimals = (scale: number) =>
  fc
    .oneof(
      fc.integer({ min: -1000, max: 1000 }).map((value) => (BigInt(value) * 10n ** BigInt(scale)) / 4n),
      fc
        .integer({ min: 1, max: 38 })
        .chain((digits) => fc.bigInt(1n - 10n ** BigInt(digits), 10n ** BigInt(digits) - 1n)),
      fc.constantFrom(0n, 10n ** 38n - 1n, 1n - 10n ** 38n, 1n),
    )
    .map((unscaled) => {
      const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
      return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
    });

const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 6 });
const rows = fc.array(
  fc.tuple(
    orNull(integers),
    orNull(integers),
    orNull(decimals(2)),
    orNull(decimals(12)),
    orNull(decimals(18)),
    orNull(fc.constantFrom('true', 'false')),
  ),
  { minLength: 10, maxLength: 30 },
);

it('the engine computes what big.js does, and fails for the same rows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(number, { minLength: 4, maxLength: 8 }), rows, async (expressions, cells) => {
      const results = await engine.evaluate(expressions, FIELDS, cells);
      const expected = cells.map((row) => {
        const named = Object.fromEntries(FIELDS.map(({ name }, index) => [name, row[index] ?? null]));
        return expressions.map((expression) => reference(expression, named));
      });
      expect(results).toEqual(expected);
    }),
    { numRuns: 15 },
  );
});
