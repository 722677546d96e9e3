import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestServer, removeDirectory } from '../server.ts';
import type { TestServer } from '../server.ts';

let weir: TestServer;
const usage = {
  name: 'usage',
  fields: [
    { name: 'id', type: 'string', required: true },
    { name: 'at', type: 'datetime', required: true },
    { name: 'amount', type: 'decimal', scale: 2 },
  ],
  eventIdFields: ['id'],
  eventTimeField: 'at',
  timeZone: 'Europe/Budapest',
};
const extra = { name: 'extra', type: 'string' };

beforeAll(async () => {
  weir = await openTestServer();
  await weir.call('POST', '/v1/event-definitions', usage);
});
afterAll(async () => {
  await weir.close();
  removeDirectory(weir.dataDir);
});

const codeOf = async (method: string, path: string, body?: unknown): Promise<[number, unknown]> => {
  const answer = await weir.call(method, path, body);
  return [answer.status, answer.body['code']];
};

describe('event definitions', () => {
  it('are made, found by id and by name, listed, replaced and deleted', async () => {
    const made = await weir.call<{ id: string; name: string }>('POST', '/v1/event-definitions', {
      ...usage,
      name: 'übung "1"',
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      version: 1,
      timeZone: 'Europe/Budapest',
      fields: [{ required: true }, {}, { required: false }],
    });
    expect(made.body.id).toMatch(/^ed_/u);
    const path = `/v1/event-definitions/${encodeURIComponent(made.body.name)}`;
    expect((await weir.call('GET', path)).body).toEqual(made.body);
    expect((await weir.call('GET', `/v1/event-definitions/${made.body.id}`)).body).toEqual(made.body);
    const renamed = await weir.call('PUT', path, {
      ...usage,
      name: 'other',
      eventIdFields: ['at'],
      description: 'd',
    });
    expect(renamed.body).toMatchObject({
      id: made.body.id,
      name: 'other',
      version: 2,
      eventIdFields: ['at'],
    });
    const list = await weir.call<{ items: { name: string }[] }>('GET', '/v1/event-definitions');
    expect(list.body.items.map(({ name }) => name)).toEqual(['usage', 'other']);
    expect((await weir.call('DELETE', '/v1/event-definitions/other')).status).toBe(204);
    expect(await codeOf('GET', path)).toEqual([404, 'EVENT_DEFINITION_NOT_FOUND']);
  });

  it.each([
    [{ name: 'usage' }, 409, 'EVENT_DEFINITION_NAME_EXISTS'],
    [{ name: 'ed_x' }, 422, 'NAME_INVALID'],
    [{ name: ' ' }, 422, 'NAME_INVALID'],
    [{ eventIdFields: ['nope'] }, 422, 'EVENT_ID_FIELD_NOT_FOUND'],
    [{ eventTimeField: 'amount' }, 422, 'EVENT_TIME_FIELD_NOT_DATETIME'],
    [{ eventTimeField: 'nope' }, 422, 'EVENT_TIME_FIELD_MISSING'],
    [{ fields: 'none' }, 422, 'VALUE_INVALID'],
    [{ odd: 1 }, 422, 'FIELD_UNKNOWN'],
  ])('are refused: %j', async (change, status, code) => {
    const body = { ...usage, name: 'refused', ...change };
    expect(await codeOf('POST', '/v1/event-definitions', body)).toEqual([status, code]);
  });

  it('are proposed from a sample, which a viewer may ask for', async () => {
    const { body } = await weir.call<{ key: string }>('POST', '/v1/api-keys', { name: 'v', role: 'viewer' });
    const csv =
      'requestId,at,units,ok\nr1,2026-09-01T00:00:00Z,1.25,true\nr2,2026-09-02 10:00:00,NULL,false\n';
    const init = { key: body.key, headers: { 'content-type': 'text/csv' } };
    const proposal = await weir.call('POST', '/v1/event-definitions/detect?null=NULL', csv, init);
    expect(proposal.body).toMatchObject({
      eventIdFields: ['requestId'],
      eventTimeField: 'at',
      eventsRead: 2,
      fields: [
        { type: 'string' },
        { type: 'datetime' },
        { type: 'decimal', required: false },
        { type: 'boolean' },
      ],
    });
    const { fields, eventIdFields, eventTimeField, timeZone } = proposal.body;
    const definition = { name: 'proposed', fields, eventIdFields, eventTimeField, timeZone };
    expect((await weir.call('POST', '/v1/event-definitions', definition)).status).toBe(201);
    expect(await codeOf('POST', '/v1/event-definitions/detect', '[]')).toEqual([422, 'SAMPLE_EMPTY']);
  });

  it('are proposed from a schema, which a viewer may ask for', async () => {
    const { body } = await weir.call<{ key: string }>('POST', '/v1/api-keys', { name: 's', role: 'viewer' });
    const schema = {
      title: 'by schema',
      properties: { id: { type: 'string' }, at: { type: 'string', format: 'date-time' }, tags: {} },
      required: ['id', 'at'],
    };
    const init = { key: body.key, headers: { 'content-type': 'application/schema+json' } };
    const path = '/v1/event-definitions/import?format=json-schema';
    const proposal = await weir.call('POST', path, JSON.stringify(schema), init);
    const { notes, candidates: _candidates, ...definition } = proposal.body;
    expect(notes).toEqual([{ pointer: '/properties/tags', message: expect.stringContaining('No type') }]);
    expect((await weir.call('POST', '/v1/event-definitions', definition)).body).toMatchObject({
      name: 'by schema',
      eventIdFields: ['id'],
      eventTimeField: 'at',
    });
    const avro = { type: 'record', name: 'r', fields: [{ name: 'id', type: 'r' }, { name: 'id' }] };
    const refused = await weir.call('POST', '/v1/event-definitions/import?format=avro', avro);
    expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer: '/fields/1/type' }, {}] });
    expect(await codeOf('POST', '/v1/event-definitions/import?format=xsd', {})).toEqual([
      422,
      'VALUE_INVALID',
    ]);
    expect(await codeOf('POST', path, '{')).toEqual([400, 'BODY_MALFORMED']);
  });

  it('report all problems at once', async () => {
    const body = { ...usage, name: 'key_1', eventIdFields: ['nope'], timeZone: 'Mars/Base' };
    const answer = await weir.call<{ errors: { pointer: string }[] }>('POST', '/v1/event-definitions', body);
    expect(answer.body.errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/eventIdFields/0',
      '/name',
      '/timeZone',
    ]);
  });
});

