import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, startTestServer, type TestServer } from './weir.ts';

const examples = resolve(import.meta.dirname, '../../examples');
const example = (name: string): string => join(examples, name);
const september = ['--replay', '--from', '2026-09-01', '--to', '2026-09-30'];
const meter = 'api-units-per-account';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface Usage {
  readonly id: string;
  readonly accountNumber: string;
  readonly quantity: string;
}
async function totals(): Promise<Record<string, string>> {
  const records = await server.json<Usage[]>('usage', 'list', '--meter', meter);
  return Object.fromEntries(records.map(({ accountNumber, quantity }) => [accountNumber, quantity]));
}

describe('the examples, step by step as in docs/start.md', () => {
  test('apply makes what is missing, and nothing the second time', async () => {
    const dry = await server.json<{ create: number }>('apply', '-f', example('api-usage.yaml'), '--dry-run');
    expect(dry.create).toBe(4);
    const first = await server.weir('apply', '-f', example('api-usage.yaml'));
    expect(first).toMatchObject({ code: 0, stdout: '4 to create, 0 to change, 0 unchanged\n' });
    const second = await server.json<object>('apply', '-f', example('api-usage.yaml'));
    expect(second).toMatchObject({ create: 0, change: 0, unchanged: 4 });
  });

  test('a changed file is a change, with its place', async () => {
    const yaml = await readFile(example('api-usage.yaml'), 'utf8');
    const changed = join(server.folder, 'changed.yaml');
    await writeFile(
      changed,
      yaml.replace('groupBy: [account, region]', 'groupBy: [account, region, endpoint]'),
    );
    const ran = await server.weir('apply', '-f', changed, '--dry-run');
    expect(stripVTControlCharacters(ran.stderr)).toContain('~ change     Meter traffic-per-day');
    expect(stripVTControlCharacters(ran.stderr)).toContain('/groupBy/2: (none) -> "endpoint"');
  });

  test('import takes the three formats into one store', async () => {
    const files = ['asia.csv', 'europe.ndjson', 'north-america.xml'];
    const answer = await server.json<{ files: object[] }>(
      'store',
      'import',
      'api-requests',
      ...files.map(example),
    );
    expect(answer.files).toMatchObject([
      { file: 'asia.csv', format: 'csv', events: 6, accepted: 5, duplicates: 1, replaced: 0, rejected: 0 },
      { file: 'europe.ndjson', format: 'ndjson', events: 6, accepted: 5, duplicates: 1 },
      { file: 'north-america.xml', format: 'xml', events: 2, accepted: 2, duplicates: 0 },
    ]);
    const list = await server.weir('store', 'list');
    expect(list.stdout).toMatch(/api-requests +api-request +in use, idle +12 /);
  });

  test('a preview writes nothing; a replay bills; a second one changes nothing', async () => {
    const preview = await server.json<{ preview: object[] }>(
      'meter',
      'run',
      meter,
      ...september,
      '--preview',
    );
    expect(preview.preview).toHaveLength(4);
    expect(await totals()).toEqual({});
    const first = await server.json<object>('meter', 'run', meter, ...september);
    expect(first).toMatchObject({ status: 'completed', result: { inserted: 4, revised: 0 } });
    const second = await server.json<object>('meter', 'run', meter, ...september);
    expect(second).toMatchObject({ result: { inserted: 0, revised: 0, retracted: 0, unchanged: 4 } });
    expect(await totals()).toEqual({
      'Aster Robotics': '5.583334',
      'Harbor & Pine': '7.000007',
      'Kestrel Freight, Inc.': '0.1',
      'Øresund Data': '214.845679',
    });
  });

  test('the custom meter bills traffic of served requests in gigabytes', async () => {
    await server.weir('meter', 'run', 'traffic-per-day', '--replay', '--all');
    const records = await server.json<Usage[]>(
      'usage',
      'list',
      '--meter',
      'traffic-per-day',
      '--account',
      'Øresund Data',
    );
    const quantities = records.map(({ quantity }) => quantity).sort();
    expect(quantities).toEqual(['0.00000002', '0.00009', '0.0015']);
  });

  test('without a terminal and without --yes a backfill stays a preview', async () => {
    const ran = await server.weir(
      'backfill',
      'delete',
      example('wrong-events.csv'),
      '--store',
      'api-requests',
    );
    expect(ran.code).toBe(0);
    expect(stripVTControlCharacters(ran.stderr)).toContain('2 rows, 2 distinct ids: 2 found, 0 not found');
    expect(ran.stdout).toContain('nothing was changed');
  });

  test('confirmed with --reconcile it corrects just what it touches', async () => {
    const words = [
      'backfill',
      'delete',
      example('wrong-events.csv'),
      '--store',
      'api-requests',
      '--yes',
      '--reconcile',
    ];
    const done = await server.json<{ counts: object; runResults: { meterName: string; result: object }[] }>(
      ...words,
    );
    expect(done.counts).toMatchObject({ matched: 2, deleted: 2 });
    const run = done.runResults.find(({ meterName }) => meterName === meter);
    expect(run?.result).toMatchObject({ inserted: 0, revised: 1, retracted: 0 });
    expect((await totals())['Øresund Data']).toBe('14.845678');
  });

  test('history, events and runs explain the figure', async () => {
    const [record] = await server.json<Usage[]>(
      'usage',
      'list',
      '--meter',
      meter,
      '--account',
      'Øresund Data',
    );
    const history = await server.json<object[]>('usage', 'history', record?.id ?? '');
    expect(history).toMatchObject([
      { revision: 2, quantity: '14.845678', previousQuantity: '214.845679' },
      { revision: 1, quantity: '214.845679' },
    ]);
    const events = await server.json<{ eventId: string }[]>('usage', 'events', record?.id ?? '');
    expect(events.map(({ eventId }) => eventId).sort()).toEqual(['eu-1', 'eu-2']);
    const runs = await server.json<{ id: string }[]>('run', 'list', '--meter', meter);
    expect(runs.length).toBeGreaterThanOrEqual(4);
    const shown = await server.weir('run', 'show', runs[0]?.id ?? '');
    expect(shown.stdout).toContain('result: 0 new, 1 revised');
  });

  test('exports are files that appear whole', async () => {
    const csv = join(server.folder, 'usage.csv');
    const answer = await server.json<{ nextCursor: string }>(
      'usage',
      'export',
      '--meter',
      meter,
      '--format',
      'csv',
      '-o',
      csv,
    );
    const text = await readFile(csv, 'utf8');
    expect(text.trimEnd().split('\n')).toHaveLength(5);
    expect(text).toContain('14.845678');
    const later = await server.weir('usage', 'export', '--changes-since', answer.nextCursor);
    expect(later).toMatchObject({ code: 0 });
    const events = join(server.folder, 'events.ndjson');
    await server.json('store', 'export', 'api-requests', '-o', events);
    expect((await readFile(events, 'utf8')).trimEnd().split('\n')).toHaveLength(10);
  });
});

