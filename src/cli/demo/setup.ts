// Owns the configuration of the demo: what `examples/api-usage.yaml` holds, as the API takes it.

export const DEFINITION = 'api-request';
export const STORE = 'api-requests';
export const METER = 'api-units-per-account';

export const definitionBody = {
  name: DEFINITION,
  fields: [
    { name: 'requestId', type: 'string', required: true },
    { name: 'timestamp', type: 'datetime', required: true },
    { name: 'account', type: 'string', required: true },
    { name: 'region', type: 'string', required: true },
    { name: 'endpoint', type: 'string' },
    { name: 'units', type: 'decimal', scale: 6, required: true },
    { name: 'bytes', type: 'integer' },
    { name: 'status', type: 'integer' },
  ],
  eventIdFields: ['requestId'],
  eventTimeField: 'timestamp',
  timeZone: 'UTC',
} as const;

export const storeBody = { name: STORE, eventDefinition: DEFINITION } as const;

export const meterBody = {
  name: METER,
  type: 'sum',
  source: { operator: 'event-store', config: { store: STORE } },
  quantityField: 'units',
  groupBy: ['account'],
  window: { unit: 'month', timeZone: 'UTC' },
  usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'units' } },
} as const;
