// The inbox stores of meters: made with the meter, written through its ingest URL, kept when it goes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, runMeter, REPLAY_ALL } from '../api.ts';
import type { Api } from '../api.ts';
import { removeDirectory } from '../server.ts';
import { defineEvents } from '../fixture.ts';

interface Meter {
  readonly id: string;
  readonly version: number;
  readonly ingestUrl?: string;
  readonly inboxes: Readonly<Record<string, string>>;
}
interface Store {
  readonly id: string;
  readonly name: string;
  readonly eventCount: number;
  readonly status: { readonly usage: string };
  readonly inbox: { readonly meter: string; readonly meterName: string; readonly node: string } | null;
}

let api: Api;
beforeAll(async () => {
  api = await openApi();
  for (const name of ['call', 'other']) await define(api, name);
});
afterAll(async () => {
  await api.close();
  removeDirectory(api.weir.dataDir);
});

async function define(at: Api, name: string): Promise<void> {
  await defineEvents(at, name, { account: 'string', units: 'decimal' });
}

const meter = (name: string, eventDefinition = 'call') => ({
  name,
  type: 'sum',
  source: { operator: 'streaming-api', config: { eventDefinition } },
  quantityField: 'units',
  groupBy: ['account'],
  window: { unit: 'month' },
  usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'unit' } },
});
const event = (id: string, units: string, account = 'a') => ({
  id,
  at: '2026-03-05T00:00:00Z',
  account,
  units,
});
const make = (name: string): Promise<Meter> => api.post<Meter>('/v1/meters', meter(name));
const storeOf = ({ inboxes }: Meter): Promise<Store> =>
  api.get<Store>(`/v1/event-stores/${inboxes['source']}`);
const pathOf = ({ ingestUrl }: Meter): string => new URL(ingestUrl!).pathname;
const quantities = async (name: string) =>
  (
    await api.get<{ items: { quantity: string }[] }>(`/v1/usage-records?meter=${name}&state=current`)
  ).items.map(({ quantity }) => quantity);

