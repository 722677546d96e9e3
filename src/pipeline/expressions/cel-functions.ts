// Owns the functions that a CEL expression may call: their names, forms and translation.
import { DECIMAL_SCALE_MAX } from '../../definitions/types.ts';
import { isTimeZone } from '../calendar.ts';
import { requestedCast } from './cast.ts';
import { isNullLiteral, literalOf } from './literals.ts';
import type { TimeOperator } from './operators.ts';
import { typeError } from './problem.ts';
import {
  INTEGER,
  STRING,
  BOOLEAN,
  call,
  decimalOf,
  expectType,
  extreme,
  isNull,
  isNumber,
  not,
  rounding,
  sameNumber,
  widen,
} from './rules.ts';
import { matches, substring, textChange, textSize, textTest } from './text.ts';
import type { Expression } from './types.ts';

/** A function: how many arguments it takes (the receiver included), and what it becomes. */
interface CelFunction {
  readonly least: number;
  readonly most: number;
  readonly build: (args: readonly Expression[]) => Expression;
}

const unary = (build: (operand: Expression) => Expression): CelFunction => ({
  least: 1,
  most: 1,
  build: ([operand]) => build(operand!),
});

const binary = (build: (left: Expression, right: Expression) => Expression): CelFunction => ({
  least: 2,
  most: 2,
  build: ([left, right]) => build(left!, right!),
});

/** A constant number of decimals, 0 to 18. */
function scaleArgument(argument: Expression | undefined, otherwise: number, taker: string): number {
  if (!argument) return otherwise;
  const scale = argument.node === 'literal' && argument.type.type === 'integer' ? Number(argument.value) : -1;
  if (scale >= 0 && scale <= DECIMAL_SCALE_MAX) return scale;
  throw typeError(`the number of decimals in ${taker} is a constant from 0 to ${DECIMAL_SCALE_MAX}`);
}

/** Numbers keep the scale they have; a text may have 18 decimals. */
function toDecimal([operand, scale]: readonly Expression[]): Expression {
  const own = operand!.type.type === 'string' ? DECIMAL_SCALE_MAX : (operand!.type.scale ?? 0);
  return requestedCast(operand!, decimalOf(scaleArgument(scale, own, 'decimal')));
}

function toInteger(operand: Expression): Expression {
  if (isNullLiteral(operand)) return requestedCast(operand, INTEGER);
  if (operand.type.type === 'decimal') return call('truncate', INTEGER, operand);
  if (operand.type.type === 'datetime') return call('epochSeconds', INTEGER, operand);
  return requestedCast(operand, INTEGER);
}

/** timestamp("...") and date("...") of a constant are constants, checked now. */
const toInstant = (type: 'datetime' | 'date') =>
  unary((operand) =>
    operand.node === 'literal' && operand.value !== null && operand.type.type === 'string'
      ? literalOf(type, operand.value)
      : requestedCast(operand, { type }),
  );

function round([operand, scale]: readonly Expression[]): Expression {
  const decimals = scaleArgument(scale, 0, 'round');
  if (!isNumber(operand!) || operand!.type.type === 'decimal') return rounding('round', operand!, decimals);
  return decimals === 0 ? operand! : widen(operand!, decimalOf(decimals));
}

const getter = (operator: TimeOperator, types: readonly ('datetime' | 'date')[]): CelFunction => ({
  least: 1,
  most: 2,
  build: ([subject, zone]) => {
    expectType(subject!, types, operator);
    if (!zone) return call(operator, INTEGER, subject!);
    if (subject!.type.type !== 'datetime') throw typeError(`${operator} of a date takes no time zone`);
    if (zone.node !== 'literal' || zone.type.type !== 'string' || !isTimeZone(zone.value ?? '')) {
      throw typeError(`the time zone of ${operator} must be a constant IANA name`);
    }
    return call(operator, INTEGER, subject!, zone);
  },
});

const dateGetter = (operator: TimeOperator) => getter(operator, ['datetime', 'date']);
const timeGetter = (operator: TimeOperator) => getter(operator, ['datetime']);

/** Called as `name(arguments)`. */
export const GLOBAL_FUNCTIONS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['has', unary((operand) => not(isNull(operand)))],
  ['size', unary(textSize)],
  ['matches', binary(matches)],
  ['int', unary(toInteger)],
  ['decimal', { least: 1, most: 2, build: toDecimal }],
  // CEL's double is a float, and no quantity is one here: the same conversion is exact.
  ['double', unary((operand) => toDecimal([operand]))],
  ['string', unary((operand) => requestedCast(operand, STRING))],
  ['bool', unary((operand) => requestedCast(operand, BOOLEAN))],
  ['timestamp', toInstant('datetime')],
  ['date', toInstant('date')],
  ['min', { least: 2, most: 16, build: (args) => extreme('min', args) }],
  ['max', { least: 2, most: 16, build: (args) => extreme('max', args) }],
  ['abs', unary((operand) => sameNumber('abs', operand))],
  ['round', { least: 1, most: 2, build: round }],
  ['floor', unary((operand) => rounding('floor', operand))],
  ['ceil', unary((operand) => rounding('ceil', operand))],
]);

/** Called as `value.name(arguments)`. */
export const RECEIVER_FUNCTIONS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['contains', binary((subject, part) => textTest('contains', subject, part))],
  ['startsWith', binary((subject, part) => textTest('startsWith', subject, part))],
  ['endsWith', binary((subject, part) => textTest('endsWith', subject, part))],
  ['matches', binary(matches)],
  ['size', unary(textSize)],
  ['lowerAscii', unary((subject) => textChange('lowerAscii', subject))],
  ['upperAscii', unary((subject) => textChange('upperAscii', subject))],
  ['trim', unary((subject) => textChange('trim', subject))],
  ['substring', { least: 2, most: 3, build: ([subject, from, to]) => substring(subject!, from!, to) }],
  ['getFullYear', dateGetter('getFullYear')],
  ['getMonth', dateGetter('getMonth')],
  ['getDate', dateGetter('getDate')],
  ['getDayOfMonth', dateGetter('getDayOfMonth')],
  ['getDayOfWeek', dateGetter('getDayOfWeek')],
  ['getDayOfYear', dateGetter('getDayOfYear')],
  ['getHours', timeGetter('getHours')],
  ['getMinutes', timeGetter('getMinutes')],
  ['getSeconds', timeGetter('getSeconds')],
  ['getMilliseconds', timeGetter('getMilliseconds')],
]);
