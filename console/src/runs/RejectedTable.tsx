import { rejectedQuery } from '../api/runs.ts';
import { useList } from '../api/pages.ts';
import type { RejectedRow } from '../api/types.ts';
import { EmptyState } from '../ui/EmptyState.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import type { Column } from '../ui/Table.tsx';

const COLUMNS: readonly Column<RejectedRow>[] = [
  { id: 'node', header: 'Component', cell: ({ node }) => node },
  { id: 'code', header: 'Code', cell: ({ code }) => <code className="font-mono text-xs">{code}</code> },
  { id: 'message', header: 'Why', wraps: true, cell: ({ message }) => message },
  {
    id: 'input',
    header: 'Input',
    cell: ({ input }) => (
      <code className="block max-w-xl truncate font-mono text-xs" title={JSON.stringify(input)}>
        {JSON.stringify(input)}
      </code>
    ),
  },
];

/** Rows that a component could not work with: kept with the reason and what came in. */
export function RejectedTable({ run }: { readonly run: string }) {
  const rows = useList(rejectedQuery(run));
  return (
    <ListTable
      label="Rejected rows"
      list={rows}
      columns={COLUMNS}
      rowKey={(row) => JSON.stringify([row.node, row.code, row.eventTime, row.input])}
      empty={
        <EmptyState title="No row was rejected">Every row passed, or was dropped by a filter.</EmptyState>
      }
    />
  );
}
