import { Link } from '@tanstack/react-router';
import { metersQuery } from '../api/meters.ts';
import { useList } from '../api/pages.ts';
import type { Meter } from '../api/types.ts';
import { EmptyState } from '../ui/EmptyState.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Panel } from '../ui/Panel.tsx';
import type { Column } from '../ui/Table.tsx';
import { MeterStatus } from './MeterStatus.tsx';
import { presetCommand } from './presetCommand.ts';

const COLUMNS: readonly Column<Meter>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ id, name }) => (
      <Link to="/meters/$meter" params={{ meter: id }} className="font-medium hover:text-accent">
        {name}
      </Link>
    ),
  },
  { id: 'type', header: 'Type', cell: ({ type }) => type },
  { id: 'status', header: 'Status', cell: (meter) => <MeterStatus meter={meter} /> },
  {
    id: 'parts',
    header: 'Components',
    cell: ({ nodes }) => nodes.map(({ operator }) => operator).join(' → ') || '–',
  },
  { id: 'version', header: 'Version', numeric: true, cell: ({ version }) => version },
];

export function MetersPage() {
  const meters = useList(metersQuery(), { refetchInterval: 5_000 });
  return (
    <>
      <PageHeader title="Meters">
        Each turns stored events into usage records: exactly, as often as it is run.
      </PageHeader>
      <Panel flush>
        <ListTable
          label="Meters"
          list={meters}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title="No meter yet" command={presetCommand()}>
              A meter reads an event store and writes usage records. This one sums a field per account and
              month; a file for <code>weir apply</code> can describe any graph of components.
            </EmptyState>
          }
        />
      </Panel>
    </>
  );
}
