// What a server that dies between its two planes leaves behind, and what the next start makes of it.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DuckDbBackfills } from '../../src/data-plane/duckdb/index.ts';
import { freshDirectory, openTestServer, removeDirectory } from '../server.ts';
import type { TestServer } from '../server.ts';

let weir: TestServer;
const directories: string[] = [];

async function open(dataDir = freshDirectory()): Promise<void> {
  weir = await openTestServer(dataDir);
  if (!directories.includes(dataDir)) directories.push(dataDir);
}

/** Ends the server as it is, and opens its directory again. */
async function restart(): Promise<void> {
  const { dataDir } = weir;
  await weir.close();
  await open(dataDir);
}

afterEach(async () => {
  await weir.close();
  vi.restoreAllMocks();
  for (const directory of directories.splice(0)) removeDirectory(directory);
});

const fields = [
  { name: 'id', type: 'string', required: true },
  { name: 'at', type: 'datetime', required: true },
];
const usage = { name: 'usage', fields, eventIdFields: ['id'], eventTimeField: 'at' };
const event = { id: 'a', at: '2026-09-01' };
const makeStore = async () => {
  await weir.call('POST', '/v1/event-definitions', usage);
  return weir.call('POST', '/v1/event-stores', { name: 's', eventDefinition: 'usage' });
};
/** The step fails as if the process had died before it; what came before has been committed. */
const dieBefore = (step: 'createStore' | 'extendStore' | 'dropStore') =>
  vi.spyOn(weir.server.services.events, step).mockRejectedValue(new Error('died here'));

describe('a store', () => {
  it('whose table was not made is whole after the next start', async () => {
    await open();
    dieBefore('createStore');
    expect((await makeStore()).status).toBe(500);
    await restart();
    expect((await weir.call('GET', '/v1/event-stores/s')).body).toMatchObject({ eventCount: 0 });
    expect((await weir.call('POST', '/v1/event-stores/s/events', event)).body).toMatchObject({ accepted: 1 });
  });

  it('whose table was not made is whole at its first use, when the server lives on', async () => {
    await open();
    dieBefore('createStore').mockRejectedValueOnce(new Error('disk full'));
    await makeStore();
    vi.restoreAllMocks();
    expect((await weir.call('POST', '/v1/event-stores/s/events', event)).body).toMatchObject({ accepted: 1 });
  });

  it('whose table was not extended takes the new field after the next start', async () => {
    await open();
    await makeStore();
    dieBefore('extendStore');
    const grown = { ...usage, fields: [...fields, { name: 'more', type: 'string' }] };
    expect((await weir.call('PUT', '/v1/event-definitions/usage', grown)).status).toBe(500);
    await restart();
    expect((await weir.call('GET', '/v1/event-definitions/usage')).body).toMatchObject({ version: 2 });
    const written = await weir.call('POST', '/v1/event-stores/s/events', { ...event, more: 'x' });
    expect(written.body).toMatchObject({ accepted: 1 });
  });

  it('whose table was not dropped is gone, and its name and table are free', async () => {
    await open();
    await makeStore();
    await weir.call('POST', '/v1/event-stores/s/events', event);
    dieBefore('dropStore');
    expect((await weir.call('DELETE', '/v1/event-stores/s')).status).toBe(500);
    await restart();
    expect((await weir.call('GET', '/v1/event-stores/s')).body).toMatchObject({
      code: 'EVENT_STORE_NOT_FOUND',
    });
    const dropped = vi.spyOn(weir.server.services.events, 'dropStore');
    expect((await makeStore()).body).toMatchObject({ eventCount: 0 });
    expect(dropped).not.toHaveBeenCalled();
  });
});

describe('a backfill', () => {
  it('that was confirmed but not done is done by the next start', async () => {
    await open();
    await makeStore();
    await weir.call('POST', '/v1/event-stores/s/events', [event, { ...event, id: 'b' }]);
    const csv = { headers: { 'content-type': 'text/csv' } };
    const { body } = await weir.call<{ id: string }>(
      'POST',
      '/v1/event-stores/s/backfills?kind=delete',
      'id\na\n',
      csv,
    );
    // Never answers: the process ends before the data plane does.
    vi.spyOn(DuckDbBackfills.prototype, 'confirmStep').mockImplementation(() => new Promise(() => undefined));
    vi.spyOn(weir.server.services.backfills, 'settled').mockResolvedValue();
    expect((await weir.call('POST', `/v1/backfills/${body.id}/confirm`)).status).toBe(202);
    expect((await weir.call('GET', '/v1/event-stores/s')).body).toMatchObject({
      status: { activity: 'deleting' },
    });
    const { dataDir } = weir;
    await weir.close();
    vi.restoreAllMocks();
    await open(dataDir);
    await weir.server.services.backfills.settled();
    expect((await weir.call('GET', `/v1/backfills/${body.id}`)).body).toMatchObject({
      status: 'completed',
      counts: { deleted: 1 },
    });
    expect((await weir.call('GET', '/v1/event-stores/s')).body).toMatchObject({
      eventCount: 1,
      status: { activity: 'idle' },
    });
  });

  it('that fails says so, and leaves the store idle', async () => {
    await open();
    await makeStore();
    const csv = { headers: { 'content-type': 'text/csv' } };
    const { body } = await weir.call<{ id: string }>(
      'POST',
      '/v1/event-stores/s/backfills?kind=delete',
      'id\na\n',
      csv,
    );
    vi.spyOn(DuckDbBackfills.prototype, 'confirmStep').mockRejectedValue(new Error('died here'));
    await weir.call('POST', `/v1/backfills/${body.id}/confirm`);
    await weir.server.services.backfills.settled();
    expect((await weir.call('GET', `/v1/backfills/${body.id}`)).body).toMatchObject({
      status: 'failed',
      error: { code: 'INTERNAL' },
    });
    expect((await weir.call('GET', '/v1/event-stores/s')).body).toMatchObject({
      status: { activity: 'idle' },
    });
    expect(weir.logged.some((line) => line.includes('died here'))).toBe(true);
  });
});
