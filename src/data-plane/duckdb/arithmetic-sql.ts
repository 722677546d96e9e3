// Owns exact arithmetic on integers and decimals in SQL: products, quotients, remainders and rounding. The
// engine divides decimals as doubles, rounds casts away from zero, and raises for the whole statement on
// overflow; here nothing is a double, rounding is half-even, and what does not fit 38 digits is NULL.
//
// Operands are SQL of type BIGINT, HUGEINT (scale 0) or DECIMAL(38, scale); results are DECIMAL(38, scale).
// Inside TRY only the outermost operator may raise: the engine's common-subexpression step moves what two
// expressions share out of the TRY (a cast in it then stopped the statement), though not out of a lambda.
//
// "Unscaled" is the integer behind a decimal: 12345 for 123.45.
import { DECIMAL_DIGITS_MAX, DECIMAL_SCALE_MAX } from '../../definitions/types.ts';
import { letSql } from './let-sql.ts';

const HUGEINT_MAX = 2n ** 127n - 1n;

/**
 * Digits that one step of a division brings down, for divisors of up to 20 and of up to 29 digits: the power
 * of ten times the remainder must fit a HUGEINT. Divisors of 38 digits leave no room for even one.
 */
const STEP_DIGITS = [18, 9] as const;

const powerOfTen = (digits: number): bigint => 10n ** BigInt(digits);

const decimalType = (scale: number): string => `DECIMAL(${DECIMAL_DIGITS_MAX},${scale})`;

/** The integer (HUGEINT) behind a decimal; exact for all 38 digits. */
export function unscaledSql(value: string, scale: number): string {
  if (scale === 0) return `CAST(${value} AS HUGEINT)`;
  const power = powerOfTen(scale);
  // The product has the same scale, so it fits while 2 * scale digits are free; casting it drops only zeros.
  const small = powerOfTen(DECIMAL_DIGITS_MAX - 2 * scale) - 1n;
  return letSql('decimal_value', value, (x) => {
    const fraction = `CAST((${x} - trunc(${x})) * ${power} AS HUGEINT)`;
    return (
      `CASE WHEN ${x} BETWEEN -${small} AND ${small} THEN CAST(${x} * ${power} AS HUGEINT)` +
      ` ELSE CAST(trunc(${x}) AS HUGEINT) * ${power} + ${fraction} END`
    );
  });
}

/** The decimal with this integer behind it; raises beyond 38 digits, so callers wrap it in TRY. */
export function scaledSql(unscaled: string, scale: number): string {
  const whole = `CAST(${unscaled} AS ${decimalType(0)})`;
  if (scale === 0) return whole;
  // Multiplying by one unit of the scale only relabels the integer: no digit changes, and nothing is divided.
  const unit = `CAST('0.${'1'.padStart(scale, '0')}' AS DECIMAL(${scale},${scale}))`;
  return `CAST(${whole} * ${unit} AS ${decimalType(scale)})`;
}

/** A decimal at another scale, half-even when it gets smaller; NULL if it does not fit. */
export function rescaledSql(value: string, from: number, to: number): string {
  const cast = `TRY_CAST(${value} AS ${decimalType(to)})`;
  if (to >= from) return cast;
  const half = `0.${'5'.padStart(to + 1, '0')}`;
  const unit = to === 0 ? '1' : `0.${'1'.padStart(to, '0')}`;
  return letSql('exact', value, (exact) =>
    letSql('rounded', `CAST(${exact} AS ${decimalType(to)})`, (rounded) => {
      // The engine rounded away from zero. Only a tie that became odd is wrong, and ties are rare. A rounded
      // value that does not fit the old scale is a power of ten: even.
      const distance = `abs(TRY(${exact} - CAST(${rounded} AS ${decimalType(from)})))`;
      const odd = `right(CAST(${rounded} AS VARCHAR), 1) IN ('1', '3', '5', '7', '9')`;
      const back = `CAST(${rounded} - sign(${exact}) * CAST(${unit} AS ${decimalType(to)}) AS ${decimalType(to)})`;
      return `CASE WHEN ${distance} = ${half} THEN CASE WHEN ${odd} THEN ${back} ELSE ${rounded} END ELSE ${rounded} END`;
    }),
  );
}

