import type { KeyboardEvent, ReactNode } from 'react';
import { classes } from './classes.ts';
import { Skeleton } from './Skeleton.tsx';

export interface Column<Row> {
  readonly id: string;
  readonly header: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Right-aligned, with digits of one width. */
  readonly numeric?: boolean;
  /** Long text: may take several lines, up to a readable width. Other cells stay on one line. */
  readonly wraps?: boolean;
  /** Left out on narrow screens. */
  readonly wideOnly?: boolean;
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** Undefined while loading: rows of skeletons hold the place. */
  readonly rows: readonly Row[] | undefined;
  readonly rowKey: (row: Row) => string;
  /** Opens a row: by click anywhere in it, or by its first cell, which is then a button. */
  readonly onOpen?: ((row: Row) => void) | undefined;
  readonly openKey?: string | undefined;
}

const PLACEHOLDERS = ['a', 'b', 'c', 'd', 'e'];

export function Table<Row>({ label, columns, rows, rowKey, onOpen, openKey }: TableProps<Row>) {
  return (
    // Focusable, so that the arrow keys scroll it when it is wider than the page.
    <div role="region" aria-label={label} tabIndex={0} className="overflow-x-auto rounded-b-lg">
      <table
        className="w-full border-collapse text-sm"
        aria-busy={rows === undefined}
        onKeyDown={moveByArrow}
      >
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                className={classes(
                  'h-9 px-4 text-xs font-medium whitespace-nowrap text-ink-faint',
                  column.numeric ? 'num' : 'text-left',
                  column.wideOnly && 'max-lg:hidden',
                )}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined
            ? PLACEHOLDERS.map((id) => <PlaceholderRow key={id} columns={columns} />)
            : rows.map((row) => (
                <Row
                  key={rowKey(row)}
                  row={row}
                  columns={columns}
                  onOpen={onOpen}
                  isOpen={openKey === rowKey(row)}
                />
              ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps<Data> {
  readonly row: Data;
  readonly columns: readonly Column<Data>[];
  readonly onOpen: ((row: Data) => void) | undefined;
  readonly isOpen: boolean;
}

function Row<Data>({ row, columns, onOpen, isOpen }: RowProps<Data>) {
  return (
    <tr
      onClick={onOpen && (() => onOpen(row))}
      className={classes(
        'border-t border-line',
        onOpen && 'cursor-pointer hover:bg-sunken',
        isOpen && 'bg-accent-soft',
      )}
    >
      {columns.map((column, index) => (
        <td key={column.id} className={cellClass(column)}>
          {onOpen && index === 0 ? (
            <button
              type="button"
              data-row
              className="block max-w-full text-left font-medium hover:text-accent"
            >
              {column.cell(row)}
            </button>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

function PlaceholderRow<Data>({ columns }: { readonly columns: readonly Column<Data>[] }) {
  return (
    <tr className="border-t border-line">
      {columns.map((column) => (
        <td key={column.id} className={cellClass(column)}>
          <Skeleton className={classes('my-0.5 h-4 w-20', column.numeric && 'ml-auto')} />
        </td>
      ))}
    </tr>
  );
}

function cellClass<Data>({ numeric, wraps, wideOnly }: Column<Data>): string {
  const width = wraps ? 'min-w-48 max-w-2xl' : 'max-w-96 truncate';
  return classes('h-10 px-4 py-1.5', numeric ? 'num' : width, wideOnly && 'max-lg:hidden');
}

/** Up and down move between the rows' buttons or links. */
function moveByArrow(event: KeyboardEvent<HTMLTableElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const rows = [
    ...event.currentTarget.querySelectorAll<HTMLElement>('tbody [data-row], tbody td:first-child a'),
  ];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
