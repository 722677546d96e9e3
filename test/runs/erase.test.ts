// Erasing a subject: what stays of its events, what becomes of the usage that counted them, and where its value must
// not be found any more.
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api } from '../api.ts';
import { REPLAY_ALL, openApi, runMeter } from '../api.ts';
import { removeDirectory } from '../server.ts';

interface Backfill {
  readonly id: string;
  readonly status: string;
  readonly code: string;
  readonly counts: Record<string, number>;
  readonly subject: unknown;
  readonly usageRecordsAffected: number;
  readonly errors: readonly { readonly pointer: string; readonly code: string }[];
}
interface Written {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly code: string }[];
}
interface Stored {
  readonly eventId: string;
  readonly eventTime: string;
  readonly ingestSequence: string;
  readonly fields: Record<string, unknown>;
}
interface UsageRow {
  readonly id: string;
  readonly accountNumber: string;
  readonly startDateTime: string;
  readonly quantity: string;
}

let api: Api;
let stores = 0;

const SUBJECT = 'ann@example.test';
const eventOf = (id: number, email: string, account: string, units: number) => ({
  id: `e${id}`,
  at: `2026-09-${String(1 + (id % 3)).padStart(2, '0')}T08:00:00Z`,
  account,
  email,
  units: String(units),
});
const sum = (name: string, store: string, groupBy: string[] = ['account']) => ({
  name,
  type: 'sum',
  source: { operator: 'event-store', config: { store } },
  quantityField: 'units',
  groupBy,
  window: { unit: 'day' },
  usage: {
    accountNumber: groupBy.length === 0 ? { constant: 'all' } : { field: 'account' },
    unitOfMeasure: { constant: 'unit' },
  },
});
/** Nine events of accounts a, b, c over three days; those of account a are Ann's. One of hers was replaced. */
async function metered(definition = 'calls'): Promise<{ name: string; store: string; meter: string }> {
  const name = `s${(stores += 1)}`;
  const store = `/v1/event-stores/${name}`;
  await api.post('/v1/event-stores', { name, eventDefinition: definition });
  const rows = Array.from({ length: 9 }, (_, n) => {
    const account = 'abc'[Math.floor(n / 3)]!;
    return eventOf(n, account === 'a' ? SUBJECT : `${account}@example.test`, account, n + 1);
  });
  await api.post(`${store}/events`, rows);
  await api.post(`${store}/events`, [{ ...rows[0]!, units: '100' }]);
  const meter = `per-day-${name}`;
  await api.post('/v1/meters', sum(meter, name));
  await runMeter(api, meter, REPLAY_ALL);
  return { name, store, meter };
}
const records = async (meter: string): Promise<readonly UsageRow[]> =>
  (await api.get<{ items: UsageRow[] }>(`/v1/usage-records?limit=1000&state=current&meter=${meter}`)).items;
const figures = async (meter: string): Promise<string[]> =>
  (await records(meter)).map((row) => `${row.accountNumber} ${row.startDateTime} ${row.quantity}`).sort();
const events = async (store: string): Promise<readonly Stored[]> =>
  (await api.get<{ items: Stored[] }>(`${store}/events?limit=1000`)).items;
const stale = async (meter: string): Promise<unknown> =>
  (await api.get<{ stale: unknown }>(`/v1/meters/${meter}`)).stale;
const preview = (store: string, field: string, value: string): Promise<Backfill> =>
  api.post<Backfill>(`${store}/backfills`, { kind: 'erase', field, value, reason: 'request 17' });
async function confirm(id: string, reconcile = false): Promise<Backfill> {
  await api.post(`/v1/backfills/${id}/confirm`, { reconcile });
  await api.weir.server.services.backfills.settled();
  return api.get<Backfill>(`/v1/backfills/${id}`);
}
const erase = async (store: string, field: string, value: string): Promise<Backfill> =>
  confirm((await preview(store, field, value)).id);