describe('failures', () => {
  test('rejected events: shown with their lines, written to a file, exit code 1', async () => {
    const bad = join(server.folder, 'bad.csv');
    const header = 'requestId,timestamp,account,region,units\n';
    await writeFile(
      bad,
      `${header}ok-1,2026-09-01,A,asia,1\n"x\ny",2026-09-01,A,asia,"1,5"\n,2026-09-01,A,asia,1\n`,
    );
    const rejects = join(server.folder, 'rejects.ndjson');
    const ran = await server.weir(
      'store',
      'import',
      'api-requests',
      bad,
      '--batch',
      '2',
      '--rejects',
      rejects,
    );
    expect(ran.code).toBe(1);
    expect(stripVTControlCharacters(ran.stdout)).toMatch(/bad\.csv:3 {2}EVENT_INVALID {2}\/units/);
    expect(stripVTControlCharacters(ran.stdout)).toMatch(/bad\.csv:5 {2}EVENT_ID_MISSING/);
    const written = (await readFile(rejects, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(written).toMatchObject([
      { file: 'bad.csv', line: 3, code: 'EVENT_INVALID', input: '"x\ny",2026-09-01,A,asia,"1,5"' },
      { file: 'bad.csv', line: 5, code: 'EVENT_ID_MISSING' },
    ]);
  });

  test('what the server refuses is shown with its code; with --json on standard error', async () => {
    const ran = await server.weir('store', 'show', 'no such "store"', '--json');
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: 'EVENT_STORE_NOT_FOUND' } });
  });

  test('apply reports every refusal, and applies the rest', async () => {
    const file = join(server.folder, 'refused.yaml');
    const store = (name: string, definition: string): string =>
      `kind: EventStore\nname: ${name}\neventDefinition: ${definition}\n---\n`;
    await writeFile(file, store('a', 'missing') + store('b', 'api-request') + store('c', 'missing'));
    const ran = await server.weir('apply', '-f', file);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('2 of 3 could not be applied');
    expect(await server.json('store', 'show', 'b')).toMatchObject({ name: 'b', eventCount: 0 });
  });

  test.each([
    [['meter', 'run', 'm', '--replay'], /needs its data scope/],
    [['meter', 'run', 'm', '--all'], /needs --replay/],
    [['store', 'import', 's'], /missing required argument/],
    [['store', 'export', 's', '--format', 'xlsx'], /Allowed choices/],
    [['nonsense'], /unknown command/],
    [['--server', 'nonsense', 'store', 'list'], /not the address of a server/],
  ])('%j is a wrong call: exit code 2', async (words, message) => {
    const ran = await run(words);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(message);
  });

  test('help is no failure', async () => {
    const ran = await run(['meter', 'run', '--help']);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('--preview');
    expect(ran.stdout).toContain('--server');
  });
});
