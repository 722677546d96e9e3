// Names that mean something elsewhere: the whole main path with each of them, as every kind of name at once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'csv-parse/sync';
import { REPLAY_ALL, runMeter } from '../api.ts';
import type { Api } from '../api.ts';
import { openWeir, refusal } from './in-process.ts';
import type { Weir } from './in-process.ts';

const NAMES = [
  `Robert'); DROP TABLE events; --`,
  '"quoted" \'twice\' `and` back\\slashed\\',
  '🐟 東方 Ḿṏṉṯẖ\u{301}',
  '<img src=x onerror=alert(1)>',
  '../../etc/passwd',
  'a/b?c=d&e#f%25 %',
  '__proto__',
  'select',
  '# $1 ${x} {{y}} %s',
  ', ; \u200f mixed',
];

let weir: Weir;
let api: Api;
beforeAll(async () => {
  weir = await openWeir();
  api = {
    weir: weir.server,
    get: (path) => weir.ok('GET', path),
    post: (path, body) => weir.ok('POST', path, body),
    close: () => weir.close(),
  };
});
afterAll(() => weir.close());

interface Items<T> {
  readonly items: readonly T[];
}
interface Usage {
  readonly id: string;
  readonly accountNumber: string;
  readonly unitOfMeasure: string;
  readonly quantity: string;
  readonly meterName: string;
}

const url = encodeURIComponent;
const csvCell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
/** Field names of one definition, different in more than case. */
const fieldsOf = (name: string) => ({
  id: `${name} id`,
  at: `${name} at`,
  account: name,
  units: `${name} units`,
});

/** An object whose members have these names, also `__proto__`. */
const record = (...members: readonly (readonly [string, string])[]): object => Object.fromEntries(members);

async function makeStore(name: string): Promise<void> {
  const { id, at, account, units } = fieldsOf(name);
  await weir.ok('POST', '/v1/event-definitions', {
    name,
    description: name,
    fields: [
      { name: id, type: 'string', required: true, description: name },
      { name: at, type: 'datetime', required: true },
      { name: account, type: 'string' },
      { name: units, type: 'decimal' },
    ],
    eventIdFields: [id],
    eventTimeField: at,
  });
  await weir.ok('POST', '/v1/event-stores', { name, eventDefinition: name });
}

/** One event in JSON, one in CSV; ids and accounts are the name too. */
async function writeEvents(name: string): Promise<void> {
  const { id, at, account, units } = fieldsOf(name);
  const path = `/v1/event-stores/${url(name)}/events`;
  const json = record([id, name], [at, '2026-03-01T00:00:00Z'], [account, name], [units, '0.1']);
  // A literal, since JSON.stringify leaves out nothing that was defined, not even `__proto__`.
  expect(await weir.ok('POST', path, JSON.stringify(json))).toMatchObject({ accepted: 1, rejected: [] });
  const header = [id, at, account, units].map(csvCell).join(',');
  const row = [`${name} 2`, '2026-03-02', name, '0.2'].map(csvCell).join(',');
  const csv = await weir.ok('POST', path, `${header}\n${row}\n`, 'text/csv');
  expect(csv).toMatchObject({ accepted: 1, rejected: [] });
}

const meterOf = (name: string): object => ({
  name,
  type: 'custom',
  nodes: [
    {
      id: name.slice(0, 60),
      name: `${name} source`,
      kind: 'source',
      operator: 'event-store',
      config: { store: name },
    },
    {
      id: 'filter',
      name: `${name} filter`,
      kind: 'processor',
      operator: 'filter',
      inputs: [name.slice(0, 60)],
      config: { expression: `event[${JSON.stringify(name)}] == ${JSON.stringify(name)}` },
    },
    {
      id: 'sum',
      name: `${name} sum`,
      kind: 'processor',
      operator: 'aggregate',
      inputs: ['filter'],
      config: {
        groupBy: [name],
        window: { unit: 'month' },
        functions: [{ name: `${name} total`, function: 'sum', field: `${name} units` }],
      },
    },
    {
      id: 'out',
      name: `${name} target`,
      kind: 'target',
      operator: 'usage-records',
      inputs: ['sum'],
      config: {
        quantity: { field: `${name} total` },
        accountNumber: { field: name },
        unitOfMeasure: { constant: name },
      },
    },
  ],
});

