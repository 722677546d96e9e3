// What the crash suite runs on: a store of events, a meter per day into usage records, a meter per month into
// another store.
import { definition } from './events.ts';
import type { Weir } from './weir.ts';

export const METERS = ['per day', 'per month'] as const;

const monthly = {
  name: 'per month',
  type: 'custom',
  nodes: [
    { id: 'in', name: 'Events', kind: 'source', operator: 'event-store', config: { store: 'crash' } },
    {
      id: 'sum',
      name: 'Month',
      kind: 'processor',
      operator: 'aggregate',
      inputs: ['in'],
      config: {
        groupBy: ['account'],
        window: { unit: 'month' },
        functions: [{ name: 'total', function: 'sum', field: 'units' }],
      },
    },
    {
      id: 'out',
      name: 'Months',
      kind: 'target',
      operator: 'event-store',
      inputs: ['sum'],
      config: {
        store: 'months',
        mapping: [
          { field: 'account', from: 'account' },
          { field: 'month', from: 'windowStart' },
          { field: 'units', from: 'total' },
        ],
      },
    },
  ],
};

export async function setUp(weir: Weir): Promise<void> {
  await weir.post('/v1/event-definitions', definition);
  await weir.post('/v1/event-definitions', {
    name: 'month',
    fields: [
      { name: 'account', type: 'string', required: true },
      { name: 'month', type: 'datetime', required: true },
      { name: 'units', type: 'decimal' },
    ],
    eventIdFields: ['account', 'month'],
    eventTimeField: 'month',
  });
  await weir.post('/v1/event-stores', { name: 'crash', eventDefinition: 'crash' });
  await weir.post('/v1/event-stores', { name: 'aging', eventDefinition: 'crash', retentionDays: 60 });
  await weir.post('/v1/event-stores', { name: 'months', eventDefinition: 'month' });
  await weir.post('/v1/meters', {
    name: 'per day',
    type: 'sum',
    source: { operator: 'event-store', config: { store: 'crash' } },
    quantityField: 'units',
    groupBy: ['account'],
    window: { unit: 'day' },
    usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'unit' } },
  });
  await weir.post('/v1/meters', monthly);
}
