// Every call that changes something leaves who, when, what, before and after. A new call fails here until it is covered.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../src/http/endpoints.ts';
import { openApi } from '../api.ts';
import type { Api } from '../api.ts';
import { ADMIN_KEY, removeDirectory } from '../server.ts';

interface Entry {
  readonly at: string;
  readonly actor: { readonly id: string; readonly name: string };
  readonly action: string;
  readonly collection: string;
  readonly resource: string;
  readonly name: string | null;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}
interface Case {
  /** Prepares what the call changes; gives the path, body and content type. */
  readonly call: () => Promise<{ path: string; body?: unknown; type?: string }>;
  /** What the newest entries of the call are, oldest first: `action collection`. */
  readonly leaves: readonly string[];
}

let api: Api;
let auditor: string;
let auditorId: string;
const secrets: string[] = [ADMIN_KEY];
beforeAll(async () => {
  api = await openApi();
  const made = await api.post<{ id: string; key: string }>('/v1/api-keys', {
    name: 'auditor',
    role: 'admin',
  });
  auditor = made.key;
  auditorId = made.id;
  secrets.push(made.key);
  await api.post('/v1/event-definitions', definition('call'));
  for (const name of ['s', 'renamed', 'gone', 'reading']) await store(name);
});
afterAll(async () => {
  await api.close();
  removeDirectory(api.weir.dataDir);
});

const definition = (name: string) => ({
  name,
  fields: [
    { name: 'id', type: 'string' },
    { name: 'at', type: 'datetime' },
    { name: 'account', type: 'string' },
  ],
  eventIdFields: ['id'],
  eventTimeField: 'at',
});
const event = { id: '1', at: '2026-01-01', account: 'a' };
const store = (name: string) => api.post('/v1/event-stores', { name, eventDefinition: 'call' });
const meter = (name: string) => ({
  name,
  type: 'count',
  source: { operator: 'event-store', config: { store: 'reading' } },
  groupBy: ['account'],
  window: { unit: 'day' },
  usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'call' } },
});
const csv = 'text/csv';
const previewed = async (): Promise<string> =>
  (
    await api.weir.call<{ id: string }>('POST', '/v1/event-stores/s/backfills?kind=delete', 'id\n1\n', {
      headers: { 'content-type': csv },
    })
  ).body.id;

/** Calls that are POST only because a question needs a body, and those whose changes the change feed keeps. */
const CHANGE_NOTHING = [
  'POST /v1/event-definitions/detect',
  'POST /v1/event-definitions/import',
  'POST /v1/event-stores/{id}/queries',
  'POST /v1/meters/validate',
  'POST /v1/event-stores/{id}/events',
  'POST /v1/ingest/{meter}',
];

