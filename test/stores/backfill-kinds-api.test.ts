// Every kind of backfill and its revert, as a caller of the API sees them.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestServer, removeDirectory } from '../server.ts';
import type { TestServer } from '../server.ts';

interface Backfill {
  readonly id: string;
  readonly status: string;
  readonly code: string;
  readonly counts: Record<string, number>;
  readonly errors: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
}

let weir: TestServer;
let stores = 0;

/** A store with events e0, e1, ...: amount n, on day 1 + n of September 2026. */
async function makeStore(events: number): Promise<string> {
  const name = `s${(stores += 1)}`;
  await weir.call('POST', '/v1/event-stores', { name, eventDefinition: 'usage' });
  const rows = Array.from({ length: events }, (_, n) => eventOf(n));
  await weir.call('POST', `/v1/event-stores/${name}/events`, rows);
  return `/v1/event-stores/${name}`;
}
const eventOf = (n: number, amount = String(n)) => ({
  id: `e${n}`,
  at: `2026-09-${String(1 + n).padStart(2, '0')}T12:00:00Z`,
  region: n % 2 ? 'eu' : 'us',
  amount,
});
const previewFile = (store: string, query: string, body: string | Uint8Array, type = 'application/json') =>
  weir.call<Backfill>('POST', `${store}/backfills?${query}`, body, { headers: { 'content-type': type } });
const previewObject = (store: string, body: unknown) =>
  weir.call<Backfill>('POST', `${store}/backfills`, body);
const amountsOf = async (store: string): Promise<Record<string, string>> => {
  const { body } = await weir.call<{ items: { eventId: string; fields: { amount: string } }[] }>(
    'GET',
    `${store}/events?limit=1000`,
  );
  return Object.fromEntries(body.items.map(({ eventId, fields }) => [eventId, fields.amount]));
};
async function carryOut(id: string, step: 'confirm' | 'revert', body?: unknown): Promise<Backfill> {
  const begun = await weir.call<Backfill>('POST', `/v1/backfills/${id}/${step}`, body);
  expect(begun).toMatchObject({
    status: 202,
    body: { status: step === 'confirm' ? 'running' : 'reverting' },
  });
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
      { name: 'region', type: 'string' },
      { name: 'amount', type: 'decimal', scale: 2 },
    ],
    eventIdFields: ['id'],
    eventTimeField: 'at',
  });
});
afterAll(async () => {
  await weir.close();
  removeDirectory(weir.dataDir);
});

describe('insert', () => {
  it('writes the events whose id is not there, and takes them back', async () => {
    const store = await makeStore(2);
    const events = JSON.stringify([eventOf(1, '99'), eventOf(2), eventOf(3), eventOf(3, '3.5')]);
    const { status, body } = await previewFile(store, 'kind=insert&reason=missed%20region', events);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      kind: 'insert',
      status: 'previewed',
      reason: 'missed region',
      counts: { input: 4, unique: 3, matched: 1, notFound: 2 },
      notFound: [],
      alreadyThere: ['e1'],
      createdBy: 'WEIR_ADMIN_KEY',
    });
    expect(Object.keys(await amountsOf(store))).toHaveLength(2);
    expect(await carryOut(body.id, 'confirm')).toMatchObject({
      status: 'completed',
      reason: 'missed region',
      counts: { input: 4, inserted: 2, deleted: 0, replaced: 0, changedSincePreview: 0 },
      confirmedBy: 'WEIR_ADMIN_KEY',
    });
    expect(await amountsOf(store)).toEqual({ e0: '0', e1: '1', e2: '2', e3: '3.5' });
    await weir.call('POST', `${store}/events`, eventOf(2, '7'));
    expect(await carryOut(body.id, 'revert')).toMatchObject({
      status: 'reverted',
      counts: { inserted: 2, reverted: 1, conflicts: 1 },
      conflicts: ['e2'],
      revertedBy: 'WEIR_ADMIN_KEY',
    });
    expect(await amountsOf(store)).toEqual({ e0: '0', e1: '1', e2: '7' });
  });

  it('reads every format that writing reads, packed or not', async () => {
    const store = await makeStore(0);
    const csv = 'id,at\nc1,2026-09-01\n';
    const ndjson = '{"id":"n1","at":"2026-09-01"}\n{"id":"n2","at":"2026-09-01","more":1}\n';
    const packed = await weir.call<Backfill>('POST', `${store}/backfills?kind=insert`, gzipSync(csv), {
      headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' },
    });
    const lines = await previewFile(store, 'kind=insert&unknown=ignore', ndjson, 'application/x-ndjson');
    const xml = '<events><event><id>x1</id><at>2026-09-01</at></event></events>';
    const elements = await previewFile(store, 'kind=insert', xml, 'application/xml');
    for (const { body } of [packed, lines, elements]) await carryOut(body.id, 'confirm');
    expect(Object.keys(await amountsOf(store)).sort()).toEqual(['c1', 'n1', 'n2', 'x1']);
  });

  it('refuses a file with a bad event whole, naming row and field of every one', async () => {
    const store = await makeStore(1);
    const csv = 'id,at,amount\ne7,2026-09-01,1\ne8,never,1\ne9,2026-09-01,x\n';
    const { status, body } = await previewFile(store, 'kind=insert', csv, 'text/csv');
    expect(status).toBe(422);
    expect(body.code).toBe('BACKFILL_EVENTS_REJECTED');
    expect(body.errors).toMatchObject([
      { pointer: '/rows/3/at', code: 'EVENT_INVALID' },
      { pointer: '/rows/4/amount', code: 'EVENT_INVALID' },
    ]);
    expect(body.errors[0]!.message).toMatch(/^Row 3: /u);
    const json = await previewFile(store, 'kind=correct', '[{"id":"e0"}]');
    expect(json.body.errors).toMatchObject([{ pointer: '/0/at' }]);
    expect((await weir.call('GET', `${store}/backfills`)).body).toMatchObject({ items: [] });
  });
});

