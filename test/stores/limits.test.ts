// How many stores there may be, and what they may be called.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ID_PREFIXES } from '../../src/control-plane/ids.ts';
import { eventStores } from '../../src/stores/index.ts';
import { openTestServer, removeDirectory } from '../server.ts';
import type { TestServer } from '../server.ts';

const STORES_MAX = 1_000;

let weir: TestServer;
beforeAll(async () => {
  weir = await openTestServer();
  await weir.call('POST', '/v1/event-definitions', {
    name: 'call',
    fields: [
      { name: 'id', type: 'string' },
      { name: 'at', type: 'datetime' },
    ],
    eventIdFields: ['id'],
    eventTimeField: 'at',
  });
});
afterAll(async () => {
  await weir.close();
  removeDirectory(weir.dataDir);
});

const make = (name: string) => weir.call('POST', '/v1/event-stores', { name, eventDefinition: 'call' });

describe('names of stores', () => {
  it('are unique', async () => {
    expect((await make('one')).status).toBe(201);
    expect((await make('two')).status).toBe(201);
    const taken = { status: 409, body: { code: 'EVENT_STORE_NAME_EXISTS' } };
    expect(await make('one')).toMatchObject(taken);
    const renamed = { name: 'one', eventDefinition: 'call' };
    expect(await weir.call('PUT', '/v1/event-stores/two', renamed)).toMatchObject(taken);
  });

  it.each(ID_PREFIXES)('do not begin like an id: %s_', async (prefix) => {
    const refused = { status: 422, body: { errors: [{ code: 'NAME_INVALID', pointer: '/name' }] } };
    expect(await make(`${prefix}_mine`)).toMatchObject(refused);
  });
});

describe('a data directory', () => {
  it(`holds ${STORES_MAX} stores, inboxes included, and no more`, async () => {
    const { control } = weir.server.services;
    const { body } = (await control.find(eventStores, 'one'))!;
    const room = STORES_MAX - (await control.count(eventStores)) - 1;
    // Entries alone: their tables would take a minute and tell nothing about the limit.
    await control.change({ id: 'test', name: 'test' }, async (change) => {
      for (let number = 0; number < room; number += 1) {
        await change.insert(eventStores, { ...body, number: 10_000 + number }, { name: `entry ${number}` });
      }
    });
    expect((await make('the last')).status).toBe(201);
    const full = { status: 409, body: { code: 'EVENT_STORE_LIMIT' } };
    expect(await make('one too many')).toMatchObject(full);
    const meter = {
      name: 'm',
      type: 'count',
      source: { operator: 'streaming-api', config: { eventDefinition: 'call' } },
      groupBy: ['id'],
      window: { unit: 'day' },
      usage: { accountNumber: { field: 'id' }, unitOfMeasure: { constant: 'call' } },
    };
    expect(await weir.call('POST', '/v1/meters', meter)).toMatchObject(full);
    // Nothing of the meter is left.
    expect((await weir.call('GET', '/v1/meters')).body).toMatchObject({ items: [] });
    expect((await weir.call('DELETE', '/v1/event-stores/two')).status).toBe(204);
    expect((await weir.call('POST', '/v1/meters', meter)).status).toBe(201);
  });
});