const CASES: Readonly<Record<string, Case>> = {
  'POST /v1/event-definitions': {
    call: async () => ({ path: '/v1/event-definitions', body: definition('made') }),
    leaves: ['create event-definitions'],
  },
  'PUT /v1/event-definitions/{id}': {
    call: async () => ({ path: '/v1/event-definitions/made', body: definition('made again') }),
    leaves: ['update event-definitions'],
  },
  'DELETE /v1/event-definitions/{id}': {
    call: async () => ({ path: '/v1/event-definitions/made%20again' }),
    leaves: ['delete event-definitions'],
  },
  'POST /v1/event-stores': {
    call: async () => ({ path: '/v1/event-stores', body: { name: 'new', eventDefinition: 'call' } }),
    leaves: ['create event-stores'],
  },
  'PUT /v1/event-stores/{id}': {
    call: async () => ({
      path: '/v1/event-stores/renamed',
      body: { name: 'renamed since', eventDefinition: 'call' },
    }),
    leaves: ['update event-stores'],
  },
  'DELETE /v1/event-stores/{id}': {
    call: async () => ({ path: '/v1/event-stores/gone' }),
    leaves: ['delete event-stores'],
  },
  'POST /v1/event-stores/{id}/imports': {
    call: async () => {
      await api.weir.call('PUT', '/v1/files/in.ndjson', `${JSON.stringify(event)}\n`);
      return { path: '/v1/event-stores/s/imports', body: { file: 'in.ndjson' } };
    },
    leaves: ['create imports', 'update imports'],
  },
  'POST /v1/event-stores/{id}/backfills': {
    call: async () => ({ path: '/v1/event-stores/s/backfills?kind=delete', body: 'id\n1\n', type: csv }),
    leaves: ['create backfills'],
  },
  'POST /v1/backfills/{id}/confirm': {
    call: async () => ({ path: `/v1/backfills/${await previewed()}/confirm`, body: {} }),
    leaves: ['update backfills', 'update backfills'],
  },
  'POST /v1/backfills/{id}/revert': {
    call: async () => {
      const id = await previewed();
      await api.post(`/v1/backfills/${id}/confirm`, {});
      await settled();
      return { path: `/v1/backfills/${id}/revert`, body: {} };
    },
    leaves: ['update backfills', 'update backfills'],
  },
  'DELETE /v1/backfills/{id}': {
    call: async () => ({ path: `/v1/backfills/${await previewed()}` }),
    leaves: ['delete backfills'],
  },
  'POST /v1/meters': {
    call: async () => ({ path: '/v1/meters', body: meter('m') }),
    leaves: ['create meters'],
  },
  'PUT /v1/meters/{id}': {
    call: async () => ({ path: '/v1/meters/m', body: { ...meter('m'), description: 'second' } }),
    leaves: ['update meters'],
  },
  'POST /v1/meters/{id}/runs': {
    call: async () => ({ path: '/v1/meters/m/runs', body: { mode: 'batch' } }),
    leaves: ['create runs', 'update meters'],
  },
  'POST /v1/runs/{id}/stop': {
    call: async () => {
      // Begun and stopped in one turn of the event loop, so that it cannot end in between.
      const run = await api.post<{ id: string }>('/v1/meters/m/runs', {
        mode: 'replay',
        scope: { kind: 'all' },
      });
      return { path: `/v1/runs/${run.id}/stop`, body: {} };
    },
    leaves: ['update runs'],
  },
  'DELETE /v1/meters/{id}': {
    call: async () => ({ path: '/v1/meters/m?records=keep' }),
    leaves: ['delete meters'],
  },
  'PUT /v1/files/{name}': {
    call: async () => ({ path: '/v1/files/f', body: 'bytes', type: csv }),
    leaves: ['create files'],
  },
  'DELETE /v1/files/{name}': {
    call: async () => ({ path: '/v1/files/f' }),
    leaves: ['delete files'],
  },
  'POST /v1/api-keys': {
    call: async () => ({ path: '/v1/api-keys', body: { name: 'k', role: 'viewer' } }),
    leaves: ['create api-keys'],
  },
  'DELETE /v1/api-keys/{id}': {
    call: async () => ({ path: '/v1/api-keys/k' }),
    leaves: ['delete api-keys'],
  },
};

const audit = (query: string) => api.get<{ items: Entry[]; nextCursor: string | null }>(`/v1/audit?${query}`);
const settled = async (): Promise<void> => {
  const { imports, backfills, runs } = api.weir.server.services;
  await imports.settled();
  await backfills.settled();
  await runs.settled();
};

