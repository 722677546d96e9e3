import type { NodeCounts } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';
import { Table, type Column } from '../ui/Table.tsx';

const COLUMNS: readonly Column<NodeCounts>[] = [
  { id: 'id', header: 'Component', cell: ({ id }) => <span className="font-medium">{id}</span> },
  { id: 'in', header: 'Rows in', numeric: true, cell: (node) => groupCount(node.in) },
  { id: 'out', header: 'Rows out', numeric: true, cell: (node) => groupCount(node.out) },
  { id: 'dropped', header: 'Dropped', numeric: true, cell: (node) => groupCount(node.dropped) },
  { id: 'rejected', header: 'Rejected', numeric: true, cell: (node) => groupCount(node.rejected) },
];

export function NodeCountsTable({ nodes }: { readonly nodes: readonly NodeCounts[] }) {
  return <Table label="Rows per component" columns={COLUMNS} rows={nodes} rowKey={({ id }) => id} />;
}
