import { findComponent } from './components/index.ts';
import { STREAMING, streamingSource } from './inboxes.ts';
import type { GraphProblem, MeterNode } from './types.ts';

/** Limits of one graph. */
export const nodes_max = 200;

const problem = (node: string | null, code: string, message: string): GraphProblem => ({
  node,
  code,
  message,
});

/** The rules of a graph's shape, all checked, each finding naming its component. */
export function graphProblems(nodes: readonly MeterNode[]): GraphProblem[] {
  if (nodes.length > nodes_max) {
    return [problem(null, 'METER_TOO_LARGE', `a meter has at most ${nodes_max} components`)];
  }
  const ids = new Map(nodes.map((node) => [node.id, node]));
  return [
    ...repeated(nodes, 'id'),
    ...repeated(nodes, 'name'),
    ...nodes.flatMap((node) => nodeProblems(node, ids)),
    ...presenceProblems(nodes),
    ...streamingProblems(nodes),
    ...connectionProblems(nodes),
    ...cycleProblems(nodes),
  ];
}

function repeated(nodes: readonly MeterNode[], key: 'id' | 'name'): GraphProblem[] {
  const seen = new Set<string>();
  return nodes.flatMap((node) => {
    if (!seen.has(node[key])) {
      seen.add(node[key]);
      return [];
    }
    return [problem(node.id, 'COMPONENT_NAME_REPEATED', `another component has the ${key} ${node[key]}`)];
  });
}

function nodeProblems(node: MeterNode, ids: ReadonlyMap<string, MeterNode>): GraphProblem[] {
  const problems: GraphProblem[] = [];
  if (!findComponent(node.kind, node.operator)) {
    problems.push(problem(node.id, 'OPERATOR_UNKNOWN', `there is no ${node.kind} ${node.operator}`));
  }
  if (node.kind === 'source' && node.inputs.length > 0) {
    problems.push(problem(node.id, 'SOURCE_HAS_INPUTS', 'a source has no inputs'));
  }
  if (node.kind !== 'source' && node.inputs.length === 0) {
    problems.push(problem(node.id, 'INPUT_MISSING', `a ${node.kind} needs at least one input`));
  }
  if (new Set(node.inputs).size < node.inputs.length) {
    problems.push(problem(node.id, 'INPUT_REPEATED', 'an input is connected twice'));
  }
  for (const input of node.inputs) {
    const from = ids.get(input);
    if (!from) problems.push(problem(node.id, 'INPUT_UNKNOWN', `there is no component ${input}`));
    else if (from.kind === 'target') {
      problems.push(problem(node.id, 'INPUT_IS_TARGET', `${from.name} is a target: nothing flows out of it`));
    }
  }
  return problems;
}

function presenceProblems(nodes: readonly MeterNode[]): GraphProblem[] {
  return (['source', 'target'] as const)
    .filter((kind) => nodes.every((node) => node.kind !== kind))
    .map((kind) => problem(null, `${kind.toUpperCase()}_MISSING`, `a meter needs at least one ${kind}`));
}

/** One ingest URL leads to one source. */
function streamingProblems(nodes: readonly MeterNode[]): GraphProblem[] {
  const first = streamingSource(nodes);
  return nodes
    .filter((node) => node.operator === STREAMING && node.kind === 'source' && node !== first)
    .map((node) => problem(node.id, 'STREAMING_SOURCE_REPEATED', 'a meter has at most one streaming source'));
}

/** Sources and processors must lead somewhere, and everything must hang together. */
function connectionProblems(nodes: readonly MeterNode[]): GraphProblem[] {
  const read = new Set(nodes.flatMap((node) => node.inputs));
  const deadEnds = nodes
    .filter((node) => node.kind !== 'target' && !read.has(node.id))
    .map((node) => problem(node.id, 'OUTPUT_UNUSED', `nothing reads the rows of ${node.name}`));
  const [first] = nodes;
  if (!first) return deadEnds;
  const reached = new Set([first.id]);
  for (let grown = true; grown;) {
    const before = reached.size;
    for (const node of nodes) {
      const linked = [node.id, ...node.inputs];
      if (linked.some((id) => reached.has(id))) for (const id of linked) reached.add(id);
    }
    grown = reached.size > before;
  }
  const apart = nodes
    .filter((node) => !reached.has(node.id))
    .map((node) =>
      problem(node.id, 'GRAPH_DISCONNECTED', `${node.name} is not connected with ${first.name}`),
    );
  return [...deadEnds, ...apart];
}

function cycleProblems(nodes: readonly MeterNode[]): GraphProblem[] {
  const sorted = new Set(topologicalOrder(nodes).map((node) => node.id));
  return nodes
    .filter((node) => !sorted.has(node.id))
    .map((node) => problem(node.id, 'GRAPH_CYCLE', `${node.name} is on a cycle, or behind one`));
}

/** Inputs before those who read them; components on a cycle, or behind one, are left out. */
export function topologicalOrder(nodes: readonly MeterNode[]): MeterNode[] {
  const known = new Set(nodes.map((node) => node.id));
  const done = new Set<string>();
  const order: MeterNode[] = [];
  for (let grown = true; grown;) {
    const ready = nodes.filter(
      (node) => !done.has(node.id) && node.inputs.every((input) => done.has(input) || !known.has(input)),
    );
    for (const node of ready) {
      done.add(node.id);
      order.push(node);
    }
    grown = ready.length > 0;
  }
  return order;
}