describe('a meter with a streaming source', () => {
  it('takes events at its ingest URL into its inbox, and evaluates them like those of any store', async () => {
    const made = await make('calls');
    expect(made.ingestUrl).toBe(`http://localhost/v1/ingest/${made.id}`);
    expect(await storeOf(made)).toMatchObject({
      name: 'calls Source inbox',
      eventCount: 0,
      status: { usage: 'in_use' },
      inbox: { meter: made.id, meterName: 'calls', node: 'source' },
    });
    const first = await api.post(pathOf(made), [event('1', '1.5'), event('2', '2'), { id: '3' }]);
    expect(first).toMatchObject({ accepted: 2, rejected: [{ index: 2, code: 'EVENT_INVALID' }] });
    expect(await api.post('/v1/ingest/calls', event('1', '1.5'))).toMatchObject({ duplicates: 1 });
    expect(await runMeter(api, 'calls', { mode: 'batch' })).toMatchObject({
      status: 'completed',
      result: { inserted: 1 },
    });
    expect(await quantities('calls')).toEqual(['3.5']);
    await api.post('/v1/ingest/calls', event('4', '0.5'));
    expect(await runMeter(api, 'calls', REPLAY_ALL)).toMatchObject({ result: { revised: 1 } });
    expect(await runMeter(api, 'calls', REPLAY_ALL)).toMatchObject({ result: { revised: 0, unchanged: 1 } });
    expect(await quantities('calls')).toEqual(['4']);
  });

  it('takes what writing to a store takes', async () => {
    const { weir } = api;
    const made = await make('formats');
    const csv = { headers: { 'content-type': 'text/csv' } };
    const text = 'id,at,account,units,more\n1,2026-03-01,a,NULL,x\n';
    const path = pathOf(made);
    expect((await weir.call('POST', `${path}?unknown=ignore&null=NULL`, text, csv)).body).toMatchObject({
      accepted: 1,
      ignoredFields: 1,
    });
    const atomic = await weir.call('POST', `${path}?atomic=true`, [event('2', '1'), event('3', 'many')]);
    expect(atomic).toMatchObject({ status: 422, body: { code: 'EVENTS_REJECTED' } });
    expect(await storeOf(made)).toMatchObject({ eventCount: 1 });
  });

  it('keeps its URL and its inbox in new versions and under another name', async () => {
    const made = await make('before');
    await api.post(pathOf(made), event('1', '1'));
    const put = await api.weir.call<Meter>('PUT', `/v1/meters/${made.id}`, meter('after'));
    expect(put.body).toMatchObject({ version: 2, ingestUrl: made.ingestUrl, inboxes: made.inboxes });
    expect(await api.post(pathOf(made), event('2', '1'))).toMatchObject({ accepted: 1 });
    expect(await storeOf(made)).toMatchObject({
      name: 'before Source inbox',
      eventCount: 2,
      inbox: { meterName: 'after' },
    });
  });

  it.each(['streaming-api', 'upload'])(
    'refuses another definition for the inbox of a source %s, also when the source was away',
    async (operator) => {
      const name = `fixed ${operator}`;
      const of = (eventDefinition: string, read: object = { operator, config: { eventDefinition } }) => ({
        ...meter(name),
        source: read,
      });
      const made = await api.post<Meter>('/v1/meters', of('call'));
      const put = (body: object) => api.weir.call<Meter>('PUT', `/v1/meters/${made.id}`, body);
      const refused = {
        status: 422,
        body: { errors: [{ code: 'INBOX_DEFINITION_FIXED', pointer: '/nodes/0' }] },
      };
      expect(await put(of('other'))).toMatchObject(refused);
      await api.post('/v1/event-stores', { name: `elsewhere ${operator}`, eventDefinition: 'call' });
      const elsewhere = { operator: 'event-store', config: { store: `elsewhere ${operator}` } };
      expect(await put(of('call', elsewhere))).toMatchObject({ status: 200, body: { version: 2 } });
      // The inbox is still that of the component of this id, whichever operator comes back.
      expect(await put(of('other'))).toMatchObject(refused);
      const swapped = operator === 'upload' ? 'streaming-api' : 'upload';
      const config = { eventDefinition: 'other' };
      expect(await put(of('other', { operator: swapped, config }))).toMatchObject(refused);
      const back = await put(of('call'));
      expect(back).toMatchObject({ status: 200, body: { version: 3, inboxes: made.inboxes } });
    },
  );

  it('gives a source with another id an inbox of its own, of any definition', async () => {
    const made = await make('two inboxes');
    const nodes = (await api.get<{ nodes: { id: string; inputs: string[] }[] }>(`/v1/meters/${made.id}`))
      .nodes;
    const renamed = nodes.map((node) => ({
      ...node,
      ...(node.id === 'source' ? { id: 'second', config: { eventDefinition: 'other' } } : {}),
      inputs: node.inputs.map((id) => (id === 'source' ? 'second' : id)),
    }));
    const body = { name: 'two inboxes', type: 'custom', nodes: renamed };
    const put = await api.weir.call<Meter>('PUT', `/v1/meters/${made.id}`, body);
    expect(put).toMatchObject({ status: 200, body: { inboxes: made.inboxes } });
    expect(put.body.inboxes['second']).not.toBe(made.inboxes['source']);
    await api.post(pathOf(made), event('1', '1'));
    const counts = ['source', 'second'].map(
      async (node) => (await api.get<Store>(`/v1/event-stores/${put.body.inboxes[node]}`)).eventCount,
    );
    expect(await Promise.all(counts)).toEqual([0, 1]);
  });

  it('takes new fields of the definition of its inbox', async () => {
    await define(api, 'growing');
    const grown = await api.post<Meter>('/v1/meters', meter('grown', 'growing'));
    const growing = await api.get('/v1/event-definitions/growing');
    const { name, eventIdFields, eventTimeField } = growing;
    const fields = [...(growing['fields'] as object[]), { name: 'region', type: 'string' }];
    const body = { name, fields, eventIdFields, eventTimeField };
    // Once before the inbox has its table, and once after.
    expect((await api.weir.call('PUT', '/v1/event-definitions/growing', body)).status).toBe(200);
    const one = { ...event('1', '1'), region: 'eu' };
    expect(await api.post(pathOf(grown), one)).toMatchObject({ accepted: 1 });
    const more = { ...body, fields: [...fields, { name: 'zone', type: 'string' }] };
    expect((await api.weir.call('PUT', '/v1/event-definitions/growing', more)).status).toBe(200);
    const two = { ...event('2', '1'), region: 'eu', zone: 'z' };
    expect(await api.post(pathOf(grown), two)).toMatchObject({ accepted: 1 });
  });

  it('has one streaming source at most, and a definition that a store can have', async () => {
    const source = (id: string) => ({
      id,
      name: id,
      kind: 'source',
      operator: 'streaming-api',
      config: { eventDefinition: 'call' },
      inputs: [],
    });
    const usage = { ...meter('x').usage, quantity: { field: 'units' } };
    const target = { id: 't', name: 't', kind: 'target', operator: 'usage-records', config: usage };
    const nodes = [source('one'), source('two'), { ...target, inputs: ['one', 'two'] }];
    const two = await api.weir.call('POST', '/v1/meters', { name: 'two', type: 'custom', nodes });
    expect(two).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'STREAMING_SOURCE_REPEATED', pointer: '/nodes/1' }] },
    });
    await api.post('/v1/event-definitions', {
      name: 'timeless',
      fields: [{ name: 'id', type: 'string' }],
      eventIdFields: ['id'],
    });
    const timeless = await api.weir.call<{ errors: { code: string }[] }>(
      'POST',
      '/v1/meters/validate',
      meter('timeless', 'timeless'),
    );
    expect(timeless.body.errors.map(({ code }) => code)).toContain('EVENT_TIME_FIELD_MISSING');
  });

  it('may not write to its own inbox', async () => {
    const made = await make('loop');
    const inbox = made.inboxes['source'];
    const nodes = [
      {
        id: 'source',
        name: 'in',
        kind: 'source',
        operator: 'streaming-api',
        config: { eventDefinition: 'call' },
      },
      {
        id: 'out',
        name: 'out',
        kind: 'target',
        operator: 'event-store',
        config: {
          store: inbox,
          mapping: ['id', 'at', 'account', 'units'].map((field) => ({ field, from: field })),
        },
        inputs: ['source'],
      },
    ];
    const put = await api.weir.call('PUT', `/v1/meters/${made.id}`, { name: 'loop', type: 'custom', nodes });
    expect(put).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'METER_STORE_IS_SOURCE_AND_TARGET' }] },
    });
  });

  it('says so when there is no such meter, or its latest version takes no events', async () => {
    expect(await api.weir.call('POST', '/v1/ingest/none', {})).toMatchObject({
      status: 404,
      body: { code: 'METER_NOT_FOUND' },
    });
    const made = await make('silent');
    const upload = {
      ...meter('silent'),
      source: { operator: 'upload', config: { eventDefinition: 'call' } },
    };
    const put = await api.weir.call<Meter>('PUT', `/v1/meters/${made.id}`, upload);
    // The same component, so the same inbox; but no URL.
    expect(put.body.inboxes).toEqual(made.inboxes);
    expect(put.body.ingestUrl).toBeUndefined();
    expect(await api.weir.call('POST', pathOf(made), event('1', '1'))).toMatchObject({
      status: 409,
      body: { code: 'METER_NOT_STREAMING' },
    });
  });
});

