// Owns the functions of an aggregate in SQL: what each takes from the rows of a group, and what it makes of that.
// The engine divides decimals as doubles and raises for the whole statement when a sum overflows, so sums and
// counts are all that it is asked for; the rest is computed on the groups, which are few.
import type { AggregateCall } from '../../../pipeline/plan.ts';
import { quotientSql, scaledSql, unscaledSql } from '../arithmetic-sql.ts';
import { sqlType } from '../layout.ts';

/** One call of a function, with the names of the columns it works on. */
export interface CallSql {
  readonly call: AggregateCall;
  /** Position of the call: its own columns end in it. */
  readonly index: number;
  /** Column of the argument; empty for a count of rows. */
  readonly value: string;
  /** Scale of the argument. */
  readonly scale: number;
  /** Sums in two limbs, so that a sum beyond 38 digits fails its group alone. */
  readonly careful: boolean;
  /** Orders rows by (event time, ingest sequence). */
  readonly order: string;
  /** Microseconds from the start of the window to the row's event time. */
  readonly elapsed: string;
  /** Microseconds of the window, on a group. */
  readonly width: string;
  /** For `unique` with operations: whether the row adds its item, and no later one of the group says other. */
  readonly stays: string;
}

interface FunctionSql {
  /** Aggregates over the rows of a group. */
  readonly partial: (sql: CallSql) => readonly string[];
  /** What has to be put together from limbs, before the result. */
  readonly combined?: (sql: CallSql) => readonly string[];
  /** The value, from the partials. */
  readonly result: (sql: CallSql) => string;
  /** Whether the value (in `r` and the index) does not fit; absent: it always does. */
  readonly failed?: (sql: CallSql) => string;
}

/** Careful sums are made of two limbs: this many units and the rest. */
const LIMB = '1000000000000000000';

const limbs = (units: string, name: string): string[] => [
  `sum((${units}) // ${LIMB}) AS ${name}_hi`,
  `sum((${units}) % ${LIMB}) AS ${name}_lo`,
];
/** Null if the sum does not fit a HUGEINT. */
const fromLimbs = (name: string): string => `TRY(${name}_hi * ${LIMB} + ${name}_lo)`;

const p = ({ index }: CallSql): string => `p${index}`;
const own = (result: (value: string) => string) => (sql: CallSql) => [`${result(sql.value)} AS ${p(sql)}`];

const total: Pick<FunctionSql, 'combined'> & { partial: (sql: CallSql) => string[] } = {
  partial: (sql) =>
    sql.careful ? limbs(unscaledSql(sql.value, sql.scale), p(sql)) : [`sum(${sql.value}) AS ${p(sql)}`],
  // Both steps may raise, and only the outermost of a TRY may: the limbs are far from what a HUGEINT holds.
  combined: (sql) =>
    sql.careful
      ? [`TRY(${scaledSql(`(${p(sql)}_hi * ${LIMB} + ${p(sql)}_lo)`, sql.scale)}) AS ${p(sql)}`]
      : [],
};

/**
 * The level of a quantity that changes with every event, averaged over the window's time. A level counts from
 * its event to the window's end: sum(v * (end - t)) = width * sum(v) - sum(v * (t - start)). Whole and fractional
 * digits are summed apart, as integers, since their products with microseconds would not fit 38 digits together.
 */
const weighted = {
  names: (sql: CallSql) => ['w', 'we', 'f', 'fe'].map((name) => `${name}${sql.index}`),
  products: (sql: CallSql): string[] => {
    const whole = `CAST(trunc(${sql.value}) AS HUGEINT)`;
    const fraction = unscaledSql(`(${sql.value} - trunc(${sql.value}))`, sql.scale);
    return [whole, `${whole} * ${sql.elapsed}`, fraction, `${fraction} * ${sql.elapsed}`];
  },
};

