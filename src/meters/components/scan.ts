import type { PlanField } from '../../pipeline/plan.ts';
import type { EventDefinition } from '../../definitions/types.ts';
import { columnsOf } from '../../definitions/types.ts';
import type { Resolution, ResolvedStore } from '../component.ts';
import type { MeterNode } from '../types.ts';

/** The fields that a store of this definition gives to a meter. */
export function fieldsOfDefinition(definition: EventDefinition): PlanField[] {
  return columnsOf(definition).map((column) => ({
    name: column.name,
    type: column.type,
    ...(column.scale === undefined ? {} : { scale: column.scale }),
  }));
}

/** A source over a store: all of its fields flow out. */
export function scanOf(node: MeterNode, store: ResolvedStore): Resolution {
  const fields = fieldsOfDefinition(store.definition);
  return {
    fields,
    node: { id: node.id, node: 'scan', fields, store: store.table, storeId: store.id },
    problems: [],
  };
}
