// Owns the WITH clause of a statement: the row components above a place in the plan, back to the scans and
// to the aggregates that are temporary tables already.
import type { Plan, PlanNode, ScanNode } from '../../../pipeline/plan.ts';
import type { Relation } from './relation.ts';
import { HIDDEN, columnAt, filterSql, inputSql, mapSql, scanSql } from './relation.ts';
import type { Statement } from './statement.ts';

/** Where the rows of a scan come from: `FROM` of its select (narrowed to a slice, to touched events, ...). */
export type ScanFrom = (node: ScanNode) => string;

export interface RowChain {
  /** `WITH a AS (...), b AS (...)`, or nothing. */
  readonly with: string;
  readonly relation: (id: string) => Relation;
  /** Name of the relation of a filter's or map's failed rows, where rows can fail (relation.ts, RowStep). */
  readonly failed: (id: string) => string | undefined;
}

/** Ids of the nodes above `ids`, themselves included, not looking past aggregates. */
function reachable(plan: Plan, ids: readonly string[]): ReadonlySet<string> {
  const found = new Set(ids);
  for (const node of plan.nodes.toReversed()) {
    if (!found.has(node.id) || node.node === 'scan' || node.node === 'aggregate') continue;
    for (const input of node.inputs) found.add(input);
  }
  return found;
}

/** Position of a node in its plan: names of relations and temporary tables come from it. */
export const positionOf = (plan: Plan, id: string): number => plan.nodes.findIndex((node) => node.id === id);

/** The temporary table of an aggregate's groups. */
export const aggregateTable = (plan: Plan, id: string): string => `weir_groups_${positionOf(plan, id)}`;

/** Builds the chain for the nodes `ids` (which may be rows components, scans or aggregates). */
export function rowChain(plan: Plan, ids: readonly string[], from: ScanFrom, statement: Statement): RowChain {
  const wanted = reachable(plan, ids);
  const relations = new Map<string, Relation>();
  const failing = new Map<string, string>();
  const tables: string[] = [];
  plan.nodes.forEach((node, position) => {
    if (!wanted.has(node.id)) return;
    const name = `n${position}`;
    const step = stepSql(plan, node, position, relations, from, statement);
    if (step === undefined) return;
    if (typeof step === 'string') {
      tables.push(`${name} AS NOT MATERIALIZED (${step})`);
    } else {
      const columns = [...node.fields.map((_, index) => columnAt(index)), ...HIDDEN].join(', ');
      tables.push(
        `all_${name} AS NOT MATERIALIZED (${step.all})`,
        `${name} AS NOT MATERIALIZED (SELECT ${columns} FROM all_${name} WHERE _error IS NULL AND _pass)`,
      );
      if (step.failed !== null) {
        tables.push(`failed_${name} AS NOT MATERIALIZED (${step.failed})`);
        failing.set(node.id, `failed_${name}`);
      }
    }
    relations.set(node.id, { name, fields: node.fields });
  });
  const relation = (id: string): Relation => {
    const found = relations.get(id);
    if (!found) throw new Error(`the plan has no relation ${id}`);
    return found;
  };
  return {
    with: tables.length === 0 ? '' : `WITH ${tables.join(', ')}`,
    relation,
    failed: (id) => failing.get(id),
  };
}

function stepSql(
  plan: Plan,
  node: PlanNode,
  position: number,
  relations: ReadonlyMap<string, Relation>,
  from: ScanFrom,
  statement: Statement,
) {
  switch (node.node) {
    case 'scan':
      return scanSql(node, position, from(node), statement);
    case 'aggregate':
      // Failed groups stay in the table for the rejected rows; what flows on is the rest.
      return `SELECT * FROM ${aggregateTable(plan, node.id)} WHERE _error IS NULL AND _released`;
    case 'filter':
      return filterSql(node, readBy(node.inputs, relations), statement);
    case 'map':
      return mapSql(node, readBy(node.inputs, relations), statement);
    case 'usage-records':
    case 'event-store':
      return undefined;
  }
}

/** What a node with these inputs reads. */
export const readBy = (inputs: readonly string[], relations: ReadonlyMap<string, Relation>): Relation =>
  inputSql(
    inputs.map((id) => {
      const found = relations.get(id);
      if (!found) throw new Error(`the plan has no relation ${id}`);
      return found;
    }),
  );