describe('the audit of every call that changes something', () => {
  it('covers every call there is', () => {
    const changing = endpoints
      .filter(({ method }) => method !== 'GET')
      .map((one) => `${one.method} ${one.path}`);
    const covered = new Set([...Object.keys(CASES), ...CHANGE_NOTHING]);
    expect(changing.filter((one) => !covered.has(one))).toEqual([]);
    expect(Object.keys(CASES).filter((one) => !changing.includes(one))).toEqual([]);
  });

  it.each(Object.keys(CASES))('%s', async (name) => {
    const { call, leaves } = CASES[name]!;
    const { path, body, type } = await call();
    const [{ resource: before } = { resource: '' }] = (await audit('limit=1')).items;
    const known = (await audit('limit=1000')).items.length;
    const answer = await api.weir.call<{ key?: string }>(name.split(' ')[0]!, path, body, {
      key: auditor,
      headers: type === undefined ? {} : { 'content-type': type },
    });
    if (answer.body.key !== undefined) secrets.push(answer.body.key);
    if (name.endsWith('/stop') && answer.status === 409) throw new Error('the run ended too early');
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    await settled();
    const all = (await audit('limit=1000')).items;
    const added = all.slice(0, all.length - known).toReversed();
    expect(added.map((entry) => `${entry.action} ${entry.collection}`)).toEqual(leaves);
    expect(before).not.toBe('');
    for (const entry of added) {
      // What goes on in the background is done in the name of who asked for it.
      expect(entry.actor).toEqual({ id: auditorId, name: 'auditor' });
      expect(Math.abs(Date.parse(entry.at) - Date.now())).toBeLessThan(60_000);
      expect(entry.before === null).toBe(entry.action === 'create');
      expect(entry.after === null).toBe(entry.action === 'delete');
      if (entry.action === 'update') expect(entry.after).not.toEqual(entry.before);
    }
  });

  it('has no key in it, and neither has the log', async () => {
    const all = JSON.stringify((await audit('limit=1000')).items) + api.weir.logged.join('\n');
    expect(secrets.length).toBeGreaterThan(2);
    for (const secret of secrets) expect(all).not.toContain(secret.split('_').at(-1)!);
    expect(all).not.toContain('"hash"');
  });
});

describe('the filters of the audit', () => {
  it('find a resource by its id and every name it has had, with what belongs to it', async () => {
    const renamed = (await audit('resource=renamed&collection=event-stores')).items;
    expect(renamed.map(({ action, after }) => [action, after?.['name']])).toEqual([
      ['update', 'renamed since'],
      ['create', 'renamed'],
    ]);
    const { id } = await api.get<{ id: string }>('/v1/event-stores/s');
    for (const resource of ['s', id]) {
      const entries = (await audit(`resource=${resource}`)).items;
      const collections = new Set(entries.map(({ collection }) => collection));
      expect([...collections].sort()).toEqual(['backfills', 'event-stores', 'imports']);
    }
  });

  it('narrow by actor, action, collection and time, page by page', async () => {
    const key = await api.get<{ items: { id: string; name: string }[] }>('/v1/api-keys');
    const { id } = key.items.find(({ name }) => name === 'auditor')!;
    for (const actor of ['auditor', id]) {
      const { items } = await audit(`actor=${actor}&action=delete&collection=files`);
      expect(items).toMatchObject([{ name: 'f', actor: { name: 'auditor' } }]);
    }
    const all = (await audit('limit=1000')).items;
    const middle = all[Math.floor(all.length / 2)]!.at;
    const newer = (await audit(`limit=1000&from=${middle}`)).items;
    const older = (await audit(`limit=1000&to=${middle}`)).items;
    expect([...newer, ...older]).toEqual(all);
    expect(newer.at(-1)!.at >= middle && older[0]!.at < middle).toBe(true);
    const pages: Entry[] = [];
    for (let cursor = ''; ;) {
      const page = await audit(`limit=7&collection=meters${cursor}`);
      pages.push(...page.items);
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(pages).toEqual(all.filter(({ collection }) => collection === 'meters'));
  });

  it('refuse what they cannot be', async () => {
    for (const query of ['action=read', 'from=yesterday', 'from=2026-02-01&to=2026-01-01', 'who=me']) {
      expect((await api.weir.call('GET', `/v1/audit?${query}`)).status, query).toBe(422);
    }
  });
});
