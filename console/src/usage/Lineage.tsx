import { Link } from '@tanstack/react-router';
import { lineageQuery } from '../api/usage.ts';
import { useList } from '../api/pages.ts';
import type { LineageEvent } from '../api/types.ts';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import type { Column } from '../ui/Table.tsx';

const COLUMNS: readonly Column<LineageEvent>[] = [
  {
    id: 'id',
    header: 'Event',
    cell: ({ store, storeName, eventId }) => (
      <Link
        to="/stores/$store"
        params={{ store }}
        search={{ event: eventId }}
        title={`In ${storeName}`}
        className="font-mono text-xs text-accent hover:underline"
      >
        {eventId}
      </Link>
    ),
  },
  { id: 'time', header: 'Event time', cell: ({ eventTime }) => <Instant at={eventTime} /> },
  {
    id: 'fields',
    header: 'Fields',
    cell: ({ fields }) => (
      <code className="block max-w-60 truncate font-mono text-xs" title={JSON.stringify(fields)}>
        {Object.entries(fields)
          .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : value}`)
          .join(' ')}
      </code>
    ),
  },
];

/** The events that the current revision counts. */
export function Lineage({ record }: { readonly record: string }) {
  const events = useList(lineageQuery(record));
  return (
    <div className="rounded-md border border-line">
      <ListTable
        label="Events behind this record"
        list={events}
        columns={COLUMNS}
        rowKey={({ store, eventId }) => JSON.stringify([store, eventId])}
        empty={
          <EmptyState title="No event">
            A retracted record has no events behind it any more: its window is empty.
          </EmptyState>
        }
      />
    </div>
  );
}
