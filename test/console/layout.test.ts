import { describe, expect, test } from 'vitest';
import type { MeterNode } from '../../console/src/api/types.ts';
import { layoutOf } from '../../console/src/meters/layout.ts';

const node = (id: string, ...inputs: string[]): MeterNode => ({
  id,
  name: id,
  kind: inputs.length === 0 ? 'source' : 'processor',
  operator: 'map',
  config: {},
  inputs,
});
const layers = (nodes: readonly MeterNode[]) =>
  Object.fromEntries(layoutOf(nodes).map(({ id, layer }) => [id, layer]));

describe('layoutOf', () => {
  test('places each component right of all its inputs', () => {
    // The short way to `d` does not pull it left of the long one.
    const nodes = [node('a'), node('d', 'a', 'c'), node('b', 'a'), node('c', 'b')];
    expect(layers(nodes)).toEqual({ a: 0, b: 1, c: 2, d: 3 });
  });

  test('orders rows so that parallel branches do not cross', () => {
    const nodes = [node('s1'), node('s2'), node('b2', 's2'), node('b1', 's1')];
    const row = new Map(layoutOf(nodes).map((place) => [place.id, place.row]));
    expect([row.get('b1'), row.get('b2')]).toEqual([row.get('s1'), row.get('s2')]);
  });

  test('centres a shorter layer', () => {
    const places = layoutOf([node('a'), node('b', 'a'), node('c', 'a')]);
    expect(places.find(({ id }) => id === 'a')?.row).toBe(0.5);
  });

  test('draws a broken graph too: unknown inputs and cycles', () => {
    expect(layers([node('a', 'nowhere')])).toEqual({ a: 0 });
    const cyclic = layoutOf([node('a', 'b'), node('b', 'a')]);
    expect(cyclic.map(({ id }) => id).sort()).toEqual(['a', 'b']);
  });
});