describe('correct', () => {
  it('replaces the events whose id is there, and gives them back', async () => {
    const store = await makeStore(4);
    const events = [eventOf(0, '10'), eventOf(1), eventOf(2, '12'), eventOf(9)];
    const { body } = await previewFile(store, 'kind=correct', JSON.stringify(events));
    expect(body).toMatchObject({
      kind: 'correct',
      counts: { input: 4, unique: 4, matched: 3, notFound: 1, unchanged: 1 },
      notFound: ['e9'],
    });
    await weir.call('POST', `${store}/events`, eventOf(2, '5'));
    expect(await carryOut(body.id, 'confirm')).toMatchObject({
      counts: { replaced: 1, changedSincePreview: 1 },
      changedSincePreview: ['e2'],
    });
    expect(await amountsOf(store)).toEqual({ e0: '10', e1: '1', e2: '5', e3: '3' });
    const history = await weir.call('GET', `${store}/events/e0/history`);
    expect(history.body).toMatchObject({
      items: [{ change: 'replace', cause: body.id, fields: { amount: '0' } }],
    });
    expect(await carryOut(body.id, 'revert')).toMatchObject({ counts: { reverted: 1, conflicts: 0 } });
    expect((await amountsOf(store))['e0']).toBe('0');
  });
});

describe('delete-range', () => {
  it('deletes what meets the condition, however many, and gives it back', async () => {
    const store = await makeStore(8);
    const { status, body } = await previewObject(store, {
      kind: 'delete-range',
      from: '2026-09-02',
      to: '2026-09-06T12:00:00Z',
      filter: { region: 'eu' },
      reason: 'test traffic',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      kind: 'delete-range',
      reason: 'test traffic',
      range: {
        from: '2026-09-02T00:00:00.000000Z',
        to: '2026-09-06T12:00:00.000000Z',
        filter: { region: 'eu' },
      },
      counts: { input: 2, unique: 2, matched: 2, notFound: 0 },
    });
    await weir.call('POST', `${store}/events`, eventOf(3, '33'));
    expect(await carryOut(body.id, 'confirm')).toMatchObject({
      counts: { deleted: 1, changedSincePreview: 1 },
      changedSincePreview: ['e3'],
    });
    expect(Object.keys(await amountsOf(store)).sort()).toEqual(['e0', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7']);
    expect(await carryOut(body.id, 'revert')).toMatchObject({ counts: { reverted: 1 } });
    expect(Object.keys(await amountsOf(store))).toHaveLength(8);
  });

  it('says what is wrong with the condition, in the place where it is', async () => {
    const store = await makeStore(1);
    const wrong = await previewObject(store, { kind: 'delete-range', from: 'never', to: '2026-09-01' });
    expect(wrong.body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/from', code: 'TIME_FRAME_INVALID' }],
    });
    const filter = await previewObject(store, { kind: 'delete-range', filter: { no: 'x', amount: 'y' } });
    expect(filter.body.errors).toMatchObject([{ pointer: '/filter/no' }, { pointer: '/filter/amount' }]);
    const all = await previewObject(store, { kind: 'delete-range' });
    expect(all.body).toMatchObject({ status: 422, code: 'BACKFILL_RANGE_MISSING' });
    const unknown = await previewObject(store, { kind: 'explode' });
    expect(unknown.body).toMatchObject({ status: 422, errors: [{ pointer: '/kind' }] });
    const member = await previewObject(store, { kind: 'truncate', from: '2026-09-01' });
    expect(member.body).toMatchObject({ errors: [{ pointer: '/from', code: 'FIELD_UNKNOWN' }] });
  });
});

describe('truncate', () => {
  it('empties the store of what was there at the preview, and fills it again', async () => {
    const store = await makeStore(5);
    const { body } = await previewObject(store, { kind: 'truncate' });
    expect(body).toMatchObject({ kind: 'truncate', counts: { matched: 5 } });
    await weir.call('POST', `${store}/events`, eventOf(8));
    expect(await carryOut(body.id, 'confirm')).toMatchObject({ counts: { deleted: 5 } });
    expect(await amountsOf(store)).toEqual({ e8: '8' });
    expect(await carryOut(body.id, 'revert')).toMatchObject({ counts: { reverted: 5, conflicts: 0 } });
    expect(Object.keys(await amountsOf(store))).toHaveLength(6);
  });
});

describe('a revert', () => {
  it('is of a completed backfill, and only once', async () => {
    const store = await makeStore(2);
    const { body } = await previewObject(store, { kind: 'truncate' });
    const revert = async () => (await weir.call('POST', `/v1/backfills/${body.id}/revert`)).body;
    expect(await revert()).toMatchObject({ status: 409, code: 'BACKFILL_NOT_COMPLETED' });
    await carryOut(body.id, 'confirm');
    await carryOut(body.id, 'revert');
    expect(await revert()).toMatchObject({ status: 409, code: 'BACKFILL_REVERTED' });
    expect((await weir.call('POST', `/v1/backfills/${body.id}/confirm`)).body).toMatchObject({
      status: 409,
      code: 'BACKFILL_NOT_PREVIEWED',
    });
    expect((await weir.call('POST', '/v1/backfills/bf_none/revert')).status).toBe(404);
  });

  it('waits until the store is idle, is for admins, and is in the audit', async () => {
    const store = await makeStore(1);
    const { body: made } = await weir.call<{ id: string }>('GET', store);
    const { body } = await previewObject(store, { kind: 'truncate' });
    await carryOut(body.id, 'confirm');
    const end = weir.server.services.storeActivity.begin(made.id, {
      activity: 'writing',
      kind: 'import',
      id: 'im_1',
    });
    const busy = await weir.call('POST', `/v1/backfills/${body.id}/revert`);
    expect(busy.body).toMatchObject({ status: 409, code: 'EVENT_STORE_BUSY' });
    end();
    const runner = await weir.call<{ key: string }>('POST', '/v1/api-keys', { name: 'r', role: 'runner' });
    const denied = await weir.call('POST', `/v1/backfills/${body.id}/revert`, undefined, {
      key: runner.body.key,
    });
    expect(denied.status).toBe(403);
    await carryOut(body.id, 'revert');
    const audit = await weir.call<{ items: { after: { status: string } | null }[] }>(
      'GET',
      `/v1/audit?resource=${body.id}`,
    );
    expect(audit.body.items.map(({ after }) => after?.status)).toEqual([
      'reverted',
      'reverting',
      'completed',
      'running',
      'previewed',
    ]);
  });
});

describe('a preview', () => {
  it('may be discarded, unless it is confirmed', async () => {
    const store = await makeStore(1);
    const { body } = await previewFile(store, 'kind=correct', JSON.stringify(eventOf(0, '5')));
    expect((await weir.call('DELETE', `/v1/backfills/${body.id}`)).status).toBe(204);
    expect((await weir.call('GET', `/v1/backfills/${body.id}`)).status).toBe(404);
    const { body: other } = await previewObject(store, { kind: 'truncate' });
    await carryOut(other.id, 'confirm');
    expect((await weir.call('DELETE', `/v1/backfills/${other.id}`)).body).toMatchObject({
      status: 409,
      code: 'BACKFILL_NOT_PREVIEWED',
    });
  });
});
