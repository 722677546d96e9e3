import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestServer, removeDirectory } from '../server.ts';
import type { TestServer } from '../server.ts';

interface Backfill {
  readonly id: string;
  readonly status: string;
  readonly counts: Record<string, number>;
}

let weir: TestServer;
const csv = { headers: { 'content-type': 'text/csv' } };
const afterwards: unknown[] = [];

const makeStore = async (name: string, events: number): Promise<string> => {
  await weir.call('POST', '/v1/event-stores', { name, eventDefinition: 'usage' });
  const rows = Array.from({ length: events }, (_, n) => ({ id: `e${n}`, at: '2026-09-01' }));
  await weir.call('POST', `/v1/event-stores/${name}/events`, rows);
  return `/v1/event-stores/${name}`;
};
const preview = (store: string, file: string) =>
  weir.call<Backfill>('POST', `${store}/backfills?kind=delete`, file, csv);
const confirm = (id: string, body?: unknown) =>
  weir.call<Backfill>('POST', `/v1/backfills/${id}/confirm`, body);
const idsOf = async (store: string): Promise<string[]> => {
  const { body } = await weir.call<{ items: { eventId: string }[] }>('GET', `${store}/events`);
  return body.items.map(({ eventId }) => eventId);
};
async function ended(id: string): Promise<Backfill> {
  await weir.server.services.backfills.settled();
  return (await weir.call<Backfill>('GET', `/v1/backfills/${id}`)).body;
}

beforeAll(async () => {
  weir = await openTestServer();
  await weir.call('POST', '/v1/event-definitions', {
    name: 'usage',
    fields: [
      { name: 'id', type: 'string', required: true },
      { name: 'at', type: 'datetime', required: true },
    ],
    eventIdFields: ['id'],
    eventTimeField: 'at',
  });
  weir.server.services.backfillFollowers.register({
    plansOf: () => Promise.resolve([]),
    affectedRecords: async (_store, events) => ('backfill' in events ? 20 : 30),
    afterBackfill: async (...call) => {
      afterwards.push(call);
      return ['run_1'];
    },
  });
});
afterAll(async () => {
  await weir.close();
  removeDirectory(weir.dataDir);
});

describe('a delete backfill', () => {
  it('is previewed, confirmed, done once and seen in the list', async () => {
    const store = await makeStore('deleting', 5);
    const template = await weir.call<string>('GET', `${store}/backfills/template`);
    expect(template.body).toBe('id\r\n');
    const previewed = await preview(store, `${template.body}e1\ne3\ne3\nnope\n`);
    expect(previewed.status).toBe(201);
    expect(previewed.body).toMatchObject({
      kind: 'delete',
      status: 'previewed',
      counts: { input: 4, unique: 3, matched: 2, notFound: 1 },
      notFound: ['nope'],
      usageRecordsAffected: 20,
      createdBy: 'WEIR_ADMIN_KEY',
    });
    expect(await idsOf(store)).toHaveLength(5);
    const { id } = previewed.body;
    expect(await confirm(id)).toMatchObject({ status: 202, body: { status: 'running' } });
    expect(await ended(id)).toMatchObject({
      status: 'completed',
      counts: { deleted: 2 },
      changedSincePreview: [],
      runs: [],
    });
    expect(afterwards).toEqual([]);
    expect(await idsOf(store)).toEqual(['e0', 'e2', 'e4']);
    expect((await confirm(id)).body).toMatchObject({ status: 409, code: 'BACKFILL_NOT_PREVIEWED' });
    const history = await weir.call('GET', `${store}/events/e1/history`);
    expect(history.body).toMatchObject({ items: [{ change: 'delete', cause: id }] });
    const list = await weir.call('GET', `${store}/backfills`);
    expect(list.body).toMatchObject({ items: [{ id, status: 'completed' }], nextCursor: null });
  });

  it('leaves alone what changed after the preview', async () => {
    const store = await makeStore('changing', 3);
    const { body } = await preview(store, 'id\ne0\ne1\n');
    await weir.call('POST', `${store}/events`, { id: 'e0', at: '2026-09-09' });
    await confirm(body.id, {});
    expect(await ended(body.id)).toMatchObject({ counts: { deleted: 1 }, changedSincePreview: ['e0'] });
    expect((await idsOf(store)).sort()).toEqual(['e0', 'e2']);
  });

  it('lets those who depend on it follow, when asked to', async () => {
    const store = await makeStore('followed', 2);
    const { body } = await preview(store, 'id\ne0\n');
    await confirm(body.id, { reconcile: true });
    expect(await ended(body.id)).toMatchObject({ status: 'completed', reconcile: true, runs: ['run_1'] });
    const made = await weir.call<{ id: string }>('GET', store);
    // Two writes and one deletion.
    const actor = expect.objectContaining({ name: 'WEIR_ADMIN_KEY' });
    expect(afterwards).toEqual([[actor, made.body.id, { after: 2n, upTo: 3n }, body.id]]);
  });

  it('waits until the store is idle', async () => {
    const store = await makeStore('busy', 1);
    const { body: made } = await weir.call<{ id: string }>('GET', store);
    const { body } = await preview(store, 'id\ne0\n');
    const end = weir.server.services.storeActivity.begin(made.id, {
      activity: 'writing',
      kind: 'import',
      id: 'im_1',
    });
    expect((await confirm(body.id)).body).toMatchObject({ status: 409, code: 'EVENT_STORE_BUSY' });
    end();
    expect((await confirm(body.id)).status).toBe(202);
    expect(await ended(body.id)).toMatchObject({ status: 'completed' });
  });

  it('refuses a bad file whole, and anything but CSV', async () => {
    const store = await makeStore('refusing', 1);
    const answer = await preview(store, 'id\ne0\n=x\n""\n');
    expect(answer.body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/rows/3/id' }, { pointer: '/rows/4/id' }],
    });
    const latin = await weir.call(
      'POST',
      `${store}/backfills?kind=delete`,
      Uint8Array.of(0x69, 0x64, 0x0a, 0xe9),
      csv,
    );
    expect(latin.body).toMatchObject({ status: 400, code: 'BODY_MALFORMED' });
    expect((await weir.call('POST', `${store}/backfills?kind=delete`, {})).status).toBe(415);
    expect((await weir.call('POST', `${store}/backfills`, 'id\n', csv)).status).toBe(422);
    expect((await weir.call('GET', '/v1/backfills/bf_none')).body).toMatchObject({
      code: 'BACKFILL_NOT_FOUND',
    });
    expect((await weir.call('GET', `${store}/backfills`)).body).toMatchObject({ items: [] });
  });

  it('may be previewed but not confirmed by a runner', async () => {
    const store = await makeStore('roles', 1);
    const { body: runner } = await weir.call<{ key: string }>('POST', '/v1/api-keys', {
      name: 'r',
      role: 'runner',
    });
    const asRunner = { ...csv, key: runner.key };
    const made = await weir.call<Backfill>('POST', `${store}/backfills?kind=delete`, 'id\ne0\n', asRunner);
    expect(made.status).toBe(201);
    const answer = await weir.call('POST', `/v1/backfills/${made.body.id}/confirm`, undefined, {
      key: runner.key,
    });
    expect(answer.body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });
});