describe.each(NAMES)('the name %j', (name) => {
  const { id, at, account, units } = fieldsOf(name);
  const store = `/v1/event-stores/${url(name)}`;

  it('goes the whole way from event to usage record', async () => {
    await makeStore(name);
    await writeEvents(name);
    await weir.ok('POST', '/v1/meters', meterOf(name));
    expect(await runMeter(api, url(name), REPLAY_ALL)).toMatchObject({ status: 'completed', error: null });
    const { items } = await weir.ok<Items<Usage>>(
      'GET',
      `/v1/usage-records?meter=${url(name)}&account=${url(name)}`,
    );
    expect(items).toMatchObject([
      { accountNumber: name, unitOfMeasure: name, meterName: name, quantity: '0.3', state: 'current' },
    ]);
    const behind = await weir.ok<Items<{ eventId: string }>>(
      'GET',
      `/v1/usage-records/${items[0]?.id}/events`,
    );
    expect(behind.items.map(({ eventId }) => eventId)).toEqual([name, `${name} 2`]);
  });

  it('is found, filtered and grouped by', async () => {
    const found = await weir.ok<{ eventId: string; fields: object }>('GET', `${store}/events/${url(name)}`);
    expect(found.eventId).toBe(name);
    expect(Object.entries(found.fields)).toEqual([
      [id, name],
      [at, '2026-03-01T00:00:00.000000Z'],
      [account, name],
      [units, '0.1'],
    ]);
    const filter = `filter.${url(account)}=${url(name)}`;
    expect((await weir.ok<Items<object>>('GET', `${store}/events?${filter}`)).items).toHaveLength(2);
    const histogram = `${store}/histogram?bucket=month&groupBy=${url(account)}`;
    expect(await weir.ok('GET', histogram)).toMatchObject({ buckets: [{ count: 2, group: name }] });
    expect(await weir.ok('GET', `${store}/events/${url(name)}/trace`)).toMatchObject([{ meterName: name }]);
  });

  it('is exported as it came in', async () => {
    const ndjson = await weir.ok<string>('GET', `${store}/export?format=ndjson`);
    const first = JSON.parse(ndjson.split('\n')[0]!) as object;
    expect(Object.keys(first)).toEqual([id, at, account, units]);
    const csv = await weir.ok<string>('GET', `${store}/export?format=csv`);
    const rows = parse(csv);
    expect(rows).toMatchObject([
      [id, at, account, units],
      [name, '2026-03-01T00:00:00.000000Z', name, '0.1'],
      [`${name} 2`, '2026-03-02T00:00:00.000000Z', name, '0.2'],
    ]);
    // What was exported can be written again, and changes nothing.
    const again = await weir.ok('POST', `${store}/events`, csv, 'text/csv');
    expect(again).toMatchObject({ accepted: 0, duplicates: 2, replaced: 0, rejected: [] });
    const parquet = await weir.server.server.app.request(`${store}/export?format=parquet`, {
      headers: { authorization: 'Bearer test admin key' },
    });
    expect(
      Buffer.from(await parquet.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe('PAR1');
    const usage = await weir.ok<string>('GET', `/v1/usage-records/export?meter=${url(name)}&format=csv`);
    expect(parse(usage)[1]).toContain(name);
  });

  it('is deleted by a backfill', async () => {
    const template = await weir.ok<string>('GET', `${store}/backfills/template`);
    expect(parse(template)).toEqual([[id]]);
    // A cell that a spreadsheet would take for a formula is refused; none of these names is one.
    const file = `${template.trimEnd()}\n${csvCell(name)}\n`;
    const preview = await weir.ok<{ id: string }>('POST', `${store}/backfills?kind=delete`, file, 'text/csv');
    expect(preview).toMatchObject({ counts: { matched: 1, notFound: 0 }, usageRecordsAffected: 1 });
    await weir.ok('POST', `/v1/backfills/${preview.id}/confirm`, { reconcile: true });
    await expect
      .poll(
        async () => (await weir.ok<{ status: string }>('GET', `/v1/backfills/${preview.id}`)).status,
        PATIENT,
      )
      .toBe('completed');
    const quantity = async () =>
      (await weir.ok<Items<Usage>>('GET', `/v1/usage-records?meter=${url(name)}`)).items[0]?.quantity;
    await expect.poll(quantity, PATIENT).toBe('0.2');
  });
});

/** A busy machine takes longer than the second that is the default. */
const PATIENT = { timeout: 30_000 };

describe('what a name may not be', () => {
  it.each([
    ['', 'NAME_INVALID'],
    ['   ', 'NAME_INVALID'],
    ['x'.repeat(129), 'NAME_INVALID'],
    ['a\nb', 'NAME_INVALID'],
    ['a\u0000b', 'NAME_INVALID'],
    ['es_1', 'NAME_INVALID'],
  ])('%j is refused', async (name, code) => {
    const store = { name, eventDefinition: NAMES[0] };
    expect(refusal(await weir.send('POST', '/v1/event-stores', store))).toEqual([422, code]);
  });

  it('taken', async () => {
    const store = { name: NAMES[0], eventDefinition: NAMES[0] };
    expect(refusal(await weir.send('POST', '/v1/event-stores', store))).toEqual([
      409,
      'EVENT_STORE_NAME_EXISTS',
    ]);
  });

  it('a field twice, also in other case', async () => {
    const field = (name: string, type = 'string') => ({ name, type, required: true });
    const answer = await weir.send('POST', '/v1/event-definitions', {
      name: 'twice',
      fields: [field('id'), field('ID'), field('at', 'datetime')],
      eventIdFields: ['id'],
      eventTimeField: 'at',
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(['/fields/1/name']);
  });
});

it('no table has gone missing', async () => {
  const { items } = await weir.ok<Items<{ name: string; eventCount: number }>>('GET', '/v1/event-stores');
  expect(items.map(({ name, eventCount }) => [name, eventCount])).toEqual(NAMES.map((name) => [name, 1]));
});
