// Owns the translation of a graph into a plan. Every problem of the graph is found in one pass: a component
// whose input is broken is still checked against the fields that are known.
import type { Problem } from '../errors.ts';
import type { Plan, PlanField, PlanNode } from '../pipeline/plan.ts';
import type { ComponentInput, ResolveContext } from './component.ts';
import { findComponent } from './components/index.ts';
import { graphProblems, topologicalOrder } from './graph-rules.ts';
import { retentionProblems } from './retention-rules.ts';
import { storeRuleProblems } from './store-rules.ts';
import type { GraphProblem, MeterNode } from './types.ts';

export interface CompiledGraph {
  readonly problems: readonly GraphProblem[];
  /** Output fields of every component that could be resolved, by id. */
  readonly fields: ReadonlyMap<string, readonly PlanField[]>;
  /** Present exactly when there are no problems and every component could be planned. */
  readonly nodes?: readonly PlanNode[];
}

type Window = ComponentInput['window'];

/** Checks a graph completely and compiles it. */
export function compileGraph(nodes: readonly MeterNode[], context: ResolveContext): CompiledGraph {
  const problems: GraphProblem[] = [...graphProblems(nodes), ...storeRuleProblems(nodes, context)];
  const fields = new Map<string, readonly PlanField[]>();
  const windows = new Map<string, Window>();
  const planned: PlanNode[] = [];
  for (const node of topologicalOrder(nodes)) {
    const component = findComponent(node.kind, node.operator);
    if (!component) continue;
    const input = inputOf(node, fields, windows, problems);
    const parsed = component.config.safeParse(node.config);
    if (!parsed.success) {
      problems.push(
        ...parsed.error.issues.map((issue) => ({
          node: node.id,
          code: 'CONFIG_INVALID',
          message: `${['config', ...issue.path.map(String)].join('/')}: ${issue.message}`,
        })),
      );
      continue;
    }
    const resolution = component.resolve(parsed.data, node, input, context);
    problems.push(...resolution.problems);
    fields.set(node.id, resolution.fields);
    windows.set(node.id, windowOf(resolution.node) ?? input.window);
    if (resolution.node) planned.push(resolution.node);
  }
  problems.push(...retentionProblems(planned, context));
  const complete = problems.length === 0 && planned.length === nodes.length;
  return { problems, fields, ...(complete ? { nodes: planned } : {}) };
}

function windowOf(node: PlanNode | undefined): Window {
  return node?.node === 'aggregate' ? { groupBy: node.groupBy, timeZone: node.window.timeZone } : undefined;
}

/**
 * What a component reads. Fan-in is a union: a field that several inputs have must have one type in all of
 * them (decimals take the largest scale); an input without it gives null.
 */
function inputOf(
  node: MeterNode,
  fields: ReadonlyMap<string, readonly PlanField[]>,
  windows: ReadonlyMap<string, Window>,
  problems: GraphProblem[],
): ComponentInput {
  const union = new Map<string, PlanField>();
  for (const field of node.inputs.flatMap((input) => fields.get(input) ?? [])) {
    const known = union.get(field.name);
    if (known && known.type !== field.type) {
      const message = `${field.name} is ${known.type} in one input and ${field.type} in another`;
      problems.push({ node: node.id, code: 'INPUTS_INCOMPATIBLE', message });
    } else if (!known || (field.scale ?? 0) > (known.scale ?? 0)) {
      union.set(field.name, field);
    }
  }
  const above = node.inputs.map((input) => windows.get(input));
  const [first] = above;
  const shared = first && above.every((window) => window?.timeZone === first.timeZone) ? first : undefined;
  return { fields: [...union.values()], ...(shared ? { window: shared } : {}) };
}

/** The findings as problems of a request. */
export const asProblems = (found: readonly GraphProblem[], nodes: readonly MeterNode[]): Problem[] =>
  found.map(({ node, code, message }) => {
    const index = nodes.findIndex((candidate) => candidate.id === node);
    const name = nodes[index]?.name;
    return {
      pointer: index < 0 ? '/nodes' : `/nodes/${index}`,
      code,
      message: name === undefined ? message : `${name}: ${message}`,
    };
  });

/** The plan of a version, for the adapter. */
export const planOf = (meterId: string, meterVersion: number, nodes: readonly PlanNode[]): Plan => ({
  meterId,
  meterVersion,
  nodes,
});