describe('event stores', () => {
  it('are made, found, renamed and deleted', async () => {
    const made = await weir.call<{ id: string }>('POST', '/v1/event-stores', {
      name: 'eu',
      eventDefinition: 'usage',
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: 'eu',
      timeZone: 'Europe/Budapest',
      status: { usage: 'orphan', activity: 'idle' },
      eventCount: 0,
      firstEventTime: null,
      retainedFrom: null,
      usedBy: [],
    });
    expect((await weir.call('GET', '/v1/event-stores/eu')).body).toEqual(made.body);
    const renamed = await weir.call('PUT', '/v1/event-stores/eu', {
      name: 'europe',
      eventDefinition: 'usage',
      timeZone: 'UTC',
    });
    expect(renamed.body).toMatchObject({ id: made.body.id, name: 'europe', timeZone: 'UTC' });
    await weir.call('POST', '/v1/event-stores/europe/events', { id: 'a', at: '2026-09-01T12:00:00' });
    expect((await weir.call('GET', `/v1/event-stores/${made.body.id}`)).body).toMatchObject({
      eventCount: 1,
      firstEventTime: '2026-09-01T10:00:00.000000Z',
      lastEventTime: '2026-09-01T10:00:00.000000Z',
      lastWriteAt: expect.stringMatching(/^2.+Z$/u),
    });
    expect(await codeOf('DELETE', '/v1/event-definitions/usage')).toEqual([
      409,
      'EVENT_DEFINITION_REFERENCED',
    ]);
    expect((await weir.call('DELETE', '/v1/event-stores/europe')).status).toBe(204);
    expect(await codeOf('GET', '/v1/event-stores/europe')).toEqual([404, 'EVENT_STORE_NOT_FOUND']);
    const again = await weir.call('POST', '/v1/event-stores', { name: 'europe', eventDefinition: 'usage' });
    expect(again.body).toMatchObject({ eventCount: 0 });
  });

  it('that have been opened follow every change at once', async () => {
    const definition = { ...usage, name: 'followed' };
    await weir.call('POST', '/v1/event-definitions', definition);
    const input = { name: 'before', eventDefinition: 'followed' };
    await weir.call('POST', '/v1/event-stores', input);
    const write = async (store: string, event: object) => {
      const answer = await weir.call<{ accepted?: number; code?: string }>(
        'POST',
        `/v1/event-stores/${store}/events`,
        event,
      );
      return answer.body.accepted ?? answer.body.code;
    };
    const at = '2026-09-01T12:00:00';
    expect(await write('before', { id: 'a', at })).toBe(1);
    expect(await write('before', { id: 'b', at, extra: 'x' })).toBe(0);
    const fields = [...usage.fields, extra];
    await weir.call('PUT', '/v1/event-definitions/followed', { ...definition, fields });
    expect(await write('before', { id: 'b', at, extra: 'x' })).toBe(1);
    await weir.call('PUT', '/v1/event-stores/before', { ...input, name: 'after' });
    expect(await write('before', { id: 'c', at })).toBe('EVENT_STORE_NOT_FOUND');
    expect(await write('after', { id: 'c', at })).toBe(1);
    await weir.call('DELETE', '/v1/event-stores/after');
    expect(await write('after', { id: 'd', at })).toBe('EVENT_STORE_NOT_FOUND');
    await weir.call('POST', '/v1/event-stores', { ...input, name: 'after' });
    expect(await write('after', { id: 'a', at })).toBe(1);
  });

  it('are refused with every problem', async () => {
    await weir.call('POST', '/v1/event-definitions', {
      ...usage,
      name: 'timeless',
      eventTimeField: undefined,
    });
    const make = (body: Record<string, unknown>) =>
      weir.call('POST', '/v1/event-stores', { name: 'x', eventDefinition: 'usage', ...body });
    const bad = await make({ name: 'es_1', eventDefinition: 'nope', timeZone: 'Mars' });
    expect(bad.body).toMatchObject({
      status: 422,
      errors: [
        { code: 'NAME_INVALID' },
        { code: 'EVENT_DEFINITION_NOT_FOUND' },
        { code: 'TIME_ZONE_UNKNOWN' },
      ],
    });
    expect((await make({ eventDefinition: 'timeless' })).body).toMatchObject({
      code: 'EVENT_TIME_FIELD_MISSING',
    });
    expect((await make({ retentionDays: 0 })).body).toMatchObject({
      errors: [{ pointer: '/retentionDays' }],
    });
    await make({ name: 'twice' });
    expect((await make({ name: 'twice' })).body).toMatchObject({
      status: 409,
      code: 'EVENT_STORE_NAME_EXISTS',
    });
    const other = { name: 'twice', eventDefinition: 'timeless' };
    expect(await codeOf('PUT', '/v1/event-stores/twice', other)).toEqual([422, 'EVENT_TIME_FIELD_MISSING']);
  });

  it('follow their definition when it gets further fields, and refuse other changes', async () => {
    await weir.call('POST', '/v1/event-definitions', { ...usage, name: 'growing' });
    await weir.call('POST', '/v1/event-stores', { name: 'grows', eventDefinition: 'growing' });
    await weir.call('POST', '/v1/event-stores/grows/events', { id: 'old', at: '2026-09-01' });
    const grown = { ...usage, name: 'growing', fields: [...usage.fields, extra] };
    expect(await codeOf('PUT', '/v1/event-definitions/growing', grown)).toEqual([200, undefined]);
    const written = await weir.call('POST', '/v1/event-stores/grows/events', {
      id: 'new',
      at: '2026-09-02',
      extra: 'x',
    });
    expect(written.body).toMatchObject({ accepted: 1 });
    const read = await weir.call('GET', '/v1/event-stores/grows/events?filter.extra=x');
    expect(read.body).toMatchObject({ items: [{ eventId: 'new' }] });
    const shrunk = await weir.call<{ errors: unknown[] }>('PUT', '/v1/event-definitions/growing', {
      ...usage,
      name: 'growing',
    });
    expect(shrunk.body).toMatchObject({ status: 409, code: 'EVENT_DEFINITION_REFERENCED' });
    expect(shrunk.body.errors).toHaveLength(1);
  });

  it('are in use while something says so, and busy while something works on them', async () => {
    const made = await weir.call<{ id: string }>('POST', '/v1/event-stores', {
      name: 'used',
      eventDefinition: 'usage',
    });
    const { storeUsers, storeActivity } = weir.server.services;
    let running = true;
    const use = { meter: 'mt_1', meterName: 'bill', role: 'source' } as const;
    storeUsers.register({
      usersOf: async (id) => (id === made.body.id && running ? [use] : []),
      usersOfAll: async () => new Map(running ? [[made.body.id, [use]]] : []),
      isRunning: async (id) => id === made.body.id && running,
      readsWithoutEnd: async () => [],
    });
    const end = storeActivity.begin(made.body.id, {
      activity: 'writing',
      kind: 'import',
      id: 'im_1',
    });
    expect((await weir.call('GET', '/v1/event-stores/used')).body).toMatchObject({
      status: { usage: 'in_use', activity: 'writing' },
      usedBy: [use],
    });
    expect(await codeOf('DELETE', '/v1/event-stores/used')).toEqual([409, 'EVENT_STORE_BUSY']);
    end();
    const refused = await weir.call('DELETE', '/v1/event-stores/used');
    expect(refused.body).toMatchObject({
      code: 'EVENT_STORE_REFERENCED_BY_METER',
      detail: expect.stringContaining("'bill'"),
    });
    const moved = { name: 'used', eventDefinition: 'usage', timeZone: 'UTC' };
    expect(await codeOf('PUT', '/v1/event-stores/used', moved)).toEqual([409, 'EVENT_STORE_IMMUTABLE']);
    const forgetful = { name: 'used', eventDefinition: 'usage', retentionDays: 30 };
    expect(await codeOf('PUT', '/v1/event-stores/used', forgetful)).toEqual([409, 'EVENT_STORE_IMMUTABLE']);
    await weir.call('POST', '/v1/event-definitions', { ...usage, name: 'usage-too' });
    const redefined = { name: 'used', eventDefinition: 'usage-too' };
    expect(await codeOf('PUT', '/v1/event-stores/used', redefined)).toEqual([409, 'EVENT_STORE_IMMUTABLE']);
    running = false;
    expect(await codeOf('PUT', '/v1/event-stores/used', moved)).toEqual([200, undefined]);
    expect((await weir.call('DELETE', '/v1/event-stores/used')).status).toBe(204);
  });
});