describe('an inbox store', () => {
  it('is neither renamed nor deleted while its meter is there', async () => {
    const made = await make('owner');
    const store = await storeOf(made);
    const path = `/v1/event-stores/${store.id}`;
    const refused = {
      status: 409,
      body: {
        code: 'EVENT_STORE_REFERENCED_BY_METER',
        detail: "The event store 'owner Source inbox' is an inbox, used by 'owner'.",
      },
    };
    expect(await api.weir.call('DELETE', path)).toMatchObject(refused);
    const named = await api.weir.call('PUT', path, { name: 'mine', eventDefinition: 'call' });
    expect(named).toMatchObject(refused);
  });

  it('that was never used goes with its meter, one that was stays with its events', async () => {
    const unused = await make('unused');
    expect((await api.weir.call('DELETE', '/v1/meters/unused')).status).toBe(204);
    expect((await api.weir.call('GET', `/v1/event-stores/${unused.inboxes['source']}`)).status).toBe(404);

    const used = await make('used');
    await api.post(pathOf(used), event('1', '1'));
    expect((await api.weir.call('DELETE', '/v1/meters/used')).status).toBe(204);
    const left = await storeOf(used);
    expect(left).toMatchObject({ eventCount: 1, inbox: null, status: { usage: 'orphan' } });
    expect((await api.weir.call('POST', pathOf(used), event('2', '1'))).status).toBe(404);
    expect((await api.weir.call('DELETE', `/v1/event-stores/${left.id}`)).status).toBe(204);
  });

  it('has a name of its own, whatever others are called', async () => {
    await api.post('/v1/event-stores', { name: 'taken Source inbox', eventDefinition: 'call' });
    expect(await storeOf(await make('taken'))).toMatchObject({ name: 'taken Source inbox 2' });
    const long = await storeOf(await make('x'.repeat(128)));
    expect(long.name).toBe('x'.repeat(128));
  });

  it('has no table before it is used, also after a restart', async () => {
    const first = await openApi();
    await define(first, 'call');
    const created = await first.post<Meter>('/v1/meters', meter('lazy'));
    const tables = async (at: Api): Promise<number> => {
      const { events, stores } = at.weir.server.services;
      const { table } = await stores.describe(created.inboxes['source']!);
      return events.readEvents(table, { limit: 1 }).then(
        (rows) => rows.length,
        () => -1,
      );
    };
    expect(await tables(first)).toBe(-1);
    const { dataDir } = first.weir;
    await first.close();
    const second = await openApi(dataDir);
    expect(await tables(second)).toBe(-1);
    expect(await second.get(`/v1/event-stores/${created.inboxes['source']}`)).toMatchObject({
      eventCount: 0,
    });
    expect(await runMeter(second, 'lazy', { mode: 'batch' })).toMatchObject({ status: 'completed' });
    expect(await tables(second)).toBe(0);
    // Many first writes at once: one table, all of the events.
    const writes = Array.from({ length: 8 }, (_, n) => second.post('/v1/ingest/lazy', event(String(n), '1')));
    await Promise.all(writes);
    expect(await second.get(`/v1/event-stores/${created.inboxes['source']}`)).toMatchObject({
      eventCount: 8,
    });
    await second.close();
    removeDirectory(dataDir);
  });
});