/** Scale of a product: all digits up to 18. */
export const productScale = (left: number, right: number): number =>
  Math.min(DECIMAL_SCALE_MAX, left + right);

/** The product at `productScale`, half-even; NULL on overflow or for a NULL operand. */
export function productSql(left: string, leftScale: number, right: string, rightScale: number): string {
  const operands = `{'l': CAST(${left} AS ${decimalType(leftScale)}), 'r': CAST(${right} AS ${decimalType(rightScale)})}`;
  const excess = leftScale + rightScale - DECIMAL_SCALE_MAX;
  if (excess <= 0)
    return `TRY(CAST(${left} AS ${decimalType(leftScale)}) * CAST(${right} AS ${decimalType(rightScale)}))`;
  return letSql('factors', operands, (factors) =>
    letSql('product', `TRY(${factors}.l * ${factors}.r)`, (product) => {
      const short = rescaledSql(product, leftScale + rightScale, DECIMAL_SCALE_MAX);
      const long = longProductSql(
        unscaledSql(`${factors}.l`, leftScale),
        unscaledSql(`${factors}.r`, rightScale),
        excess,
      );
      return `CASE WHEN ${product} IS NOT NULL THEN ${short} ELSE ${long} END`;
    }),
  );
}

/**
 * Product of two unscaled integers whose last `excess` digits are rounded off. Each is split at that digit,
 * l * r / p = (l / p) * r + (l % p) * (r / p) + (l % p) * (r % p) / p, and every part fits a HUGEINT if the
 * result fits 38 digits.
 */
function longProductSql(left: string, right: string, excess: number): string {
  const p = powerOfTen(excess);
  const product = signedSql(left, right, (l, r) =>
    letSql(
      'parts',
      `{'q': (${l} // ${p}) * ${r} + (${l} % ${p}) * (${r} // ${p}) + ((${l} % ${p}) * (${r} % ${p})) // ${p},` +
        ` 'r': ((${l} % ${p}) * (${r} % ${p})) % ${p}}`,
      (parts) => halfEvenSql(`${parts}.q`, `${parts}.r`, `${p}`),
    ),
  );
  return `TRY(${scaledSql(product, DECIMAL_SCALE_MAX)})`;
}

/**
 * The quotient with 18 decimals, half-even; NULL for a zero divisor, on overflow, or for a NULL operand.
 * Operands are BIGINT or HUGEINT with scale 0, or DECIMAL(38, scale): an average is
 * `quotientSql('total', scale, 'n', 0)` over a subquery of sums and counts (the engine takes no aggregate
 * inside TRY).
 */
export function quotientSql(
  numerator: string,
  numeratorScale: number,
  denominator: string,
  denominatorScale: number,
): string {
  const digits = DECIMAL_SCALE_MAX + denominatorScale - numeratorScale;
  const quotient = signedSql(
    unscaledSql(numerator, numeratorScale),
    `nullif(${unscaledSql(denominator, denominatorScale)}, 0)`,
    (n, d) => dividedSql(n, d, digits),
  );
  return `TRY(${scaledSql(quotient, DECIMAL_SCALE_MAX)})`;
}

/** n * 10^digits / d, half-even, of positive integers: long division that brings down many digits at once. */
function dividedSql(n: string, d: string, digits: number): string {
  return letSql('division', `{'q': ${n} // ${d}, 'r': ${n} % ${d}}`, (division) => {
    if (digits === 0) return halfEvenSql(`${division}.q`, `${division}.r`, d);
    const tiers = STEP_DIGITS.map((step) => {
      const limit = HUGEINT_MAX / powerOfTen(Math.min(step, digits));
      return `WHEN ${d} <= ${limit} THEN ${directStepsSql(division, d, stepsOf(digits, step))}`;
    });
    return `CASE ${tiers.join(' ')} ELSE ${bitwiseStepsSql(division, d, powerOfTen(digits))} END`;
  });
}

