// Owns the operators of the expression tree: what each means for an engine. Every operator is total: a row
// either has a value, is null, or fails with one of the codes below, and never stops the other rows.

/** How a row can fail. */
export type ExpressionFailure = 'EXPRESSION_OVERFLOW' | 'DIVISION_BY_ZERO' | 'CAST_FAILED';

/**
 * Arithmetic: null if an operand is null; half-even wherever digits are dropped; a result that does not fit
 * its type fails with EXPRESSION_OVERFLOW. The result type is the call's type; operands keep their own.
 *
 * - add, subtract, remainder: at the larger scale, to which both operands are brought first
 * - multiply: at scale min(18, s1 + s2); divide: at scale 18; a zero divisor fails with DIVISION_BY_ZERO
 * - round, floor, ceil: to the scale of the call's type; truncate: towards zero, to integer
 * - widen: an integer or decimal as the wider decimal of the call's type
 */
export type ArithmeticOperator =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'remainder'
  | 'negate'
  | 'abs'
  | 'min'
  | 'max'
  | 'round'
  | 'floor'
  | 'ceil'
  | 'truncate'
  | 'widen';

/**
 * Two-valued: never null. equal and notEqual tell null from values and are true or false for null, `in` is
 * equal to one of the further arguments (literals of the first one's type, not null), the others are false
 * when an operand is null. Decimals of different scales compare by value.
 */
export type ComparisonOperator =
  'equal' | 'notEqual' | 'less' | 'lessOrEqual' | 'greater' | 'greaterOrEqual' | 'in' | 'isNull';

/**
 * Two-valued: a null operand counts as false. Operands are evaluated in order; `and` stops at the first
 * false, `or` at the first true, `if` (condition, then, condition, then, ..., else) at the first condition that
 * is true; what is not evaluated cannot fail.
 */
export type LogicOperator = 'and' | 'or' | 'not' | 'if';

/**
 * contains, startsWith, endsWith, matches, isBlank are two-valued (null: false; isBlank of null: true); the
 * others are null for null. `matches` finds its RE2 pattern, a literal, anywhere in the text. Characters are
 * Unicode code points. substring takes from (counted from 0) and, if given, to; both are cut to the text.
 * lower folds Unicode, lowerAscii and upperAscii only A to Z. isBlank takes any type: null, or white space.
 */
export type TextOperator =
  | 'concat'
  | 'contains'
  | 'startsWith'
  | 'endsWith'
  | 'matches'
  | 'isBlank'
  | 'size'
  | 'lower'
  | 'lowerAscii'
  | 'upperAscii'
  | 'trim'
  | 'substring';

/** Integers from a date, or from a datetime in the zone named by the second argument, a literal. */
export type TimeOperator =
  | 'getFullYear'
  | 'getMonth'
  | 'getDate'
  | 'getDayOfMonth'
  | 'getDayOfWeek'
  | 'getDayOfYear'
  | 'getHours'
  | 'getMinutes'
  | 'getSeconds'
  | 'getMilliseconds'
  | 'epochSeconds';

/**
 * cast: to the call's type. From text only the exact forms of a canonical value pass (leading zeros and
 * trailing zeros of a fraction may differ); a decimal loses scale half-even, but becomes an integer only if
 * it is one. What cannot be converted fails with CAST_FAILED.
 */
export type Operator =
  ArithmeticOperator | ComparisonOperator | LogicOperator | TextOperator | TimeOperator | 'cast';
