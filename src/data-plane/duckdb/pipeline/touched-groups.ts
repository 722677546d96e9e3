// Owns which rows of a scan can belong to the touched groups of an aggregate, judged by the columns it groups by. The
// exact condition comes after the windows are worked out, for every row (aggregate-sql.ts); this one reaches the scan,
// which then reads the other columns of the few rows that are left. 1,000 touched of 300,000 groups, 3 million events:
// 0.5 s of CPU time instead of 1.2 s.
import type { AggregateNode, Plan, ScanNode } from '../../../pipeline/plan.ts';
import type { Connection } from '../connection.ts';
import type { ScanFrom } from './row-chain.ts';

/** Narrows the rows of the scans to those whose values are among the ones of the touched groups. */
export async function touchedGroupsFrom(
  connection: Connection,
  plan: Plan,
  node: AggregateNode,
  touched: string,
  from: ScanFrom,
): Promise<ScanFrom> {
  const comparable = await comparableGroups(connection, node, touched);
  return (scan) => {
    const conditions = comparable.flatMap((index) => {
      const column = columnBehind(plan, node.inputs, node.groupBy[index]!, scan);
      return typeof column === 'string' ? [`${column} IN (SELECT k${index} FROM ${touched})`] : [];
    });
    const rows = from(scan);
    return conditions.length === 0 ? rows : `(SELECT * FROM ${rows}) AS r WHERE ${conditions.join(' AND ')}`;
  };
}

/**
 * The positions of the group values that IN compares as grouping does: a null is no value to it, and decimals of two
 * scales would be brought to one that may not hold them.
 */
async function comparableGroups(
  connection: Connection,
  node: AggregateNode,
  touched: string,
): Promise<number[]> {
  const candidates = node.groupBy.flatMap((_, index) =>
    node.fields[index]?.type === 'decimal' ? [] : [index],
  );
  if (candidates.length === 0) return [];
  const nulls = candidates.map((index) => `count(*) FILTER (k${index} IS NULL)`);
  const [row] = await connection.lists(`SELECT ${nulls.join(', ')} FROM ${touched}`);
  return candidates.filter((_, position) => row?.[position] === '0');
}

/** No way from the nodes leads to the scan. */
const NOWHERE = null;
/** The field is computed, or is another column on another way. */
const COMPUTED = undefined;

/** The column of the scan that the field of the nodes is a copy of, on every way that rows of the scan take. */
function columnBehind(
  plan: Plan,
  ids: readonly string[],
  field: string,
  scan: ScanNode,
): string | typeof NOWHERE | typeof COMPUTED {
  const columns = new Set(ids.map((id) => columnOfNode(plan, id, field, scan)));
  columns.delete(NOWHERE);
  if (columns.size === 0) return NOWHERE;
  return columns.size === 1 ? [...columns][0] : COMPUTED;
}

function columnOfNode(
  plan: Plan,
  id: string,
  field: string,
  scan: ScanNode,
): string | typeof NOWHERE | typeof COMPUTED {
  const node = plan.nodes.find((candidate) => candidate.id === id);
  switch (node?.node) {
    case 'scan':
      if (node.id !== scan.id) return NOWHERE;
      return node.store.columns.find(({ name }) => name === field)?.column;
    case 'filter':
      return columnBehind(plan, node.inputs, field, scan);
    case 'map': {
      const copied = node.expressions[node.fields.findIndex(({ name }) => name === field)];
      return copied?.node === 'field' ? columnBehind(plan, node.inputs, copied.name, scan) : COMPUTED;
    }
    case 'aggregate':
    case 'usage-records':
    case 'event-store':
    case undefined:
      return COMPUTED;
  }
}
