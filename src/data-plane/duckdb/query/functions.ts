// Owns the list of functions that a query may call; all others are refused. Left out: what reads the machine, the
// catalogue, the clock or chance; what makes lists or long texts; what makes rows; what reads numbers out of
// JSON, which the engine does by floats. docs/reference/queries.md shows the same list.

export interface AllowedFunction {
  readonly kind: 'scalar' | 'aggregate' | 'window';
  /** Number of arguments. */
  readonly min: number;
  readonly max: number;
  /** The argument (from 0) that must be a literal. */
  readonly literal?: number;
}

type Listed = readonly [min: number, max: number, literal?: number];

const SCALAR: Readonly<Record<string, Listed>> = {
  abs: [1, 1],
  ceil: [1, 1],
  ceiling: [1, 1],
  coalesce: [1, 20],
  concat: [1, 20],
  contains: [2, 2],
  date_diff: [3, 3],
  date_part: [2, 2],
  date_trunc: [2, 2],
  datediff: [3, 3],
  datepart: [2, 2],
  datetrunc: [2, 2],
  day: [1, 1],
  dayofmonth: [1, 1],
  dayofweek: [1, 1],
  dayofyear: [1, 1],
  ends_with: [2, 2],
  epoch_ms: [1, 1],
  epoch_us: [1, 1],
  floor: [1, 1],
  greatest: [1, 20],
  hour: [1, 1],
  ifnull: [2, 2],
  instr: [2, 2],
  isodow: [1, 1],
  isoyear: [1, 1],
  last_day: [1, 1],
  least: [1, 20],
  left: [2, 2],
  length: [1, 1],
  lower: [1, 1],
  ltrim: [1, 2],
  make_date: [3, 3],
  minute: [1, 1],
  mod: [2, 2],
  month: [1, 1],
  nullif: [2, 2],
  position: [2, 2],
  prefix: [2, 2],
  quarter: [1, 1],
  regexp_extract: [2, 3, 1],
  regexp_full_match: [2, 3, 1],
  regexp_matches: [2, 3, 1],
  replace: [3, 3],
  right: [2, 2],
  round: [1, 2],
  rtrim: [1, 2],
  second: [1, 1],
  sign: [1, 1],
  split_part: [3, 3],
  starts_with: [2, 2],
  strftime: [2, 2, 1],
  strlen: [1, 1],
  strpos: [2, 2],
  substr: [2, 3],
  substring: [2, 3],
  suffix: [2, 2],
  time_bucket: [2, 3],
  timezone: [2, 2],
  to_days: [1, 1],
  to_hours: [1, 1],
  to_microseconds: [1, 1],
  to_milliseconds: [1, 1],
  to_minutes: [1, 1],
  to_months: [1, 1],
  to_quarters: [1, 1],
  to_seconds: [1, 1],
  to_weeks: [1, 1],
  to_years: [1, 1],
  trim: [1, 2],
  trunc: [1, 1],
  upper: [1, 1],
  week: [1, 1],
  weekday: [1, 1],
  weekofyear: [1, 1],
  year: [1, 1],
};

const AGGREGATE: Readonly<Record<string, Listed>> = {
  approx_count_distinct: [1, 1],
  arg_max: [2, 2],
  arg_min: [2, 2],
  avg: [1, 1],
  bool_and: [1, 1],
  bool_or: [1, 1],
  count: [1, 1],
  count_if: [1, 1],
  count_star: [0, 0],
  max: [1, 1],
  max_by: [2, 2],
  median: [1, 1],
  min: [1, 1],
  min_by: [2, 2],
  quantile_disc: [2, 2, 1],
  stddev_pop: [1, 1],
  stddev_samp: [1, 1],
  sum: [1, 1],
  var_pop: [1, 1],
  var_samp: [1, 1],
};

const WINDOW: Readonly<Record<string, Listed>> = {
  cume_dist: [0, 0],
  dense_rank: [0, 0],
  first_value: [1, 1],
  lag: [1, 3],
  last_value: [1, 1],
  lead: [1, 3],
  nth_value: [2, 2],
  ntile: [1, 1],
  percent_rank: [0, 0],
  rank: [0, 0],
  row_number: [0, 0],
};

const listed = (kind: AllowedFunction['kind'], table: Readonly<Record<string, Listed>>) =>
  Object.entries(table).map(([name, [min, max, literal]]): [string, AllowedFunction] => [
    name,
    { kind, min, max, ...(literal === undefined ? {} : { literal }) },
  ]);

export const ALLOWED_FUNCTIONS: ReadonlyMap<string, AllowedFunction> = new Map([
  ...listed('scalar', SCALAR),
  ...listed('aggregate', AGGREGATE),
  ...listed('window', WINDOW),
]);

/** Operators written between two operands; `-` and `+` also before one. LIKE and `||` have rules of their own. */
export const ALLOWED_OPERATORS: ReadonlySet<string> = new Set(['+', '-', '*', '/', '//', '%', '**', '^']);
