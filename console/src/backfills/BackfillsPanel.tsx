import { History } from 'lucide-react';
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
import { BackfillDialog } from './BackfillDialog.tsx';
import { BackfillDrawer } from './BackfillDrawer.tsx';
import { BackfillStatus } from './BackfillStatus.tsx';

const amount = (count: number | undefined) => (count === undefined ? '–' : groupCount(count));

/** Events that it deleted, inserted, corrected or erased; undefined before it was confirmed. */
function changed({ deleted, inserted, replaced, erased }: Backfill['counts']): number | undefined {
  const known = [deleted, inserted, replaced, erased].filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
}

const COLUMNS: readonly Column<Backfill>[] = [
  { id: 'id', header: 'Backfill', cell: ({ id }) => <span className="font-mono text-xs">{id}</span> },
  { id: 'kind', header: 'Kind', cell: ({ kind }) => kind },
  { id: 'status', header: 'Status', cell: ({ status }) => <BackfillStatus status={status} /> },
  { id: 'matched', header: 'Found', numeric: true, cell: ({ counts }) => amount(counts.matched) },
  { id: 'changed', header: 'Changed', numeric: true, cell: ({ counts }) => amount(changed(counts)) },
  { id: 'at', header: 'Made', cell: ({ createdAt }) => <Instant toSecond at={createdAt} /> },
];

interface BackfillsPanelProps {
  readonly store: EventStore;
  readonly open: string | undefined;
  readonly onOpen: (backfill: string | undefined) => void;
}

/** Reviewed changes to what a store holds: those made, and the way to make one. */
export function BackfillsPanel({ store, open, onOpen }: BackfillsPanelProps) {
  const backfills = useList(backfillsQuery(store.id));
  const [making, setMaking] = useState(false);
  const { activity } = store.status;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-2">
        <p className="text-sm text-ink-soft">
          {activity === 'idle' ? (
            'Reviewed changes to events that are stored already.'
          ) : (
            <>
              No backfill can be made now: <StoreWorkText store={store} />.
            </>
          )}
        </p>
        <Button
          icon={<History className="size-4" />}
          disabled={activity !== 'idle'}
          onClick={() => setMaking(true)}
        >
          New backfill
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
            To delete, correct or insert events: drop a file or name a time frame. You see what would happen
            before anything does, and can take it back afterwards.
          </EmptyState>
        }
      />
      {making && <BackfillDialog store={store} onClose={() => setMaking(false)} />}
      {open !== undefined && <BackfillDrawer backfill={open} onClose={() => onOpen(undefined)} />}
    </>
  );
}

function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
