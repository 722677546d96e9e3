// Meters that make no sense: every mistake at once, each with its component, and nothing is saved.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWeir, refusal } from './in-process.ts';
import type { Weir } from './in-process.ts';
import { CALLS } from './server.ts';

interface Node {
  readonly id: string;
  readonly name: string;
  readonly kind: 'source' | 'processor' | 'target';
  readonly operator: string;
  readonly config: object;
  readonly inputs?: readonly string[];
}
interface Validation {
  readonly valid: boolean;
  readonly errors: readonly {
    readonly node: string | null;
    readonly code: string;
    readonly message: string;
  }[];
}

let weir: Weir;
beforeAll(async () => {
  weir = await openWeir();
  await weir.ok('POST', '/v1/event-definitions', CALLS);
  for (const name of ['a', 'b', 'c']) {
    await weir.ok('POST', '/v1/event-stores', { name, eventDefinition: 'calls' });
  }
});
afterAll(() => weir.close());

const node = (
  id: string,
  kind: Node['kind'],
  operator: string,
  config: object,
  ...inputs: string[]
): Node => ({
  id,
  name: id,
  kind,
  operator,
  config,
  inputs,
});
const from = (store: string, id = 'in') => node(id, 'source', 'event-store', { store });
const filter = (id: string, expression: string, ...inputs: string[]) =>
  node(id, 'processor', 'filter', { expression }, ...inputs);
const sum = (id: string, window: object, field: string, ...inputs: string[]) =>
  node(
    id,
    'processor',
    'aggregate',
    { groupBy: ['account'], window, functions: [{ name: 'total', function: 'sum', field }] },
    ...inputs,
  );
const usage = (id: string, quantity: string, ...inputs: string[]) =>
  node(
    id,
    'target',
    'usage-records',
    { quantity: { field: quantity }, accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'u' } },
    ...inputs,
  );
const into = (store: string, ...inputs: string[]) => {
  const mapping = ['id', 'at', 'account', 'units', 'note'].map((field) => ({ field, from: field }));
  return node('out', 'target', 'event-store', { store, mapping }, ...inputs);
};

const validate = (nodes: readonly Node[]) =>
  weir.ok<Validation>('POST', '/v1/meters/validate', { name: 'm', type: 'custom', nodes });
const findings = async (nodes: readonly Node[]): Promise<string[]> =>
  (await validate(nodes)).errors.map(({ node: at, code }) => `${at ?? 'graph'} ${code}`);
const MONTH = { unit: 'month' };

describe('the shape of a graph', () => {
  it('is right', async () => {
    const good = [
      from('a'),
      filter('f', 'event.units > 0', 'in'),
      sum('s', MONTH, 'units', 'f'),
      usage('u', 'total', 's'),
    ];
    expect(await validate(good)).toMatchObject({ valid: true, errors: [] });
  });

  it('has no cycle, and what is behind one is named', async () => {
    const nodes = [
      from('a'),
      filter('f', 'true', 'g', 'in'),
      filter('g', 'true', 'f'),
      usage('u', 'units', 'g'),
    ];
    expect(await findings(nodes)).toEqual(expect.arrayContaining(['f GRAPH_CYCLE', 'g GRAPH_CYCLE']));
  });

  it('hangs together', async () => {
    const nodes = [from('a'), usage('u', 'units', 'in'), from('b', 'in2'), usage('u2', 'units', 'in2')];
    expect(await findings(nodes)).toEqual(['in2 GRAPH_DISCONNECTED', 'u2 GRAPH_DISCONNECTED']);
  });

  it('reports everything that is wrong, each with its component', async () => {
    const nodes = [
      from('nowhere'),
      filter('f', 'event.missing > 1', 'in2'),
      filter('bad', 'event.units >', 'in2'),
      from('a', 'in2'),
      sum('zone', { unit: 'day', timeZone: 'Mars/Olympus' }, 'units', 'in2'),
      sum('none', { unit: 'day', count: 0 }, 'units', 'in2'),
      sum('text', MONTH, 'note', 'in2'),
      node('odd', 'processor', 'magic', {}, 'in2'),
      filter('lost', 'true', 'ghost'),
      usage('u', 'absent', 'f'),
    ];
    const found = await findings(nodes);
    expect(found).toEqual(
      expect.arrayContaining([
        'in EVENT_STORE_NOT_FOUND',
        'in OUTPUT_UNUSED',
        'f EXPRESSION_UNKNOWN_FIELD',
        'bad EXPRESSION_SYNTAX',
        'none CONFIG_INVALID',
        'text FIELD_TYPE',
        'odd OPERATOR_UNKNOWN',
        'lost INPUT_UNKNOWN',
        'u FIELD_NOT_FOUND',
      ]),
    );
    expect(found.some((one) => one.startsWith('zone '))).toBe(true);
    const saved = await weir.send('POST', '/v1/meters', { name: 'm', type: 'custom', nodes });
    expect(saved.status).toBe(422);
    expect(saved.body.errors.length).toBeGreaterThanOrEqual(found.length);
    expect((await weir.send('GET', '/v1/meters/m')).status).toBe(404);
  });

  it.each([
    ['without components', []],
    ['without a target', [from('a')]],
    ['without a source', [usage('u', 'units', 'x')]],
    ['that is too large', Array.from({ length: 201 }, (_, at) => from('a', `s${at}`))],
    ['with an id twice', [from('a'), from('a'), usage('u', 'units', 'in')]],
    ['that reads its target', [from('a'), usage('u', 'units', 'in'), filter('f', 'true', 'u')]],
  ])('%s is refused', async (_what, nodes) => {
    const answer = await weir.send('POST', '/v1/meters', { name: 'm', type: 'custom', nodes });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.length).toBeGreaterThan(0);
  });

  it('is an object of the right types', async () => {
    const bodies = [
      null,
      5,
      'x',
      [],
      {},
      { type: 'sum' },
      { name: 'm', type: 'custom', nodes: {} },
      { name: 'm', type: 'odd' },
    ];
    for (const body of bodies) {
      const answer = await weir.send('POST', '/v1/meters', JSON.stringify(body));
      expect([answer.status, answer.body.errors.length > 0], JSON.stringify(body)).toEqual([422, true]);
    }
  });
});