/** How many digits each step brings down. */
function stepsOf(digits: number, step: number): number[] {
  return digits <= step ? [digits] : [step, ...stepsOf(digits - step, step)];
}

function directStepsSql(division: string, d: string, [step, ...further]: readonly number[]): string {
  if (step === undefined) return halfEvenSql(`${division}.q`, `${division}.r`, d);
  const power = powerOfTen(step);
  const next = `{'q': ${division}.q * ${power} + (${division}.r * ${power}) // ${d}, 'r': (${division}.r * ${power}) % ${d}}`;
  return letSql(`${division}_${further.length}`, next, (result) => directStepsSql(result, d, further));
}

/**
 * The digits for the longest divisors, where a step would not fit: the remainder times the power, bit by bit
 * of the power, subtracting the divisor as soon as it is reached. Doubling is written as r - (d - r), so that
 * nothing exceeds the divisor.
 */
function bitwiseStepsSql(division: string, d: string, power: bigint): string {
  // The bits from the top, and before them a zero, which is where the sum starts.
  const bits =
    `list_transform(range(${power.toString(2).length}, -1, -1), ` +
    `lambda place: {'q': (${power}::HUGEINT >> place::HUGEINT) & 1::HUGEINT, 'r': 0::HUGEINT})`;
  const doubled = (r: string) =>
    `CASE WHEN ${r} >= ${d} - ${r} THEN ${r} - (${d} - ${r}) ELSE ${r} + ${r} END`;
  const step =
    `list_transform([{'q': acc.q * 2 + CASE WHEN acc.r >= ${d} - acc.r THEN 1 ELSE 0 END, 'r': ${doubled('acc.r')}}],` +
    ` lambda twice: CASE WHEN bit.q = 0 THEN twice` +
    ` WHEN twice.r >= ${d} - ${division}.r THEN {'q': twice.q + 1, 'r': twice.r - (${d} - ${division}.r)}` +
    ` ELSE {'q': twice.q, 'r': twice.r + ${division}.r} END)[1]`;
  const digits = `list_reduce(${bits}, lambda acc, bit: ${step})`;
  return letSql('digits', digits, (result) =>
    halfEvenSql(`(${division}.q * ${power} + ${result}.q)`, `${result}.r`, d),
  );
}

/** q or q + 1, for a remainder r of a division by d. */
const halfEvenSql = (q: string, r: string, d: string): string =>
  `${q} + CASE WHEN ${r} > ${d} - ${r} OR (${r} = ${d} - ${r} AND ${q} % 2 = 1) THEN 1 ELSE 0 END`;

/** Applies a rule for positive integers to signed ones. */
function signedSql(left: string, right: string, rule: (left: string, right: string) => string): string {
  const magnitudes = (signed: string) =>
    `{'l': abs(${signed}.l), 'r': abs(${signed}.r), 'negative': (${signed}.l < 0) <> (${signed}.r < 0)}`;
  return letSql('signed_pair', `{'l': ${left}, 'r': ${right}}`, (signed) =>
    letSql('pair', magnitudes(signed), (pair) =>
      letSql(
        'magnitude',
        rule(`${pair}.l`, `${pair}.r`),
        (result) => `CASE WHEN ${pair}.negative THEN -${result} ELSE ${result} END`,
      ),
    ),
  );
}

/** The remainder of a division towards zero at the larger scale; NULL for a zero divisor or on overflow. */
export function remainderSql(left: string, leftScale: number, right: string, rightScale: number): string {
  const scale = Math.max(leftScale, rightScale);
  const unscaled = (value: string, from: number) => unscaledSql(rescaledSql(value, from, scale), scale);
  return `TRY(${scaledSql(`(${unscaled(left, leftScale)} % nullif(${unscaled(right, rightScale)}, 0))`, scale)})`;
}