beforeAll(async () => {
  api = await openApi();
  const fields = [
    { name: 'id', type: 'string', required: true },
    { name: 'at', type: 'datetime', required: true },
    { name: 'account', type: 'string', required: true },
    { name: 'email', type: 'string' },
    { name: 'units', type: 'decimal', scale: 2 },
  ];
  const common = { fields, eventTimeField: 'at' };
  await api.post('/v1/event-definitions', { name: 'calls', ...common, eventIdFields: ['id'] });
  await api.post('/v1/event-definitions', { name: 'personal', ...common, eventIdFields: ['email', 'id'] });
  await api.post('/v1/event-definitions', {
    name: 'numbered',
    fields: [
      { name: 'number', type: 'integer', required: true },
      { name: 'at', type: 'datetime' },
    ],
    eventIdFields: ['number'],
    eventTimeField: 'at',
  });
});
afterAll(async () => {
  const { dataDir } = api.weir;
  await api.close();
  removeDirectory(dataDir);
});

describe('erasing a subject by a field', () => {
  it('previews without changing anything', async () => {
    const { store, meter } = await metered();
    const before = await events(store);
    expect(await preview(store, 'email', SUBJECT)).toMatchObject({
      status: 'previewed',
      counts: { input: 3, unique: 3, matched: 3, notFound: 0, former: 1 },
      subject: { field: 'email' },
      usageRecordsAffected: 3,
    });
    expect(await events(store)).toEqual(before);
    expect(await stale(meter)).toBe(false);
  });

  it('leaves id, time and sequence, in current and former versions', async () => {
    const { store } = await metered();
    const before = await events(store);
    expect(await erase(store, 'email', SUBJECT)).toMatchObject({
      status: 'completed',
      counts: { erased: 4 },
    });
    const after = await events(store);
    const places = (rows: readonly Stored[]) =>
      rows.map(({ eventId, eventTime, ingestSequence }) => [eventId, eventTime, ingestSequence]);
    expect(places(after)).toEqual(places(before));
    for (const [index, { fields }] of before.entries()) {
      const { id, at } = fields;
      expect(after[index]!.fields).toEqual(fields['email'] === SUBJECT ? { id, at } : fields);
    }
    const { items: versions } = await api.get<{ items: Stored[] }>(`${store}/events/e0/history`);
    expect(versions.map(({ fields }) => Object.keys(fields).sort())).toEqual([['at', 'id']]);
  });

  it('keeps the figures that were billed, whatever runs afterwards, and says so', async () => {
    const { store, meter } = await metered();
    const before = await figures(meter);
    const frozen = (await records(meter)).filter(({ accountNumber }) => accountNumber === 'a');
    const { id } = await preview(store, 'email', SUBJECT);
    expect(await confirm(id, true)).toMatchObject({ runs: [] });
    expect(await stale(meter)).toBe(false);
    expect(await runMeter(api, meter, { ...REPLAY_ALL, dryRun: true })).toMatchObject({
      status: 'completed',
      result: { inserted: 0, revised: 0, retracted: 0, unchanged: 6, frozen: 3 },
    });
    expect(await runMeter(api, meter, REPLAY_ALL)).toMatchObject({
      status: 'completed',
      result: { inserted: 0, revised: 0, retracted: 0, unchanged: 6, frozen: 3 },
    });
    expect(await figures(meter)).toEqual(before);
    // An event that is new to a frozen record leaves it as it is; the others are evaluated as ever.
    await api.post(`${store}/events`, [
      eventOf(30, 'x@example.test', 'a', 7),
      eventOf(33, 'x@example.test', 'b', 7),
    ]);
    expect(await runMeter(api, meter, REPLAY_ALL)).toMatchObject({ result: { revised: 1, frozen: 3 } });
    expect((await records(meter)).filter(({ accountNumber }) => accountNumber === 'a')).toEqual(frozen);
    const lineage = await api.weir.call<{ code: string }>('GET', `/v1/usage-records/${frozen[0]!.id}/events`);
    expect([lineage.status, lineage.body.code]).toEqual([409, 'LINEAGE_NOT_KEPT']);
  });

  it('gives nulls, which count in no sum, to a meter that is new', async () => {
    const { name, store } = await metered();
    await erase(store, 'email', SUBJECT);
    await api.post('/v1/meters', sum(`total-${name}`, name, []));
    await runMeter(api, `total-${name}`, REPLAY_ALL);
    const total = (await records(`total-${name}`)).map(({ quantity }) => quantity).sort();
    expect(total).toEqual(['11', '13', '15']);
  });

  it('refuses an erased event that is sent again, unless it is as it stands', async () => {
    const { store } = await metered();
    await erase(store, 'email', SUBJECT);
    const written = await api.post<Written>(`${store}/events`, [
      eventOf(0, SUBJECT, 'a', 5),
      eventOf(50, 'new@example.test', 'z', 5),
      eventOf(0, SUBJECT, 'a', 6),
    ]);
    expect(written).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(written.rejected.map(({ code }) => code)).toEqual(['EVENT_ERASED', 'EVENT_ERASED']);
    const [once] = (await api.post<Written>(`${store}/events`, [eventOf(1, SUBJECT, 'a', 5)])).rejected;
    expect(once).toMatchObject({ code: 'EVENT_ERASED' });
    expect(await erase(store, 'email', SUBJECT)).toMatchObject({ counts: { matched: 0, former: 0 } });
  });

  it('cannot be reverted, and other backfills do not bring it back', async () => {
    const { store } = await metered();
    const corrected = await api.weir.call<Backfill>(
      'POST',
      `${store}/backfills?kind=correct`,
      [eventOf(1, SUBJECT, 'a', 55), eventOf(4, 'b@example.test', 'b', 44)],
      { headers: { 'content-type': 'application/json' } },
    );
    await confirm(corrected.body.id);
    const staged = await api.weir.call<Backfill>('POST', `${store}/backfills?kind=correct`, [
      eventOf(2, SUBJECT, 'a', 1),
    ]);
    const { id } = await erase(store, 'email', SUBJECT);
    const refused = await api.weir.call<Backfill>('POST', `/v1/backfills/${id}/revert`, {});
    expect([refused.status, refused.body.code]).toEqual([409, 'BACKFILL_NOT_REVERTIBLE']);
    await confirm(staged.body.id);
    await api.post(`/v1/backfills/${corrected.body.id}/revert`, {});
    await api.weir.server.services.backfills.settled();
    expect(await api.get(`/v1/backfills/${corrected.body.id}`)).toMatchObject({
      status: 'reverted',
      counts: { reverted: 1, conflicts: 1 },
      conflicts: ['e1'],
    });
    const text = JSON.stringify(await events(store));
    expect(text).not.toContain(SUBJECT);
    expect(text).not.toContain('"units":"44"');
  });

  it('names what it cannot look for', async () => {
    const { store } = await metered();
    const refused = async (path: string, field: string, value: string) => {
      const body = { kind: 'erase', field, value };
      const answer = await api.weir.call<Backfill>('POST', `${path}/backfills`, body);
      return [answer.status, ...answer.body.errors.map(({ pointer, code }) => `${code} ${pointer}`)];
    };
    expect(await refused(store, 'phone', 'x')).toEqual([422, 'ERASE_SUBJECT_INVALID /field']);
    expect(await refused(store, 'at', '2026-09-01')).toEqual([422, 'ERASE_SUBJECT_INVALID /field']);
    expect(await refused(store, 'units', 'many')).toEqual([422, 'ERASE_SUBJECT_INVALID /value']);
    await api.post('/v1/event-stores', { name: 'numbers', eventDefinition: 'numbered' });
    expect(await refused('/v1/event-stores/numbers', 'number', '1')).toEqual([
      422,
      'ERASE_SUBJECT_INVALID /field',
    ]);
  });
});

