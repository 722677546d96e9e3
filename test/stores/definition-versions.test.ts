// Versions of a definition: what they list, what may change while stores and meters use it, and what happens
// to events meanwhile.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi } from '../api.ts';
import type { Api } from '../api.ts';
import { removeDirectory } from '../server.ts';

let api: Api;
const fields = [
  { name: 'id', type: 'string', required: true },
  { name: 'at', type: 'datetime', required: true },
];
const definition = (name: string, rest: object = {}) => ({
  name,
  fields,
  eventIdFields: ['id'],
  eventTimeField: 'at',
  ...rest,
});
const more = (index: number) => ({ name: `more ${index}`, type: 'integer' });
const put = (name: string, body: object) => api.weir.call('PUT', `/v1/event-definitions/${name}`, body);

interface Version {
  readonly version: number;
  readonly savedBy: { readonly name: string };
  readonly changes: readonly { readonly pointer: string; readonly kind: string }[];
  readonly definition: Readonly<Record<string, unknown>>;
}
interface Versions {
  readonly items: readonly Version[];
  readonly nextCursor: string | null;
}

beforeAll(async () => {
  api = await openApi();
});
afterAll(async () => {
  await api.close();
  removeDirectory(api.weir.dataDir);
});

describe('the versions of a definition', () => {
  it('say who changed what, page by page', async () => {
    await api.post('/v1/event-definitions', definition('growing'));
    const second = definition('growing', { fields: [...fields, more(1)], description: 'longer' });
    expect((await put('growing', second)).body).toMatchObject({ version: 2 });
    // The same again is no version.
    expect((await put('growing', second)).body).toMatchObject({ version: 2 });
    const [id, at] = fields;
    const third = definition('grown', { fields: [id, { ...at, type: 'date' }], eventTimeField: undefined });
    expect((await put('growing', third)).body).toMatchObject({ version: 3, name: 'grown' });
    const path = '/v1/event-definitions/grown/versions';
    const first = await api.get<Versions>(`${path}?limit=2`);
    const rest = await api.get<Versions>(`${path}?limit=2&cursor=${first.nextCursor}`);
    expect(rest.nextCursor).toBeNull();
    const items = [...first.items, ...rest.items];
    expect(items.map(({ version, savedBy }) => [version, savedBy.name])).toEqual([
      [1, 'WEIR_ADMIN_KEY'],
      [2, 'WEIR_ADMIN_KEY'],
      [3, 'WEIR_ADMIN_KEY'],
    ]);
    expect(items.map(({ changes }) => changes.map(({ pointer, kind }) => `${kind} ${pointer}`))).toEqual([
      [],
      ['added /description', 'added /fields/2'],
      [
        'changed /name',
        'removed /description',
        'removed /eventTimeField',
        'changed /fields/1/type',
        'removed /fields/2',
      ],
    ]);
    expect(items[1]?.definition).toMatchObject({ name: 'growing', description: 'longer' });
    expect(items[2]?.changes[3]).toEqual({
      pointer: '/fields/1/type',
      kind: 'changed',
      before: 'datetime',
      after: 'date',
    });
    const unknown = await api.weir.call('GET', '/v1/event-definitions/nope/versions');
    expect(unknown.status).toBe(404);
  });

  it('change while events are written: none is lost, the ones before have no value', async () => {
    await api.post('/v1/event-definitions', definition('busy'));
    await api.post('/v1/event-stores', { name: 'busy', eventDefinition: 'busy' });
    await api.post('/v1/event-stores/busy/events', { id: 'before', at: '2026-09-01' });
    let written = 0;
    const state = { changing: true };
    const write = async (writer: number): Promise<void> => {
      for (let index = 0; state.changing; index++) {
        const answer = await api.post('/v1/event-stores/busy/events', {
          id: `${writer} ${index}`,
          at: '2026-09-01',
        });
        expect(answer).toMatchObject({ accepted: 1 });
        written++;
      }
    };
    const writers = [1, 2, 3].map(write);
    for (let count = 1; count <= 5; count++) {
      const all = Array.from({ length: count }, (_, index) => more(index));
      expect((await put('busy', definition('busy', { fields: [...fields, ...all] }))).status).toBe(200);
    }
    state.changing = false;
    await Promise.all(writers);
    await api.post('/v1/event-stores/busy/events', { id: 'after', at: '2026-09-01', 'more 4': 7 });
    expect(await api.get('/v1/event-stores/busy')).toMatchObject({ eventCount: written + 2 });
    const before = await api.get<{ fields: object }>('/v1/event-stores/busy/events/before');
    expect(before.fields).not.toHaveProperty('more 4', expect.anything());
    const found = await api.get<{ items: unknown[] }>('/v1/event-stores/busy/events?filter.more%204=7');
    expect(found.items).toMatchObject([{ eventId: 'after', fields: { 'more 4': '7' } }]);
  });
});

describe('a definition that the upload source of a meter names', () => {
  beforeAll(async () => {
    await api.post('/v1/event-definitions', definition('uploaded'));
    await api.post('/v1/meters', {
      name: 'bill',
      type: 'custom',
      nodes: [
        {
          id: 'in',
          name: 'In',
          kind: 'source',
          operator: 'upload',
          config: { eventDefinition: 'uploaded' },
          inputs: [],
        },
        {
          id: 'out',
          name: 'Out',
          kind: 'target',
          operator: 'usage-records',
          config: {
            accountNumber: { field: 'id' },
            quantity: { constant: '1' },
            unitOfMeasure: { constant: 'event' },
          },
          inputs: ['in'],
        },
      ],
    });
  });

  it('is neither deleted nor renamed, and the answer names the meter', async () => {
    for (const [method, body] of [
      ['DELETE', undefined],
      ['PUT', definition('renamed')],
    ] as const) {
      const refused = await api.weir.call(method, '/v1/event-definitions/uploaded', body);
      expect(refused.body).toMatchObject({
        status: 409,
        code: 'EVENT_DEFINITION_REFERENCED',
        detail: expect.stringContaining("the meter 'bill'"),
      });
    }
    const grown = definition('uploaded', { fields: [...fields, more(1)] });
    expect((await put('uploaded', grown)).status).toBe(200);
  });

  it('is free when the meter is gone', async () => {
    expect((await api.weir.call('DELETE', '/v1/meters/bill')).status).toBe(204);
    expect((await api.weir.call('DELETE', '/v1/event-definitions/uploaded')).status).toBe(204);
  });
});
