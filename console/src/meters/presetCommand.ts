/** The curl line that makes a first meter: the sum of a field per account and month. */
export function presetCommand(): string {
  const meter = {
    name: 'units-per-month',
    type: 'sum',
    source: { operator: 'event-store', config: { store: 'STORE' } },
    quantityField: 'units',
    groupBy: ['account'],
    window: { unit: 'month' },
    usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'unit' } },
  };
  const members = Object.entries(meter).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
  return [
    `curl ${location.origin}/v1/meters \\`,
    `  -H "authorization: Bearer $WEIR_API_KEY" -H 'content-type: application/json' \\`,
    `  -d '{ ${members.join(',\n        ')} }'`,
  ].join('\n');
}
