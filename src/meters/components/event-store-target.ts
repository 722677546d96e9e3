import { z } from 'zod';
import type { Column } from '../../definitions/types.ts';
import type { PlanField } from '../../pipeline/plan.ts';
import { component, problemAt } from '../component.ts';
import type { ResolvedStore } from '../component.ts';
import type { GraphProblem, MeterNode } from '../types.ts';

const config = z.strictObject({
  store: z.string().min(1).describe('Id or name of the event store'),
  mapping: z
    .array(z.strictObject({ field: z.string().min(1), from: z.string().min(1) }))
    .min(1)
    .describe('Fields of the store and the fields of the meter that fill them'),
});

/** Whether values of this type fit the column without loss. */
function fits(from: PlanField, column: Column): boolean {
  if (column.type === 'decimal') {
    if (from.type === 'integer') return true;
    return from.type === 'decimal' && (from.scale ?? 0) <= (column.scale ?? 0);
  }
  if (column.type === 'integer')
    return from.type === 'integer' || (from.type === 'decimal' && from.scale === 0);
  return from.type === column.type;
}

function mappingProblems(
  mapping: ReadonlyMap<string, string>,
  store: ResolvedStore,
  fields: ReadonlyMap<string, PlanField>,
  node: MeterNode,
): GraphProblem[] {
  const columns = new Map(store.table.columns.map((column) => [column.name, column]));
  const problems: GraphProblem[] = [];
  for (const [name, from] of mapping) {
    const column = columns.get(name);
    const source = fields.get(from);
    if (!column) {
      problems.push(problemAt(node, 'FIELD_NOT_FOUND', `the store ${store.name} has no field ${name}`));
    } else if (!source) {
      problems.push(problemAt(node, 'FIELD_NOT_FOUND', `${name}: there is no field ${from}`));
    } else if (!fits(source, column)) {
      problems.push(
        problemAt(node, 'FIELD_TYPE', `${name} is ${describe(column)}, ${from} is ${describe(source)}`),
      );
    }
  }
  for (const column of store.table.columns) {
    if (mapping.has(column.name)) continue;
    const needed = column.required || column.column === 't' || store.table.idFields.includes(column.name);
    if (needed) {
      problems.push(
        problemAt(node, 'MAPPING_INCOMPLETE', `the field ${column.name} of ${store.name} must be mapped`),
      );
    }
  }
  return problems;
}

const describe = (value: { readonly type: string; readonly scale?: number | undefined }): string =>
  value.scale === undefined ? value.type : `${value.type}(${value.scale})`;

/** Writes its rows as events of a store, and keeps those it wrote in step with the events behind them. */
export const eventStoreTarget = component({
  operator: 'event-store',
  kind: 'target',
  summary: 'Writes its rows as events of an event store.',
  config,
  resolve: (config, node, input, context) => {
    const store = context.store(config.store);
    if (!store) {
      const message = `there is no event store ${config.store}`;
      return { fields: [], problems: [problemAt(node, 'EVENT_STORE_NOT_FOUND', message)] };
    }
    const mapping = new Map(config.mapping.map((pair) => [pair.field, pair.from]));
    const problems = mappingProblems(
      mapping,
      store,
      new Map(input.fields.map((field) => [field.name, field])),
      node,
    );
    if (mapping.size < config.mapping.length) {
      problems.push(problemAt(node, 'FIELD_REPEATED', 'a field of the store is mapped twice'));
    }
    if (problems.length > 0) return { fields: [], problems };
    const columns = store.table.columns.map(
      (column) => [column.name, mapping.get(column.name) ?? null] as const,
    );
    return {
      fields: [],
      node: {
        id: node.id,
        node: 'event-store',
        fields: [],
        inputs: node.inputs,
        owner: context.owner(node.id),
        store: store.table,
        storeId: store.id,
        mapping: Object.fromEntries(columns),
      },
      problems,
    };
  },
});
