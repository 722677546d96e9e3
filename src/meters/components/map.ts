import { z } from 'zod';
import { FIELD_TYPES, DECIMAL_SCALE_DEFAULT, DECIMAL_SCALE_MAX } from '../../definitions/types.ts';
import { compileCel } from '../../pipeline/expressions/cel.ts';
import { canCast, castExpression } from '../../pipeline/expressions/cast.ts';
import type { Expression, ValueType } from '../../pipeline/expressions/types.ts';
import type { PlanField } from '../../pipeline/plan.ts';
import { component, problemAt } from '../component.ts';
import type { GraphProblem, MeterNode } from '../types.ts';

const mappedField = z
  .strictObject({
    name: z.string().min(1).max(128).describe('Name of the field that comes out'),
    from: z.string().optional().describe('Field to copy'),
    expression: z.string().optional().describe('CEL expression over event.FIELD'),
    type: z.enum(FIELD_TYPES).optional().describe('Type to cast to; a failed cast rejects the row'),
    scale: z.int().min(0).max(DECIMAL_SCALE_MAX).optional().describe('Digits after the point of a decimal'),
  })
  .refine((field) => (field.from === undefined) !== (field.expression === undefined), {
    error: 'give exactly one of from and expression',
  });

const config = z.strictObject({
  fields: z.array(mappedField).min(1),
  keepOthers: z.boolean().default(true).describe('Whether the other fields of the input stay'),
});
type MappedField = z.infer<typeof mappedField>;

function valueOf(
  mapped: MappedField,
  fields: readonly PlanField[],
  node: MeterNode,
): Expression | GraphProblem[] {
  if (mapped.expression === undefined) {
    const source = fields.find((field) => field.name === mapped.from);
    if (source) return fieldExpression(source);
    return [problemAt(node, 'FIELD_NOT_FOUND', `${mapped.name}: there is no field ${mapped.from ?? ''}`)];
  }
  const compiled = compileCel(mapped.expression, fields);
  if ('expression' in compiled) return compiled.expression;
  return compiled.problems.map((found) => problemAt(node, found.code, `${mapped.name}: ${found.message}`));
}

const fieldExpression = ({ name, type, scale }: PlanField): Expression => ({
  node: 'field',
  name,
  type: scale === undefined ? { type } : { type, scale },
});

function targetType(mapped: MappedField): ValueType | undefined {
  if (mapped.type === 'decimal') return { type: 'decimal', scale: mapped.scale ?? DECIMAL_SCALE_DEFAULT };
  return mapped.type === undefined ? undefined : { type: mapped.type };
}

/** Sets fields from other fields or from expressions. */
export const map = component({
  operator: 'map',
  kind: 'processor',
  summary: 'Sets fields from other fields or from expressions; a failed cast rejects the row.',
  config,
  resolve: (config, node, input) => {
    const problems: GraphProblem[] = [];
    const set = new Map<string, Expression>();
    for (const mapped of config.fields) {
      if (set.has(mapped.name)) {
        problems.push(problemAt(node, 'FIELD_REPEATED', `the field ${mapped.name} is set twice`));
      }
      if (mapped.scale !== undefined && mapped.type !== 'decimal') {
        problems.push(
          problemAt(node, 'SCALE_WITHOUT_DECIMAL', `${mapped.name}: scale goes with type decimal`),
        );
      }
      const value = valueOf(mapped, input.fields, node);
      if (Array.isArray(value)) {
        problems.push(...value);
        continue;
      }
      const type = targetType(mapped);
      if (type && !canCast(value.type, type)) {
        const message = `${mapped.name}: ${value.type.type} cannot be cast to ${type.type}`;
        problems.push(problemAt(node, 'FIELD_TYPE', message));
        continue;
      }
      set.set(mapped.name, type ? castExpression(value, type) : value);
    }
    const kept = config.keepOthers ? input.fields.filter((field) => !set.has(field.name)) : [];
    const columns: [string, Expression][] = [
      ...kept.map((field) => [field.name, fieldExpression(field)] as [string, Expression]),
      ...set,
    ];
    const fields = columns.map(([name, value]) => ({ name, ...value.type }));
    if (problems.length > 0) return { fields, problems };
    const expressions = columns.map(([, value]) => value);
    return { fields, node: { id: node.id, node: 'map', fields, inputs: node.inputs, expressions }, problems };
  },
});
