import { previewQuery } from '../api/runs.ts';
import { useList } from '../api/pages.ts';
import type { PreviewRow } from '../api/types.ts';
import { difference, groupCount, groupDigits } from '../format/digits.ts';
import { EmptyState } from '../ui/EmptyState.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Quantity } from '../ui/Quantity.tsx';
import type { Column } from '../ui/Table.tsx';

const COLUMNS: readonly Column<PreviewRow>[] = [
  { id: 'account', header: 'Account', cell: ({ accountNumber }) => accountNumber ?? '–' },
  { id: 'unit', header: 'Unit', cell: ({ unitOfMeasure }) => unitOfMeasure ?? '–' },
  { id: 'before', header: 'Before', numeric: true, cell: ({ before }) => <Quantity value={before} /> },
  { id: 'after', header: 'After', numeric: true, cell: ({ after }) => <Quantity value={after} /> },
  { id: 'change', header: 'Change', numeric: true, cell: (row) => <Change row={row} /> },
  { id: 'inserted', header: 'New', numeric: true, cell: ({ inserted }) => groupCount(inserted) },
  { id: 'revised', header: 'Revised', numeric: true, cell: ({ revised }) => groupCount(revised) },
  { id: 'retracted', header: 'Retracted', numeric: true, cell: ({ retracted }) => groupCount(retracted) },
];

/** Totals per account before and after a dry run. */
export function PreviewTable({ run }: { readonly run: string }) {
  const rows = useList(previewQuery(run));
  return (
    <ListTable
      label="Totals per account, before and after"
      list={rows}
      columns={COLUMNS}
      rowKey={({ accountNumber, unitOfMeasure }) => JSON.stringify([accountNumber, unitOfMeasure])}
      empty={
        <EmptyState title="Nothing to show">
          No usage record would be written, and none is there in this scope.
        </EmptyState>
      }
    />
  );
}

function Change({ row: { before, after } }: { readonly row: PreviewRow }) {
  const change = difference(before, after);
  if (change === undefined || change === '0') return <span className="text-ink-faint">0</span>;
  const more = !change.startsWith('-');
  return (
    <span className={more ? 'text-good' : 'text-bad'}>
      {more ? '+' : ''}
      {groupDigits(change)}
    </span>
  );
}
