import type { MeterNode } from '../api/types.ts';

export interface Place {
  readonly id: string;
  /** Columns from the left: further than every input. */
  readonly layer: number;
  /** Row within the column; halves centre a column that is shorter than the others. */
  readonly row: number;
}

/** A component with the space after it, in pixels at full size. */
export const COLUMN_WIDTH = 272;
export const ROW_HEIGHT = 116;
/** Below this scale the text in a component cannot be read; a narrow page then scrolls. */
const SCALE_MIN = 0.75;

export interface Size {
  readonly height: number;
  readonly minWidth: number;
}

/** How much room the drawing needs for its longest path and its tallest layer. */
export function sizeOf(nodes: readonly MeterNode[]): Size {
  const rows = new Map<number, number>();
  for (const { layer } of layoutOf(nodes)) rows.set(layer, (rows.get(layer) ?? 0) + 1);
  return {
    height: Math.min(560, 80 + Math.max(1, ...rows.values()) * ROW_HEIGHT),
    minWidth: rows.size * COLUMN_WIDTH * SCALE_MIN,
  };
}

type Inputs = ReadonlyMap<string, readonly string[]>;

/**
 * Places the components of a graph in layers: each right of all its inputs, and rows ordered so that
 * edges cross little (two sweeps of the barycentre rule).
 */
export function layoutOf(nodes: readonly MeterNode[]): Place[] {
  const known = new Set(nodes.map(({ id }) => id));
  const inputs: Inputs = new Map(
    nodes.map(({ id, inputs: from }) => [id, from.filter((input) => known.has(input))]),
  );
  const layerOf = layersOf(nodes, inputs);
  const layers: string[][] = [];
  for (const { id } of nodes) (layers[layerOf.get(id) ?? 0] ??= []).push(id);

  const outputs = reversed(inputs);
  for (let at = 1; at < layers.length; at += 1) orderBy(layers, at, at - 1, inputs);
  for (let at = layers.length - 2; at >= 0; at -= 1) orderBy(layers, at, at + 1, outputs);

  const tallest = Math.max(0, ...layers.map((layer) => layer.length));
  return layers.flatMap((layer, column) =>
    layer.map((id, index) => ({ id, layer: column, row: index + (tallest - layer.length) / 2 })),
  );
}

/** Longest path from a source. A cycle (which the server refuses) is cut where it closes. */
function layersOf(nodes: readonly MeterNode[], inputs: Inputs): Map<string, number> {
  const layers = new Map<string, number>();
  const visit = (id: string, path: ReadonlySet<string>): number => {
    const done = layers.get(id);
    if (done !== undefined) return done;
    const before = (inputs.get(id) ?? []).filter((input) => !path.has(input));
    const layer = before.reduce(
      (deepest, input) => Math.max(deepest, visit(input, new Set([...path, id])) + 1),
      0,
    );
    layers.set(id, layer);
    return layer;
  };
  for (const { id } of nodes) visit(id, new Set([id]));
  return layers;
}

/** Orders one layer by where its neighbours stand in another. */
function orderBy(layers: string[][], at: number, other: number, neighbours: Inputs): void {
  const rows = new Map((layers[other] ?? []).map((id, row) => [id, row]));
  const own = new Map((layers[at] ?? []).map((id, row) => [id, row]));
  const centre = (id: string): number => {
    const places = (neighbours.get(id) ?? []).flatMap((neighbour) => rows.get(neighbour) ?? []);
    if (places.length === 0) return own.get(id) ?? 0;
    return places.reduce((sum, row) => sum + row, 0) / places.length;
  };
  layers[at]?.sort((a, b) => centre(a) - centre(b));
}

function reversed(inputs: Inputs): Inputs {
  const outputs = new Map<string, string[]>();
  for (const [id, from] of inputs) {
    for (const input of from) outputs.set(input, [...(outputs.get(input) ?? []), id]);
  }
  return outputs;
}
