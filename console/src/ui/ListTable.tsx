import type { ReactNode } from 'react';
import type { List } from '../api/pages.ts';
import { Button } from './Button.tsx';
import { ProblemNotice } from './ProblemNotice.tsx';
import { Table, type Column } from './Table.tsx';

interface ListTableProps<Row> {
  readonly label: string;
  readonly list: List<Row>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  readonly openKey?: string | undefined;
  /** Shown instead of the table when there is no row. */
  readonly empty: ReactNode;
}

/** A list of the API as a table: loading, failed, empty, and *load more* when there are further pages. */
export function ListTable<Row>({
  label,
  list,
  columns,
  rowKey,
  onOpen,
  openKey,
  empty,
}: ListTableProps<Row>) {
  if (list.rows === undefined && list.error) {
    return (
      <div className="p-4">
        <ProblemNotice error={list.error} retry={list.retry} />
      </div>
    );
  }
  if (list.rows?.length === 0) return empty;
  return (
    <>
      <Table
        label={label}
        columns={columns}
        rows={list.rows}
        rowKey={rowKey}
        onOpen={onOpen}
        openKey={openKey}
      />
      {list.rows !== undefined && list.error && (
        <div className="border-t border-line p-4">
          <ProblemNotice error={list.error} retry={list.retry} />
        </div>
      )}
      {list.hasMore && (
        <div className="flex justify-center border-t border-line p-2">
          <Button look="quiet" busy={list.loadingMore} onClick={list.more}>
            Load more
          </Button>
        </div>
      )}
    </>
  );
}
