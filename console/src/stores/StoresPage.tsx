import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useList } from '../api/pages.ts';
import { storesQuery } from '../api/stores.ts';
import type { EventStore } from '../api/types.ts';
import { DefinitionLink } from '../definitions/DefinitionLink.tsx';
import { byteText, groupCount } from '../format/digits.ts';
import { MeterLink } from '../meters/MeterLink.tsx';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Panel } from '../ui/Panel.tsx';
import type { Column } from '../ui/Table.tsx';
import { CreateStoreDialog } from './CreateStoreDialog.tsx';
import { StoreStatus } from './StoreStatus.tsx';

const COLUMNS: readonly Column<EventStore>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ id, name }) => (
      <Link to="/stores/$store" params={{ store: id }} className="font-medium hover:text-accent">
        {name}
      </Link>
    ),
  },
  {
    id: 'inbox',
    header: 'Inbox of',
    wideOnly: true,
    cell: ({ inbox }) => (inbox ? <MeterLink meter={inbox.meter} name={inbox.meterName} /> : ''),
  },
  {
    id: 'definition',
    header: 'Definition',
    cell: ({ eventDefinition }) => <DefinitionLink definition={eventDefinition} />,
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <StoreStatus status={status} /> },
  { id: 'events', header: 'Events', numeric: true, cell: ({ eventCount }) => groupCount(eventCount) },
  {
    id: 'first',
    header: 'First event',
    cell: ({ firstEventTime }) => <Instant toSecond at={firstEventTime} />,
  },
  { id: 'last', header: 'Last event', cell: ({ lastEventTime }) => <Instant toSecond at={lastEventTime} /> },
  {
    id: 'write',
    header: 'Last write',
    wideOnly: true,
    cell: ({ lastWriteAt }) => <Instant toSecond at={lastWriteAt} />,
  },
  {
    id: 'size',
    header: <span title="An estimate of the space on disk">Size</span>,
    numeric: true,
    wideOnly: true,
    cell: ({ sizeBytes }) => byteText(sizeBytes),
  },
];

const COMMANDS = `weir demo                   # a month of sample usage, end to end
weir apply -f weir.yaml     # your own definitions, stores and meters`;

export function StoresPage() {
  const stores = useList(storesQuery(), { refetchInterval: 10_000 });
  const [creating, setCreating] = useState(false);
  const create = (
    <Button look="primary" icon={<Plus className="size-4" />} onClick={() => setCreating(true)}>
      New event store
    </Button>
  );
  return (
    <>
      <PageHeader title="Event stores" actions={create}>
        Typed, deduplicated events, kept to be read and replayed as often as needed.
      </PageHeader>
      <Panel flush>
        <ListTable
          label="Event stores"
          list={stores}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title="No event store yet" action={create} command={COMMANDS}>
              An event store holds the events of one definition. Describe your events first, or start from a
              sample file; then create the store and write to it.
            </EmptyState>
          }
        />
      </Panel>
      {creating && <CreateStoreDialog onClose={() => setCreating(false)} />}
    </>
  );
}