describe('a subject that is in the event id', () => {
  it('is replaced by a marker under which the event is found', async () => {
    const { store, meter } = await metered('personal');
    const before = await figures(meter);
    expect(await erase(store, 'email', SUBJECT)).toMatchObject({
      status: 'completed',
      counts: { erased: 4 },
    });
    const blank = (await events(store)).filter(({ fields }) => String(fields['email']).startsWith('erased-'));
    expect(blank.map(({ fields }) => Object.keys(fields).sort())).toEqual(
      Array.from({ length: 3 }, () => ['at', 'email', 'id']),
    );
    for (const { eventId, ingestSequence } of blank) {
      expect(await api.get(`${store}/events/${eventId}`)).toMatchObject({ ingestSequence });
    }
    // The one whose version was replaced has both under the same id.
    const replaced = blank.find(({ fields }) => fields['id'] === 'e0')!;
    const { items: versions } = await api.get<{ items: Stored[] }>(
      `${store}/events/${replaced.eventId}/history`,
    );
    expect(versions).toHaveLength(1);
    expect(await runMeter(api, meter, REPLAY_ALL)).toMatchObject({ result: { frozen: 3, retracted: 0 } });
    expect(await figures(meter)).toEqual(before);
    const markers = blank.map(({ fields }) => ({ ...fields, account: 'q', units: '1' }));
    const sent = await api.post<Written>(`${store}/events`, markers);
    expect(sent.rejected.map(({ code }) => code)).toEqual(markers.map(() => 'EVENT_ERASED'));
    // Nothing is left to tell that this id was there: it is a new event.
    expect(await api.post(`${store}/events`, [eventOf(0, SUBJECT, 'a', 1)])).toMatchObject({ accepted: 1 });
  });
});

