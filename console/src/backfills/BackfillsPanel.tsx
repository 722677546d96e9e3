import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { backfillsQuery } from '../api/backfills.ts';
import { useList } from '../api/pages.ts';
import type { Backfill, EventStore } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';
import { StoreWorkText } from '../stores/StoreWorkText.tsx';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import type { Column } from '../ui/Table.tsx';
import { BackfillDrawer } from './BackfillDrawer.tsx';
import { BackfillStatus } from './BackfillStatus.tsx';
import { DeleteEventsDialog } from './DeleteEventsDialog.tsx';

const amount = (count: number | undefined) => (count === undefined ? '–' : groupCount(count));

const COLUMNS: readonly Column<Backfill>[] = [
  { id: 'id', header: 'Backfill', cell: ({ id }) => <span className="font-mono text-xs">{id}</span> },
  { id: 'kind', header: 'Kind', cell: ({ kind }) => kind },
  { id: 'status', header: 'Status', cell: ({ status }) => <BackfillStatus status={status} /> },
  { id: 'matched', header: 'Found', numeric: true, cell: ({ counts }) => amount(counts.matched) },
  { id: 'deleted', header: 'Deleted', numeric: true, cell: ({ counts }) => amount(counts.deleted) },
  { id: 'at', header: 'Made', cell: ({ createdAt }) => <Instant toSecond at={createdAt} /> },
];

interface BackfillsPanelProps {
  readonly store: EventStore;
  readonly open: string | undefined;
  readonly onOpen: (backfill: string | undefined) => void;
}

/** Reviewed changes to what a store holds: those made, and the way to delete events. */
export function BackfillsPanel({ store, open, onOpen }: BackfillsPanelProps) {
  const backfills = useList(backfillsQuery(store.id));
  const [deleting, setDeleting] = useState(false);
  const { activity } = store.status;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-2">
        <p className="text-sm text-ink-soft">
          {activity === 'idle' ? (
            'Reviewed changes to events that are stored already.'
          ) : (
            <>
              Events cannot be deleted now: <StoreWorkText store={store} />.
            </>
          )}
        </p>
        <Button
          icon={<Trash2 className="size-4" />}
          disabled={activity !== 'idle'}
          onClick={() => setDeleting(true)}
        >
          Delete events
        </Button>
      </div>
      <ListTable
        label="Backfills"
        list={backfills}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        onOpen={({ id }) => onOpen(id)}
        openKey={open}
        empty={
          <EmptyState
            title="No backfill yet"
            command={`weir backfill delete wrong-events.csv --store ${shellWord(store.name)} --reconcile`}
          >
            To take wrong events out: put their ids into a CSV file and drop it here. You see what would
            happen before anything does.
          </EmptyState>
        }
      />
      {deleting && <DeleteEventsDialog store={store} onClose={() => setDeleting(false)} />}
      {open !== undefined && <BackfillDrawer backfill={open} onClose={() => onOpen(undefined)} />}
    </>
  );
}

function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