describe('meters through stores', () => {
  it('do not close a cycle, however long', async () => {
    const chain = (name: string, source: string, target: string) =>
      weir.send('POST', '/v1/meters', { name, type: 'custom', nodes: [from(source), into(target, 'in')] });
    expect(refusal(await chain('self', 'a', 'a'))).toEqual([422, 'METER_STORE_IS_SOURCE_AND_TARGET']);
    expect((await chain('a to b', 'a', 'b')).status).toBe(201);
    expect((await chain('b to c', 'b', 'c')).status).toBe(201);
    const closing = await chain('c to a', 'c', 'a');
    expect(refusal(closing)).toEqual([422, 'METER_STORE_CYCLE']);
    for (const part of ['a to b', 'b to c']) expect(closing.body.detail).toContain(part);
    const twice = [from('a'), into('c', 'in'), { ...into('c', 'in'), id: 'out2', name: 'out2' }];
    expect(await findings(twice)).toContain('out2 METER_TARGET_STORE_REPEATED');
  });
});

describe('expressions', () => {
  const problemsOf = async (expression: string) =>
    (await validate([from('a'), filter('f', expression, 'in'), usage('u', 'units', 'f')])).errors;
  const codes = async (expression: string) =>
    (await problemsOf(expression)).map(({ node: at, code }) => `${at} ${code}`);

  it.each([
    ['too long', `event.note == "${'x'.repeat(9_000)}"`, 'EXPRESSION_TOO_LARGE'],
    ['too deep', `${'('.repeat(500)}true${')'.repeat(500)}`, 'EXPRESSION_TOO_LARGE'],
    ['too deep in calls', `${'!'.repeat(500)}true`, 'EXPRESSION_TOO_LARGE'],
    ['too many divisions', `event.units ${'/ event.units '.repeat(60)} > 1`, 'EXPRESSION_TOO_LARGE'],
    ['of no meaning', 'event.units > ;', 'EXPRESSION_SYNTAX'],
    ['of another type', 'event.units + 1', 'EXPRESSION_TYPE'],
    ['that compares text and number', 'event.note > 1', 'EXPRESSION_TYPE'],
    ['with a broken regexp', 'event.note.matches("(")', 'EXPRESSION_REGEXP'],
    ['with a look-behind', 'event.note.matches("(?<=a)b")', 'EXPRESSION_REGEXP'],
    ['with SQL', '1); DROP TABLE events; --', 'EXPRESSION_SYNTAX'],
  ])('one %s is refused when the meter is saved', async (_what, expression, code) => {
    expect(await codes(expression)).toContain(`f ${code}`);
  });

  it('a hostile regexp costs no time', async () => {
    const text = `${'a'.repeat(5_000)}!`;
    await weir.ok('POST', '/v1/event-stores/a/events', [
      { id: '1', at: '2026-03-01', account: 'x', units: '1', note: text },
    ]);
    const nodes = [from('a'), filter('f', 'event.note.matches("^(a+)+$")', 'in'), usage('u', 'units', 'f')];
    const { id } = await weir.ok<{ id: string }>('POST', '/v1/meters', {
      name: 'hostile',
      type: 'custom',
      nodes,
    });
    const run = await weir.ok<{ id: string }>('POST', `/v1/meters/${id}/runs`, { mode: 'replay' });
    // A backtracking matcher would be at it for the age of the universe.
    const ended = async () => await weir.ok<{ status: string; nodes: object[] }>('GET', `/v1/runs/${run.id}`);
    await expect.poll(async () => (await ended()).status, { timeout: 10_000 }).toBe('completed');
    expect((await ended()).nodes).toMatchObject([{}, { id: 'f', in: 1, out: 0, dropped: 1 }, {}]);
  });
});