describe('the value of an erased subject', () => {
  it('is in no table of the data plane, no backfill, no audit and no log', async () => {
    const secret = 'nobody-else@example.test';
    const name = `s${(stores += 1)}`;
    const store = `/v1/event-stores/${name}`;
    await api.post('/v1/event-stores', { name, eventDefinition: 'personal' });
    await api.post(`${store}/events`, [eventOf(0, secret, 'n', 1), eventOf(1, 'o@example.test', 'n', 1)]);
    await api.post(`${store}/events`, [eventOf(0, secret, 'n', 2)]);
    await erase(store, 'email', secret);
    expect(JSON.stringify(await api.get('/v1/audit?limit=1000'))).not.toContain(secret);
    expect(JSON.stringify(await api.get(`${store}/backfills?limit=1000`))).not.toContain(secret);
    expect(api.weir.logged.join('\n')).not.toContain(secret);
    const { dataDir } = api.weir;
    await api.close();
    expect(await tablesWith(dataDir, secret)).toEqual([]);
    expect(await tablesWith(dataDir, 'o@example.test')).not.toEqual([]);
    api = await openApi(dataDir);
    expect(await events(store)).toHaveLength(2);
  });
});

/** Tables of the data plane in which any column of any row holds the text. */
async function tablesWith(dataDir: string, text: string): Promise<string[]> {
  const instance = await DuckDBInstance.create(join(dataDir, 'data.duckdb'), { access_mode: 'READ_ONLY' });
  try {
    const connection = await instance.connect();
    const list = async (sql: string): Promise<string[]> =>
      (await connection.runAndReadAll(sql)).getRows().map(([value]) => String(value));
    const found: string[] = [];
    for (const table of await list('SELECT table_name FROM duckdb_tables()')) {
      const rows = await list(`SELECT 1 FROM ${table} AS x WHERE contains(CAST(x AS VARCHAR), '${text}')`);
      if (rows.length > 0) found.push(table);
    }
    connection.closeSync();
    return found;
  } finally {
    instance.closeSync();
  }
}
