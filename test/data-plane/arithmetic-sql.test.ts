import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { Big } from 'big.js';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  productScale,
  productSql,
  quotientSql,
  remainderSql,
  rescaledSql,
} from '../../src/data-plane/duckdb/arithmetic-sql.ts';
import { canonicalSql } from '../../src/data-plane/duckdb/layout.ts';

Big.DP = 60;
Big.RM = 2; // half-even
Big.PE = 100;
Big.NE = -100;

const LIMIT = new Big('1e38');

interface Case {
  readonly left: string;
  readonly right: string;
}

let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** Evaluates SQL over columns l DECIMAL(38, ls) and r DECIMAL(38, rs), one statement for all cases. */
async function evaluate(
  sql: string,
  ls: number,
  rs: number,
  cases: readonly Case[],
  scale: number,
): Promise<(string | null)[]> {
  const rows = cases.map(({ left, right }, index) => `(${index}, '${left}', '${right}')`).join(', ');
  const typed = `SELECT i, CAST(a AS DECIMAL(38,${ls})) l, CAST(b AS DECIMAL(38,${rs})) r FROM (VALUES ${rows}) v(i, a, b)`;
  const value = canonicalSql('x', { type: 'decimal', scale });
  const reader = await connection.runAndReadAll(
    `SELECT ${value}, typeof(x) FROM (SELECT i, ${sql} AS x FROM (${typed})) ORDER BY i`,
  );
  return reader.getRows().map(([text, type]) => {
    expect(type).toBe(`DECIMAL(38,${scale})`);
    return text as string | null;
  });
}

/** A decimal as canonical text, or null beyond 38 digits. */
function canonical(value: Big, scale: number): string | null {
  const rounded = value.round(scale, 2);
  return rounded.abs().times(new Big(10).pow(scale)).lt(LIMIT)
    ? rounded.toFixed().replace(/^-0$/, '0')
    : null;
}

/** Decimals of up to 38 digits at a scale; short, long and extreme ones alike. */
const decimal = (scale: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.bigInt(-(10n ** 38n) + 1n, 10n ** 38n - 1n),
      fc
        .integer({ min: 0, max: 37 })
        .chain((digits) => fc.bigInt(-(10n ** BigInt(digits)), 10n ** BigInt(digits))),
      fc.constantFrom(
        0n,
        1n,
        -1n,
        5n,
        10n ** 38n - 1n,
        1n - 10n ** 38n,
        10n ** 37n,
        5n * 10n ** 17n,
        2n ** 64n,
      ),
    )
    .map((unscaled) => new Big(unscaled.toString()).div(new Big(10).pow(scale)).toFixed());

const scales = fc.integer({ min: 0, max: 18 });
const batches = fc.tuple(scales, scales).chain(([ls, rs]) =>
  fc.record({
    ls: fc.constant(ls),
    rs: fc.constant(rs),
    cases: fc.array(fc.record({ left: decimal(ls), right: decimal(rs) }), { minLength: 40, maxLength: 80 }),
  }),
);

describe('against big.js', () => {
  const check = (
    sql: (ls: number, rs: number) => string,
    scaleOf: (ls: number, rs: number) => number,
    rule: (left: Big, right: Big, scale: number) => Big | null,
  ) =>
    fc.assert(
      fc.asyncProperty(batches, async ({ ls, rs, cases }) => {
        const scale = scaleOf(ls, rs);
        const expected = cases.map(({ left, right }) => {
          const value = rule(new Big(left), new Big(right), scale);
          return value && canonical(value, scale);
        });
        expect(await evaluate(sql(ls, rs), ls, rs, cases, scale)).toEqual(expected);
      }),
      { numRuns: 8 },
    );

  it('products', () =>
    check(
      (ls, rs) => productSql('l', ls, 'r', rs),
      productScale,
      (left, right) => left.times(right),
    ));

  it('quotients', () =>
    check(
      (ls, rs) => quotientSql('l', ls, 'r', rs),
      () => 18,
      (left, right) => (right.eq(0) ? null : left.div(right)),
    ));

  it('remainders', () =>
    check(
      (ls, rs) => remainderSql('l', ls, 'r', rs),
      Math.max,
      (left, right, scale) => {
        // Both operands are brought to the larger scale first, where they must fit.
        const fit = canonical(left, scale) !== null && canonical(right, scale) !== null;
        return fit && !right.eq(0) ? left.mod(right) : null;
      },
    ));

  it('roundings', () =>
    check(
      (ls, rs) => rescaledSql('l', ls, rs),
      (_, rs) => rs,
      (left) => left,
    ));
});

describe('quotients', () => {
  it('are exact averages of integers', async () => {
    const sums =
      'SELECT sum(x) AS total, count(x) AS n FROM (VALUES (1::BIGINT), (2::BIGINT), (2::BIGINT), (NULL)) v(x)';
    const average = `CAST(${quotientSql('total', 0, 'n', 0)} AS VARCHAR)`;
    const reader = await connection.runAndReadAll(`SELECT ${average} FROM (${sums})`);
    expect(reader.getRows()).toEqual([['1.666666666666666667']]);
  });
});
