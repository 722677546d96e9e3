// The meters that are compared with a plain evaluation (reference.ts), by the same names.

/** Definition of the events that they read. */
export const CALL = {
  name: 'call',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'at', type: 'datetime' },
    { name: 'account', type: 'string', required: true },
    { name: 'region', type: 'string' },
    { name: 'units', type: 'decimal', scale: 6 },
  ],
  eventIdFields: ['id'],
  eventTimeField: 'at',
};

const source = (store: string) => ({
  id: 's',
  name: 'Calls',
  kind: 'source',
  operator: 'event-store',
  config: { store },
});
const target = (input: string, extra: object = {}) => ({
  id: 'u',
  name: 'Usage',
  kind: 'target',
  operator: 'usage-records',
  inputs: [input],
  config: {
    quantity: { field: 'q' },
    accountNumber: { field: 'account' },
    unitOfMeasure: { constant: 'u' },
    ...extra,
  },
});
const aggregate = (id: string, inputs: string[], fn: string, window: object, field?: string) => ({
  id,
  name: id,
  kind: 'processor',
  operator: 'aggregate',
  inputs,
  config: {
    groupBy: ['account'],
    window,
    functions: [{ name: 'q', function: fn, ...(field === undefined ? {} : { field }) }],
  },
});
const only = (id: string, region: string) => ({
  id,
  name: id,
  kind: 'processor',
  operator: 'filter',
  inputs: ['s'],
  config: { all: [{ field: 'region', op: 'equal', value: region }] },
});

/** Nodes of each, over a store. */
export const graphs: Readonly<Record<string, (store: string) => object[]>> = {
  'month sum': (store) => [
    source(store),
    aggregate('a', ['s'], 'sum', { unit: 'month', timeZone: 'Europe/Budapest' }, 'units'),
    target('a'),
  ],
  'hour count': (store) => [
    source(store),
    aggregate('a', ['s'], 'count', { unit: 'hour', timeZone: 'America/New_York' }),
    target('a'),
  ],
  'day mean': (store) => [
    source(store),
    only('f', 'eu'),
    aggregate('a', ['f'], 'avg', { unit: 'day' }, 'units'),
    target('a'),
  ],
  'day most': (store) => [
    source(store),
    aggregate('a', ['s'], 'max', { unit: 'day', timeZone: 'Asia/Kathmandu' }, 'units'),
    target('a'),
  ],
  'day level': (store) => [
    source(store),
    aggregate('a', ['s'], 'weightedSum', { unit: 'day', timeZone: 'Europe/Budapest' }, 'units'),
    target('a'),
  ],
  'month regions': (store) => [
    source(store),
    aggregate('a', ['s'], 'unique', { unit: 'month' }, 'region'),
    target('a'),
  ],
  'both regions': (store) => [
    source(store),
    only('eu', 'eu'),
    only('us', 'us'),
    aggregate('a', ['eu', 'us'], 'sum', { unit: 'day' }, 'units'),
    target('a'),
  ],
  'sum of sums': (store) => [
    source(store),
    aggregate('h', ['s'], 'sum', { unit: 'hour' }, 'units'),
    aggregate('a', ['h'], 'sum', { unit: 'day' }, 'q'),
    target('a'),
  ],
  direct: (store) => [
    source(store),
    target('s', { quantity: { field: 'units' }, description: { field: 'id' } }),
  ],
};
