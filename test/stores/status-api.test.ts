// The status of a store while an import, a run and a backfill really work on it, each held in the middle.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DuckDbBackfills } from '../../src/data-plane/duckdb/backfill-commits.ts';
import { REPLAY_ALL, openApi } from '../api.ts';
import type { Api } from '../api.ts';
import { defineEvents } from '../fixture.ts';

let api: Api;

beforeEach(async () => {
  api = await openApi();
  await defineEvents(api, 'usage', { units: 'decimal' });
  for (const name of ['source', 'target']) {
    await api.post('/v1/event-stores', { name, eventDefinition: 'usage' });
  }
  await api.post('/v1/event-stores/source/events', [{ id: 'a', at: '2026-09-01', units: '1' }]);
  await api.post('/v1/meters', {
    name: 'copy',
    type: 'custom',
    nodes: [
      { id: 's', name: 'In', kind: 'source', operator: 'event-store', config: { store: 'source' } },
      {
        id: 't',
        name: 'Out',
        kind: 'target',
        operator: 'event-store',
        inputs: ['s'],
        config: { store: 'target', mapping: ['id', 'at', 'units'].map((field) => ({ field, from: field })) },
      },
    ],
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await api.close();
});

type Method = (...args: unknown[]) => Promise<unknown>;

/** Lets calls of a method of the data plane wait until they are released. */
function held(owner: object, method: string): () => void {
  const methods = owner as Record<string, Method>;
  const real = methods[method];
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  vi.spyOn(methods, method).mockImplementation(async function (this: unknown, ...args: unknown[]) {
    await gate;
    return real?.apply(this, args);
  });
  return release;
}

const statusOf = async (store: string): Promise<{ activity: string; work: object[] }> =>
  (await api.get<{ status: { activity: string; work: object[] } }>(`/v1/event-stores/${store}`)).status;
const previewed = async (store: string): Promise<string> => {
  const path = `/v1/event-stores/${store}/backfills?kind=delete`;
  return (await api.post<{ id: string }>(path, 'id\na\n', { 'content-type': 'text/csv' })).id;
};
const confirm = (backfill: string) =>
  api.weir.call<{ code?: string; detail?: string }>('POST', `/v1/backfills/${backfill}/confirm`, {});

describe('a store', () => {
  it('that an import writes to is writing, says so, and takes no backfill until it has ended', async () => {
    const { events, imports } = api.weir.server.services;
    await api.weir.call('PUT', '/v1/files/f.csv', 'id,at,units\nb,2026-09-02,2\n', {
      headers: { 'content-type': 'application/octet-stream' },
    });
    const backfill = await previewed('source');
    const release = held(events, 'append');
    const { id } = await api.post<{ id: string }>('/v1/event-stores/source/imports', { file: 'f.csv' });
    expect(await statusOf('source')).toMatchObject({ activity: 'writing', work: [{ kind: 'import', id }] });
    const refused = await confirm(backfill);
    expect([refused.status, refused.body.code]).toEqual([409, 'EVENT_STORE_BUSY']);
    expect(refused.body.detail).toContain(id);
    expect(await statusOf('target')).toMatchObject({ activity: 'idle', work: [] });
    release();
    await imports.settled();
    expect(await statusOf('source')).toMatchObject({ activity: 'idle', work: [] });
    expect((await confirm(backfill)).status).toBe(202);
  });

  it('that a run fills is writing, the one it reads is not', async () => {
    const { pipeline, runs } = api.weir.server.services;
    const release = held(pipeline, 'commitSlice');
    const { id } = await api.post<{ id: string }>('/v1/meters/copy/runs', REPLAY_ALL);
    await vi.waitFor(async () =>
      expect(await statusOf('target')).toMatchObject({ activity: 'writing', work: [{ kind: 'run', id }] }),
    );
    expect(await statusOf('source')).toMatchObject({ activity: 'idle', work: [] });
    release();
    await runs.settled();
    expect(await statusOf('target')).toMatchObject({ activity: 'idle', work: [] });
  });

  it('that a backfill deletes from is deleting; single writes go on meanwhile', async () => {
    const { backfills } = api.weir.server.services;
    const first = await previewed('source');
    const second = await previewed('source');
    const release = held(DuckDbBackfills.prototype, 'confirmStep');
    expect((await confirm(first)).status).toBe(202);
    expect(await statusOf('source')).toMatchObject({
      activity: 'deleting',
      work: [{ kind: 'backfill', id: first }],
    });
    const refused = await confirm(second);
    expect([refused.status, refused.body.code]).toEqual([409, 'EVENT_STORE_BUSY']);
    const written = await api.post('/v1/event-stores/source/events', [
      { id: 'c', at: '2026-09-03', units: '3' },
    ]);
    expect(written).toMatchObject({ accepted: 1 });
    release();
    await backfills.settled();
    expect(await statusOf('source')).toMatchObject({ activity: 'idle', work: [] });
  });
});