const weightedSum: FunctionSql = {
  partial: (sql) => {
    const names = weighted.names(sql);
    return weighted.products(sql).flatMap((product, at) => {
      const name = names[at] ?? '';
      return sql.careful ? limbs(product, name) : [`sum(${product}) AS ${name}`];
    });
  },
  combined: (sql) => (sql.careful ? weighted.names(sql).map((name) => `${fromLimbs(name)} AS ${name}`) : []),
  result: (sql) => {
    const [w = '', we = '', f = '', fe = ''] = weighted
      .names(sql)
      .map((name) => `CAST(coalesce(${name}, 0) AS HUGEINT)`);
    const [whole = '0', fraction = ''] = (sql.call.initial ?? '0').split('.');
    const sign = whole.startsWith('-') ? '-' : '';
    const scale = Math.max(sql.scale, fraction.length);
    const units = `${sign}${fraction.padEnd(scale, '0') || '0'}`;
    const shift = `CAST(1${'0'.repeat(scale - sql.scale)} AS HUGEINT)`;
    const wholes = tried(tried(sql.width, '*', tried(w, '+', `CAST(${whole} AS HUGEINT)`)), '-', we);
    const all = tried(sql.width, '*', tried(tried(f, '*', shift), '+', `CAST(${units} AS HUGEINT)`));
    const parts = tried(all, '-', tried(fe, '*', shift));
    // The whole part is divided as an integer first; what remains of it joins the fraction.
    const left = tried(`(${wholes} % ${sql.width})`, '*', `CAST(1${'0'.repeat(scale)} AS HUGEINT)`);
    const quotient = quotientSql(`TRY(${scaledSql(tried(left, '+', parts), scale)})`, scale, sql.width, 0);
    return tried(`TRY_CAST(${wholes} // ${sql.width} AS DECIMAL(38,18))`, '+', quotient);
  },
  failed: (sql) => {
    const lost = sql.careful
      ? weighted.names(sql).map((name) => `(${name} IS NULL AND ${name}_hi IS NOT NULL)`)
      : [];
    return [`r${sql.index} IS NULL`, ...lost].join(' OR ');
  },
};

/** An operation of integers that gives null where it overflows. */
const tried = (left: string, operator: string, right: string): string => `TRY(${left} ${operator} ${right})`;

export const FUNCTIONS: Readonly<Record<AggregateCall['function'], FunctionSql>> = {
  count: { partial: own((value) => (value === '' ? 'count(*)' : `count(${value})`)), result: p },
  min: { partial: own((value) => `min(${value})`), result: p },
  max: { partial: own((value) => `max(${value})`), result: p },
  first: { partial: (sql) => [`arg_min(${sql.value}, ${sql.order}) AS ${p(sql)}`], result: p },
  latest: { partial: (sql) => [`arg_max(${sql.value}, ${sql.order}) AS ${p(sql)}`], result: p },
  sum: {
    ...total,
    result: (sql) => `coalesce(CAST(${p(sql)} AS ${sqlType(sql.call.type)}), 0)`,
    failed: (sql) => (sql.careful ? `${p(sql)} IS NULL AND ${p(sql)}_hi IS NOT NULL` : 'FALSE'),
  },
  avg: {
    ...total,
    partial: (sql) => [...total.partial(sql), `count(${sql.value}) AS q${sql.index}`],
    // An average of nothing is null: the quotient is asked for groups with a value only.
    result: (sql) => quotientSql(p(sql), sql.scale, `nullif(q${sql.index}, 0)`, 0),
    failed: ({ index }) => `r${index} IS NULL AND q${index} > 0`,
  },
  unique: {
    partial: (sql) => [
      sql.call.operations === undefined
        ? `count(DISTINCT ${sql.value}) AS ${p(sql)}`
        : `count(*) FILTER (WHERE ${sql.stays}) AS ${p(sql)}`,
    ],
    result: p,
  },
  // Nearest rank, ceil(p n): the engine's index is exact for a DECIMAL p.
  percentile: {
    partial: (sql) => [
      `quantile_disc(${sql.value}, CAST('${sql.call.rank ?? ''}' AS DECIMAL(19,18))) AS ${p(sql)}`,
    ],
    result: p,
  },
  weightedSum,
};
