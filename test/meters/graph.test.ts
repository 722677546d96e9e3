// The rules of a graph: every finding at once, each naming its component. Presets make the graph a person would draw.
import { describe, expect, it } from 'vitest';
import type { ResolveContext, ResolvedStore } from '../../src/meters/component.ts';
import { compileGraph } from '../../src/meters/compile.ts';
import { presetGraph, presetProblems } from '../../src/meters/presets.ts';
import { storeCycle } from '../../src/meters/store-rules.ts';
import type { MeterNode } from '../../src/meters/types.ts';
import { columnsOf } from '../../src/definitions/types.ts';
import type { EventDefinition } from '../../src/definitions/types.ts';

const definition: EventDefinition = {
  id: 'ed_1',
  name: 'call',
  version: 1,
  fields: [
    { name: 'id', type: 'string', required: true },
    { name: 'at', type: 'datetime', required: true },
    { name: 'account', type: 'string', required: false },
    { name: 'units', type: 'decimal', scale: 6, required: false },
    { name: 'bytes', type: 'integer', required: false },
  ],
  eventIdFields: ['id'],
  eventTimeField: 'at',
  timeZone: 'UTC',
};
const store = (id: string): ResolvedStore => ({
  id,
  name: id,
  definition,
  table: { number: 1, columns: columnsOf(definition), idFields: ['id'] },
  forgets: false,
});
const context: ResolveContext = {
  store: (name) => (name.startsWith('calls') ? store(name) : undefined),
  inbox: () => undefined,
  definition: (name) => (name === 'call' ? definition : undefined),
  owner: () => 7,
};
const problems = (nodes: readonly MeterNode[]): (readonly [string | null, string])[] =>
  compileGraph(nodes, context).problems.map(({ node, code }) => [node, code] as const);

const source = (id = 's', name = 'calls'): MeterNode => ({
  id,
  name: id,
  kind: 'source',
  operator: 'event-store',
  config: { store: name },
  inputs: [],
});
const filter = (id: string, inputs: string[], expression = 'event.units > 1'): MeterNode => ({
  id,
  name: id,
  kind: 'processor',
  operator: 'filter',
  config: { expression },
  inputs,
});
const usage = (id: string, inputs: string[], config: object = {}): MeterNode => ({
  id,
  name: id,
  kind: 'target',
  operator: 'usage-records',
  config: {
    quantity: { field: 'units' },
    accountNumber: { field: 'account' },
    unitOfMeasure: { constant: 'u' },
    ...config,
  },
  inputs,
});
const aggregate = (id: string, inputs: string[], config: object = {}): MeterNode => ({
  id,
  name: id,
  kind: 'processor',
  operator: 'aggregate',
  config: {
    groupBy: ['account'],
    window: { unit: 'day' },
    functions: [{ name: 'units', function: 'sum', field: 'units' }],
    ...config,
  },
  inputs,
});

