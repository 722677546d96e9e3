// Owns the functions of an aggregate as people write them: their options, the types they take and give.
import { z } from 'zod';
import { DECIMAL_SCALE_MAX } from '../definitions/types.ts';
import { canonicalDecimal } from '../definitions/values/decimal.ts';
import type { ValueType } from '../pipeline/expressions/types.ts';
import type { AggregateCall, AggregateFunction, PlanField } from '../pipeline/plan.ts';
import type { Window } from '../pipeline/windows.ts';
import { problemAt } from './component.ts';
import type { GraphProblem, MeterNode } from './types.ts';

const named = z.string().min(1).max(128).describe('Name of the field that comes out');
/** A function of an aggregate, as posted. */
export const functionSchema = z.discriminatedUnion('function', [
  z.strictObject({
    name: named,
    function: z.enum(['sum', 'count', 'min', 'max', 'avg', 'first', 'latest']),
    field: z.string().optional().describe('Field to aggregate; a count without one counts rows'),
  }),
  z.strictObject({
    name: named,
    function: z.literal('unique'),
    field: z.string().describe('Field whose distinct values are counted'),
    operationField: z.string().optional().describe('Field that says whether an item comes or goes'),
    add: z.string().optional().describe('Value of the operation that adds an item'),
    remove: z.string().optional().describe('Value of the operation that removes one'),
  }),
  z.strictObject({
    name: named,
    function: z.literal('weightedSum'),
    field: z.string().describe('Change of the level at the event time'),
    initial: z.union([z.string(), z.number()]).optional().describe('Level before the first event'),
  }),
  z.strictObject({
    name: named,
    function: z.literal('percentile'),
    field: z.string(),
    p: z.union([z.string(), z.number()]).describe('Above 0, at most 1: 0.95 is the 95th percentile'),
  }),
]);
type FunctionConfig = z.infer<typeof functionSchema>;

const ORDERED: readonly ValueType['type'][] = ['integer', 'decimal', 'string', 'datetime', 'date'];
const NUMBERS: readonly ValueType['type'][] = ['integer', 'decimal'];

/** Types that a function takes; those that are not named take every type. */
const TAKES: Partial<Record<AggregateFunction, readonly ValueType['type'][]>> = {
  sum: NUMBERS,
  avg: NUMBERS,
  weightedSum: NUMBERS,
  min: ORDERED,
  max: ORDERED,
  percentile: ORDERED,
};

/**
 * The exact type of a function's result: sums keep the scale of their field (38 digits), quotients (averages
 * and weighted sums) are exact and rounded half-even at 18 decimals, a value keeps its type.
 */
function resultType({ function: name }: FunctionConfig, field: PlanField | undefined): ValueType {
  if (name === 'count' || name === 'unique') return { type: 'integer' };
  if (name === 'avg' || name === 'weightedSum') return { type: 'decimal', scale: DECIMAL_SCALE_MAX };
  if (name === 'sum') return { type: 'decimal', scale: field?.scale ?? 0 };
  return {
    type: field?.type ?? 'decimal',
    ...(field?.scale === undefined ? {} : { scale: field.scale }),
  };
}

type Fields = ReadonlyMap<string, PlanField>;

/** What is wrong with a call, as (code, message) pairs. */
function callProblems(call: FunctionConfig, fields: Fields, window: Window): [string, string][] {
  const found: [string, string][] = [];
  const say = (code: string, text: string): void => void found.push([code, `${call.name}: ${text}`]);
  const operations = call.function === 'unique' ? call.operationField : undefined;
  for (const name of [call.field, operations]) {
    if (name !== undefined && !fields.has(name)) say('FIELD_NOT_FOUND', `there is no field ${name}`);
  }
  if (call.field === undefined && call.function !== 'count')
    say('FIELD_TYPE', `${call.function} needs a field`);
  const field = fields.get(call.field ?? '');
  const takes = TAKES[call.function];
  if (field && takes && !takes.includes(field.type)) {
    const needs = takes === NUMBERS ? 'needs a number' : 'needs values with an order';
    say('FIELD_TYPE', `${call.function} ${needs}, ${field.name} is ${field.type}`);
  }
  for (const text of optionProblems(call, fields, window)) say('FUNCTION_OPTION', text);
  return found;
}

function optionProblems(call: FunctionConfig, fields: Fields, window: Window): string[] {
  if (call.function === 'unique') return operationProblems(call, fields);
  if (call.function === 'weightedSum') {
    return [
      ...(window.unit === 'all' ? ['a weighted sum needs a window that ends'] : []),
      ...(decimalOf(call.initial ?? 0) === undefined ? ['initial must be a number'] : []),
    ];
  }
  if (call.function !== 'percentile') return [];
  const within = /^(?:1|0\.\d+)$/u.test(decimalOf(call.p) ?? '');
  return within ? [] : ['p must be above 0 and at most 1'];
}

type UniqueConfig = Extract<FunctionConfig, { readonly function: 'unique' }>;

function operationProblems({ operationField, add, remove }: UniqueConfig, fields: Fields): string[] {
  const given = [operationField, add, remove].filter((option) => option !== undefined);
  if (given.length === 0) return [];
  if (given.length !== 3) return ['operationField, add and remove go together'];
  if (add === remove) return ['add and remove are the same value'];
  const type = fields.get(operationField ?? '')?.type ?? 'string';
  return type === 'string' ? [] : [`operationField must be text, ${operationField} is ${type}`];
}

/** Canonical text, up to 18 decimals; undefined if it is no such number. */
function decimalOf(value: string | number): string | undefined {
  const text = canonicalDecimal(String(value), DECIMAL_SCALE_MAX);
  return typeof text === 'string' ? text : undefined;
}

/** What a call becomes in the plan. */
function toCall(call: FunctionConfig, fields: Fields): AggregateCall {
  const { name, function: aggregate, field } = call;
  const type = resultType(call, fields.get(field ?? ''));
  const plain = { name, function: aggregate, ...(field === undefined ? {} : { field }), type };
  if (call.function === 'weightedSum') return { ...plain, initial: decimalOf(call.initial ?? 0) ?? '0' };
  if (call.function === 'percentile') return { ...plain, rank: decimalOf(call.p) ?? '1' };
  if (call.function !== 'unique') return plain;
  const { operationField, add, remove } = call;
  if (operationField === undefined || add === undefined || remove === undefined) return plain;
  return { ...plain, operations: { field: operationField, add, remove } };
}

/**
 * The calls of the plan; what is wrong with them is added to `problems`. A wrong one comes out all the same, so
 * that components behind it are not told that its field is missing.
 */
export function resolveCalls(
  calls: readonly FunctionConfig[],
  fields: Fields,
  window: Window,
  node: MeterNode,
  problems: GraphProblem[],
): AggregateCall[] {
  return calls.map((call) => {
    const found = callProblems(call, fields, window);
    problems.push(...found.map(([code, message]) => problemAt(node, code, message)));
    return toCall(call, fields);
  });
}
