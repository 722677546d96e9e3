import { z } from 'zod';
import type { Binding, PlanField, UsageTargetNode } from '../../pipeline/plan.ts';
import { component, problemAt } from '../component.ts';
import type { GraphProblem, MeterNode } from '../types.ts';

export const bindingSchema = z.union([
  z.strictObject({ field: z.string().min(1) }),
  z.strictObject({ constant: z.string() }),
]);

const USAGE_COLUMNS = [
  'quantity',
  'accountNumber',
  'subscriptionNumber',
  'chargeNumber',
  'unitOfMeasure',
  'startDateTime',
  'endDateTime',
  'description',
] as const;
type UsageColumn = (typeof USAGE_COLUMNS)[number];

/** The columns of a usage record that a preset's `usage` may fill. */
export const usageBindings = {
  accountNumber: bindingSchema,
  subscriptionNumber: bindingSchema.optional(),
  chargeNumber: bindingSchema.optional(),
  unitOfMeasure: bindingSchema,
  startDateTime: bindingSchema.optional(),
  endDateTime: bindingSchema.optional(),
  description: bindingSchema.optional(),
  custom: z.record(z.string().min(1).max(128), bindingSchema).optional(),
};

const config = z.strictObject({
  quantity: bindingSchema,
  ...usageBindings,
  uniqueKey: z.array(z.string().min(1)).min(1).optional().describe('Fields that identify a record'),
});

const NUMERIC = ['integer', 'decimal'];

function bindingProblem(
  name: string,
  binding: Binding,
  fields: ReadonlyMap<string, PlanField>,
): readonly [code: string, message: string] | undefined {
  if ('constant' in binding) {
    if (name === 'quantity' && !/^-?\d{1,20}(\.\d{1,18})?$/.test(binding.constant)) {
      return ['QUANTITY_INVALID', `quantity: ${binding.constant} is not a decimal number`];
    }
    if (name.endsWith('DateTime')) return ['FIELD_TYPE', `${name}: give a field of type datetime`];
    return undefined;
  }
  const field = fields.get(binding.field);
  if (!field) return ['FIELD_NOT_FOUND', `${name}: there is no field ${binding.field}`];
  if (name === 'quantity' && !NUMERIC.includes(field.type)) {
    return ['FIELD_TYPE', `quantity: ${field.name} is ${field.type}, a quantity is integer or decimal`];
  }
  if (name.endsWith('DateTime') && field.type !== 'datetime') {
    return ['FIELD_TYPE', `${name}: ${field.name} is ${field.type}, not datetime`];
  }
  return undefined;
}

/** Writes usage records: inserts, revises and retracts its own so that they say what the events say. */
export const usageRecordsTarget = component({
  operator: 'usage-records',
  kind: 'target',
  summary: 'Writes usage records, and keeps them in step with the events behind them.',
  config,
  resolve: (config, node: MeterNode, input, context) => {
    const problems: GraphProblem[] = [];
    const fields = new Map(input.fields.map((field) => [field.name, field]));
    const { custom = {}, uniqueKey, ...columns } = config;
    const bindings = Object.entries(columns).filter(
      (entry): entry is [UsageColumn, Binding] => entry[1] !== undefined,
    );
    for (const [name, binding] of [...bindings, ...Object.entries(custom)]) {
      const found = bindingProblem(name, binding, fields);
      if (found) problems.push(problemAt(node, ...found));
    }
    for (const name of uniqueKey ?? []) {
      if (!fields.has(name)) {
        problems.push(problemAt(node, 'FIELD_NOT_FOUND', `uniqueKey: there is no field ${name}`));
      }
    }
    if (problems.length > 0) return { fields: [], problems };
    const planned: UsageTargetNode = {
      id: node.id,
      node: 'usage-records',
      fields: [],
      inputs: node.inputs,
      owner: context.owner(node.id),
      bindings: Object.fromEntries(bindings) as unknown as UsageTargetNode['bindings'],
      custom,
      ...(uniqueKey ? { uniqueKey } : {}),
      timeZone: input.window?.timeZone ?? 'UTC',
    };
    return { fields: [], node: planned, problems };
  },
});
