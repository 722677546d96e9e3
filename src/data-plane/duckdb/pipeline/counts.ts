// Owns the counts per component of one evaluation.
import type { Plan, PlanNode } from '../../../pipeline/plan.ts';
import type { NodeCounts } from '../../pipeline-port.ts';
import type { Connection } from '../connection.ts';
import type { ScanFrom } from './row-chain.ts';
import { aggregateTable, rowChain } from './row-chain.ts';
import { isTarget, targetTable } from './evaluate.ts';
import { Statement } from './statement.ts';

/** Rows out of and rejected by one node. */
interface Measured {
  readonly out: number;
  readonly rejected: number;
}

/**
 * Counts rows in, out, dropped and rejected per component, from the temporary tables of the evaluation and,
 * for row components, by one more pass over the rows. Maps that cannot fail need no pass.
 */
export async function countNodes(connection: Connection, plan: Plan, from: ScanFrom): Promise<NodeCounts[]> {
  const measured = await measure(connection, plan, from);
  const known = new Map<string, Measured>();
  return plan.nodes.map((node) => {
    const rows =
      node.node === 'scan' ? undefined : sum(node.inputs.map((input) => known.get(input)?.out ?? 0));
    const found = measured.get(node.id) ?? { out: rows ?? 0, rejected: 0 };
    const out = node.node === 'map' ? (rows ?? 0) - found.rejected : found.out;
    known.set(node.id, { ...found, out });
    const dropped = node.node === 'filter' ? (rows ?? 0) - out - found.rejected : 0;
    return { id: node.id, in: rows ?? out, out, dropped, rejected: found.rejected };
  });
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

async function measure(connection: Connection, plan: Plan, from: ScanFrom): Promise<Map<string, Measured>> {
  const statement = new Statement();
  const rowNodes = plan.nodes.filter((node) => !isTarget(node) && node.node !== 'aggregate');
  const chain = rowChain(
    plan,
    rowNodes.map((node) => node.id),
    from,
    statement,
  );
  const countsOf = (node: PlanNode): readonly [out: string, rejected: string] => {
    const failed = chain.failed(node.id);
    const rejected = failed === undefined ? '0' : `(SELECT count(*) FROM ${failed})`;
    switch (node.node) {
      case 'scan':
        return [`(SELECT count(*) FROM ${from(node)})`, '0'];
      case 'filter':
        return [`(SELECT count(*) FROM ${chain.relation(node.id).name})`, rejected];
      case 'map':
        return ['0', rejected];
      case 'aggregate': {
        const table = aggregateTable(plan, node.id);
        return [
          `(SELECT count(*) FROM ${table} WHERE _error IS NULL AND _released)`,
          `(SELECT count(*) FROM ${table} WHERE _error IS NOT NULL)`,
        ];
      }
      case 'usage-records':
      case 'event-store': {
        const table = targetTable(plan, node.id);
        return [
          `(SELECT count(*) FROM ${table} WHERE error IS NULL)`,
          `(SELECT count(*) FROM ${table} WHERE error IS NOT NULL)`,
        ];
      }
    }
  };
  const columns = plan.nodes.flatMap((node, index) => {
    const [out, rejected] = countsOf(node);
    return [`${out} AS o${index}`, `${rejected} AS r${index}`];
  });
  const [row] = await connection.rows(`${chain.with} SELECT ${columns.join(', ')}`, statement.values);
  return new Map(
    plan.nodes.map((node, index) => [
      node.id,
      { out: Number(row?.[`o${index}`]), rejected: Number(row?.[`r${index}`]) },
    ]),
  );
}
