import { useState } from 'react';
import { auditQuery, type AuditFilters } from '../api/audit.ts';
import { useList } from '../api/pages.ts';
import type { AuditEntry } from '../api/types.ts';
import { Chip, type Tone } from '../ui/Chip.tsx';
import { Drawer } from '../ui/Drawer.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import type { Column } from '../ui/Table.tsx';
import { AuditChanges, changedMembers } from './AuditChanges.tsx';

const TONES: Record<AuditEntry['action'], Tone> = { create: 'good', update: 'neutral', delete: 'bad' };

/** `event-stores` as `event store`. */
const kindOf = ({ collection }: AuditEntry) => collection.replaceAll('-', ' ').replace(/s$/, '');

const COLUMNS: readonly Column<AuditEntry>[] = [
  { id: 'at', header: 'When', cell: ({ at }) => <Instant toSecond at={at} /> },
  { id: 'actor', header: 'Who', cell: ({ actor }) => actor.name },
  { id: 'action', header: 'What', cell: ({ action }) => <Chip tone={TONES[action]}>{action}</Chip> },
  { id: 'kind', header: 'Kind', cell: kindOf },
  {
    id: 'resource',
    header: 'Resource',
    cell: ({ name, resource }) => name ?? <span className="font-mono text-xs">{resource}</span>,
  },
  {
    id: 'changed',
    header: 'Changed',
    wraps: true,
    cell: (entry) => (entry.action === 'update' ? changedMembers(entry).join(', ') : ''),
  },
];

/** Who changed what, newest first; an entry opens to what it was before and after. */
export function AuditTable(filters: AuditFilters) {
  const entries = useList(auditQuery(filters), { refetchInterval: 10_000 });
  const [open, setOpen] = useState<AuditEntry>();
  return (
    <>
      <ListTable
        label="Audit"
        list={entries}
        columns={COLUMNS}
        rowKey={keyOf}
        onOpen={setOpen}
        openKey={open && keyOf(open)}
        empty={
          <EmptyState title="No change on record" command="weir audit --limit 20">
            Whatever changes a definition, store, meter, run, file or key leaves an entry here: who, when, and
            what it was before and after.
          </EmptyState>
        }
      />
      {open && (
        <Drawer
          title={
            <>
              {open.action} {kindOf(open)}
            </>
          }
          onClose={() => setOpen(undefined)}
        >
          <div className="space-y-4">
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-soft">
              <Instant toSecond at={open.at} /> by {open.actor.name}
              <span className="font-mono text-xs">{open.resource}</span>
            </p>
            <AuditChanges entry={open} />
          </div>
        </Drawer>
      )}
    </>
  );
}

const keyOf = ({ at, resource, action }: AuditEntry) => `${at} ${resource} ${action}`;
