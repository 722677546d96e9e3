import type { EventStore, StoreUse } from '../api/types.ts';
import { MeterLink } from '../meters/MeterLink.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Table, type Column } from '../ui/Table.tsx';

const COLUMNS: readonly Column<StoreUse>[] = [
  {
    id: 'meter',
    header: 'Meter',
    cell: ({ meter, meterName }) => <MeterLink meter={meter} name={meterName} />,
  },
  {
    id: 'role',
    header: 'Uses this store as',
    cell: ({ role }) =>
      role === 'source' ? 'source: it reads these events' : 'target: it writes these events',
  },
];

export function StoreMeters({ store }: { readonly store: EventStore }) {
  if (store.usedBy.length === 0) {
    return (
      <EmptyState title="No meter uses this store" command="weir apply -f meter.yaml">
        A meter turns its events into usage records. Name this store as the source of one.
      </EmptyState>
    );
  }
  return (
    <Table
      label="Meters that use this store"
      columns={COLUMNS}
      rows={store.usedBy}
      rowKey={({ meter, role }) => `${meter} ${role}`}
    />
  );
}
