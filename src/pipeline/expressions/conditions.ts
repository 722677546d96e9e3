// Owns the conditions of a filter as people compose them in a form: groups of (field, op, value), compiled
// to the same tree as CEL.
import { z } from 'zod';
import type { Problem } from '../../errors.ts';
import type { PlanField } from '../plan.ts';
import type { Compiled } from './cel.ts';
import { literalOf } from './literals.ts';
import { ExpressionError, typeError } from './problem.ts';
import { BOOLEAN, and, call, equality, membership, not, or, ordering } from './rules.ts';
import { textChange, textTest } from './text.ts';
import type { Expression, FieldExpression } from './types.ts';

export const CONDITION_OPS = [
  'equal',
  'notEqual',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'notIn',
  'contains',
  'notContains',
  'startsWith',
  'notStartsWith',
  'endsWith',
  'notEndsWith',
  'blank',
  'notBlank',
] as const;
export type ConditionOp = (typeof CONDITION_OPS)[number];

/** Most conditions and groups in one filter, and deepest nesting of groups. */
const CONDITIONS_MAX = 1000;
const GROUP_DEPTH_MAX = 16;

const scalar = z.union([z.string().max(10_000), z.number(), z.boolean()]);

const conditionSchema = z.strictObject({
  field: z.string().min(1).describe('Field to look at'),
  op: z.enum(CONDITION_OPS),
  value: z
    .union([scalar, z.array(scalar).min(1).max(1000)])
    .optional()
    .describe('Not for blank and notBlank; a list for in and notIn. Long decimals are written as text'),
  ignoreCase: z.boolean().optional().describe('Upper and lower case are the same (text fields)'),
});

type Condition = z.infer<typeof conditionSchema>;
type Item = Condition | Conditions;
/** A group: every item holds (`all`), or at least one does (`any`). */
export type Conditions = { readonly all: readonly Item[] } | { readonly any: readonly Item[] };

const items = z.lazy((): z.ZodType<readonly Item[]> =>
  z.array(z.union([conditionSchema, conditionsSchema])).min(1),
);

/** Shape of the conditions in a filter's configuration. */
export const conditionsSchema: z.ZodType<Conditions> = z.union([
  z.strictObject({ all: items }),
  z.strictObject({ any: items }),
]);

/**
 * Compiles conditions over the fields, or gives every problem with a pointer to its condition. A condition
 * is true or false, also for null: `notX` is exactly what `X` is not.
 */
export function compileConditions(config: Conditions, fields: readonly PlanField[]): Compiled {
  const size = sizeOf(config);
  if (size.items > CONDITIONS_MAX || size.depth > GROUP_DEPTH_MAX) {
    const message = `a filter has at most ${CONDITIONS_MAX} conditions in groups nested ${GROUP_DEPTH_MAX} deep`;
    return { problems: [{ pointer: '', code: 'EXPRESSION_TOO_LARGE', message }] };
  }
  const problems: Problem[] = [];
  const byName = new Map(fields.map((field) => [field.name, field]));
  const expression = groupExpression(config, byName, '', problems);
  return problems.length > 0 ? { problems } : { expression };
}

function sizeOf(item: Item): { readonly items: number; readonly depth: number } {
  if ('field' in item) return { items: 1, depth: 0 };
  const sizes = itemsOf(item).map(sizeOf);
  return {
    items: 1 + sizes.reduce((sum, size) => sum + size.items, 0),
    depth: 1 + Math.max(...sizes.map((size) => size.depth)),
  };
}

const itemsOf = (group: Conditions): readonly Item[] => ('all' in group ? group.all : group.any);

type Fields = ReadonlyMap<string, PlanField>;

function groupExpression(
  group: Conditions,
  fields: Fields,
  pointer: string,
  problems: Problem[],
): Expression {
  const key = 'all' in group ? 'all' : 'any';
  const built = itemsOf(group).flatMap((item, index): Expression[] => {
    const place = `${pointer}/${key}/${index}`;
    if (!('field' in item)) return [groupExpression(item, fields, place, problems)];
    try {
      return [conditionExpression(item, fields)];
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push({ pointer: place, code: error.code, message: error.message });
      return [];
    }
  });
  return key === 'all' ? and(built) : or(built);
}

function conditionExpression(condition: Condition, fields: Fields): Expression {
  const field = fields.get(condition.field);
  if (!field) throw new ExpressionError('EXPRESSION_UNKNOWN_FIELD', `there is no field ${condition.field}`);
  const { type, scale } = field;
  const subject: FieldExpression = {
    node: 'field',
    name: condition.field,
    type: scale === undefined ? { type } : { type, scale },
  };
  if (condition.ignoreCase && type !== 'string')
    throw typeError(`ignoreCase is for text, ${field.name} is ${type}`);
  return withOp(condition, subject);
}

function withOp(condition: Condition, subject: FieldExpression): Expression {
  const fold = (operand: Expression) => (condition.ignoreCase ? textChange('lower', operand) : operand);
  const one = () => fold(constant(subject, single(condition)));
  const folded = fold(subject);
  switch (condition.op) {
    case 'equal':
      return equality('equal', folded, one());
    case 'notEqual':
      return equality('notEqual', folded, one());
    case 'gt':
      return ordering('greater', folded, one());
    case 'gte':
      return ordering('greaterOrEqual', folded, one());
    case 'lt':
      return ordering('less', folded, one());
    case 'lte':
      return ordering('lessOrEqual', folded, one());
    case 'in':
    case 'notIn': {
      const found = membership(
        folded,
        several(condition).map((value) => fold(constant(subject, value))),
      );
      return condition.op === 'in' ? found : not(found);
    }
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return textTest(condition.op, folded, one());
    case 'notContains':
      return not(textTest('contains', folded, one()));
    case 'notStartsWith':
      return not(textTest('startsWith', folded, one()));
    case 'notEndsWith':
      return not(textTest('endsWith', folded, one()));
    case 'blank':
    case 'notBlank': {
      if (condition.value !== undefined) throw typeError(`${condition.op} takes no value`);
      const blank = call('isBlank', BOOLEAN, subject);
      return condition.op === 'blank' ? blank : not(blank);
    }
  }
}

type Scalar = z.infer<typeof scalar>;

function single({ op, value }: Condition): Scalar {
  if (value === undefined || typeof value === 'object') throw typeError(`${op} takes one value`);
  return value;
}

function several({ op, value }: Condition): readonly Scalar[] {
  if (typeof value !== 'object') throw typeError(`${op} takes a list of values`);
  return value;
}

/** A value of the field's type. Numbers came through JSON, so a long one may have lost digits already. */
function constant({ name, type }: FieldExpression, value: Scalar): Expression {
  const isNumeric = type.type === 'integer' || type.type === 'decimal';
  if (typeof value === 'number' && !isNumeric) throw typeError(`${name} is ${type.type}, not a number`);
  if (typeof value === 'boolean' && type.type !== 'boolean')
    throw typeError(`${name} is ${type.type}, not boolean`);
  const text = String(value);
  if (typeof value === 'number' && (Math.abs(value) >= 1e15 || text.replace(/^-|e.*$|\./g, '').length > 15)) {
    throw typeError(`${name}: a number of more than 15 digits is written as text, or digits are lost`);
  }
  return literalOf(type.type, text);
}