describe('a graph', () => {
  it('is compiled in the order of its inputs, whatever the order it is written in', () => {
    const compiled = compileGraph(
      [usage('u', ['a']), aggregate('a', ['f']), filter('f', ['s']), source()],
      context,
    );
    expect(compiled.problems).toEqual([]);
    expect(compiled.nodes?.map((node) => node.id)).toEqual(['s', 'f', 'a', 'u']);
    expect(compiled.fields.get('a')?.map(({ name, type, scale }) => [name, type, scale])).toEqual([
      ['account', 'string', undefined],
      ['windowStart', 'datetime', undefined],
      ['windowEnd', 'datetime', undefined],
      ['units', 'decimal', 6],
    ]);
  });

  it.each<[string, MeterNode[], (readonly [string | null, string])[]]>([
    [
      'nothing to read',
      [usage('u', [])],
      [
        ['u', 'INPUT_MISSING'],
        [null, 'SOURCE_MISSING'],
        ['u', 'FIELD_NOT_FOUND'],
        ['u', 'FIELD_NOT_FOUND'],
      ],
    ],
    [
      'nowhere to go',
      [source()],
      [
        [null, 'TARGET_MISSING'],
        ['s', 'OUTPUT_UNUSED'],
      ],
    ],
    [
      'a cycle',
      [source(), filter('a', ['b', 's']), filter('b', ['a']), usage('u', ['b'])],
      [
        ['a', 'GRAPH_CYCLE'],
        ['b', 'GRAPH_CYCLE'],
        ['u', 'GRAPH_CYCLE'],
      ],
    ],
    [
      'two graphs',
      [source(), usage('u', ['s']), source('s2'), usage('u2', ['s2'])],
      [
        ['s2', 'GRAPH_DISCONNECTED'],
        ['u2', 'GRAPH_DISCONNECTED'],
      ],
    ],
    [
      'a repeated id and name',
      [source(), source(), usage('u', ['s'])],
      [
        ['s', 'COMPONENT_NAME_REPEATED'],
        ['s', 'COMPONENT_NAME_REPEATED'],
      ],
    ],
    ['an input that is not there', [source(), usage('u', ['s', 'x'])], [['u', 'INPUT_UNKNOWN']]],
    [
      'an input that is a target',
      [source(), usage('u', ['s']), usage('v', ['u'])],
      [
        ['v', 'INPUT_IS_TARGET'],
        ['v', 'FIELD_NOT_FOUND'],
        ['v', 'FIELD_NOT_FOUND'],
      ],
    ],
    [
      'an unknown operator',
      [source(), { ...filter('f', ['s']), operator: 'guess' }, usage('u', ['s'])],
      [
        ['f', 'OPERATOR_UNKNOWN'],
        ['f', 'OUTPUT_UNUSED'],
      ],
    ],
    [
      'an unknown store',
      [source('s', 'elsewhere'), usage('u', ['s'])],
      [
        ['s', 'EVENT_STORE_NOT_FOUND'],
        ['u', 'FIELD_NOT_FOUND'],
        ['u', 'FIELD_NOT_FOUND'],
      ],
    ],
    [
      'a zone that does not exist',
      [
        source(),
        aggregate('a', ['s'], { window: { unit: 'day', timeZone: 'Mars/Base' } }),
        usage('u', ['a']),
      ],
      [['a', 'TIME_ZONE_UNKNOWN']],
    ],
    [
      'a window of zero',
      [source(), aggregate('a', ['s'], { window: { unit: 'day', count: 0 } }), usage('u', ['a'])],
      [
        ['a', 'CONFIG_INVALID'],
        ['u', 'FIELD_NOT_FOUND'],
        ['u', 'FIELD_NOT_FOUND'],
      ],
    ],
    [
      'a sum of text',
      [
        source(),
        aggregate('a', ['s'], { functions: [{ name: 'units', function: 'sum', field: 'account' }] }),
        usage('u', ['a']),
      ],
      [['a', 'FIELD_TYPE']],
    ],
    [
      'a text as quantity',
      [source(), usage('u', ['s'], { quantity: { field: 'account' } })],
      [['u', 'FIELD_TYPE']],
    ],
    [
      'an expression that is wrong',
      [source(), filter('f', ['s'], 'event.units > "a"'), usage('u', ['f'])],
      [['f', 'EXPRESSION_TYPE']],
    ],
    [
      'an expression of an unknown field',
      [source(), filter('f', ['s'], 'event.nope == 1'), usage('u', ['f'])],
      [['f', 'EXPRESSION_UNKNOWN_FIELD']],
    ],
  ])('with %s is refused with every finding', (_, nodes, expected) => {
    expect(problems(nodes)).toEqual(expect.arrayContaining(expected));
    expect(problems(nodes)).toHaveLength(expected.length);
  });

  it('may not write a store that it reads, nor one twice', () => {
    const target = (id: string): MeterNode => ({
      id,
      name: id,
      kind: 'target',
      operator: 'event-store',
      config: { store: 'calls', mapping: ['id', 'at'].map((field) => ({ field, from: field })) },
      inputs: ['s'],
    });
    expect(problems([source(), target('a'), target('b')])).toEqual([
      ['a', 'METER_STORE_IS_SOURCE_AND_TARGET'],
      ['b', 'METER_TARGET_STORE_REPEATED'],
      ['b', 'METER_STORE_IS_SOURCE_AND_TARGET'],
    ]);
  });

  it('unites inputs by field name, and refuses fields of two types', () => {
    const map = (id: string, expression: string): MeterNode => ({
      id,
      name: id,
      kind: 'processor',
      operator: 'map',
      config: {
        keepOthers: false,
        fields: [
          { name: 'account', from: 'account' },
          { name: 'units', expression },
        ],
      },
      inputs: ['s'],
    });
    const both = (expression: string) => [
      source(),
      map('a', 'event.units'),
      map('b', expression),
      usage('u', ['a', 'b']),
    ];
    expect(problems(both('event.units * event.units'))).toEqual([]);
    expect(problems(both('event.account'))).toEqual([['u', 'INPUTS_INCOMPATIBLE']]);
  });
});

describe('presets', () => {
  const preset = {
    source: { operator: 'event-store' as const, config: { store: 'calls' } },
    usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'u' } },
  };
  const window = { unit: 'month' as const, count: 1, timeZone: 'UTC' };

  it('make graphs without problems', () => {
    expect(problems(presetGraph('sum', { ...preset, quantityField: 'units', groupBy: [], window }))).toEqual(
      [],
    );
    expect(problems(presetGraph('count', { ...preset, groupBy: ['account'], window }))).toEqual([]);
    expect(problems(presetGraph('direct', { ...preset, quantityField: 'bytes' }))).toEqual([]);
  });

  it('group by the fields that the usage record names', () => {
    const nodes = presetGraph('count', { ...preset, groupBy: ['units'], window });
    expect(nodes[1]?.config['groupBy']).toEqual(['units', 'account']);
  });

  it('say what they lack and what they do not take', () => {
    expect(presetProblems('sum', preset).map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/quantityField', 'REQUIRED'],
      ['/groupBy', 'REQUIRED'],
      ['/window', 'REQUIRED'],
    ]);
    expect(
      presetProblems('direct', { ...preset, quantityField: 'units', window, groupBy: [] }).map(
        ({ pointer }) => pointer,
      ),
    ).toEqual(['/window', '/groupBy']);
    expect(
      presetProblems('count', { ...preset, quantityField: 'units', window, groupBy: [] }).map(
        ({ pointer }) => pointer,
      ),
    ).toEqual(['/quantityField']);
  });
});

describe('a cycle through stores and meters', () => {
  it('is found with its path, and chains and diamonds are none', () => {
    const meter = (name: string, sources: string[], targets: string[]) => ({ meter: name, sources, targets });
    expect(storeCycle([meter('A', ['s1'], ['s2']), meter('B', ['s2'], ['s1'])])).toEqual([
      's1',
      'A',
      's2',
      'B',
      's1',
    ]);
    expect(storeCycle([meter('A', ['s1'], ['s2', 's3']), meter('B', ['s2', 's3'], ['s4'])])).toBeUndefined();
  });
});
