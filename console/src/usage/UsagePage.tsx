import { getRouteApi } from '@tanstack/react-router';
import { useList } from '../api/pages.ts';
import { usageQuery } from '../api/usage.ts';
import type { UsageRecord } from '../api/types.ts';
import type { UsageSearch } from '../app/search.ts';
import { MeterLink } from '../meters/MeterLink.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Quantity } from '../ui/Quantity.tsx';
import type { Column } from '../ui/Table.tsx';
import { ExportButton } from './ExportButton.tsx';
import { RecordState } from './RecordState.tsx';
import { UsageDrawer } from './UsageDrawer.tsx';
import { UsageFilters } from './UsageFilters.tsx';

const route = getRouteApi('/usage');

const COLUMNS: readonly Column<UsageRecord>[] = [
  { id: 'account', header: 'Account', cell: ({ accountNumber }) => accountNumber ?? '–' },
  {
    id: 'meter',
    header: 'Meter',
    cell: ({ meter, meterName }) => <MeterLink meter={meter} name={meterName} />,
  },
  {
    id: 'quantity',
    header: 'Quantity',
    numeric: true,
    cell: ({ quantity }) => <Quantity value={quantity} />,
  },
  { id: 'unit', header: 'Unit', cell: ({ unitOfMeasure }) => unitOfMeasure ?? '–' },
  { id: 'start', header: 'Start', cell: ({ startDateTime }) => <Instant at={startDateTime} /> },
  { id: 'end', header: 'End (exclusive)', cell: ({ endDateTime }) => <Instant at={endDateTime} /> },
  { id: 'revision', header: 'Revision', numeric: true, cell: ({ revision }) => revision },
  { id: 'state', header: 'State', cell: (record) => <RecordState record={record} /> },
];

export function UsagePage() {
  const { record, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const records = useList(usageQuery(filter), { refetchInterval: 10_000 });
  const change = (changes: Partial<Record<keyof UsageSearch, unknown>>) =>
    void navigate({
      // Members set to undefined leave the address.
      search: (before) => ({ ...before, ...changes }) as UsageSearch,
      replace: true,
      resetScroll: false,
    });
  const narrowed = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      <PageHeader title="Usage records" actions={<ExportButton filter={filter} />}>
        One quantity per account and period. Every change of one is a revision that says why.
      </PageHeader>
      <Panel flush>
        <div className="border-b border-line px-4 py-2">
          <UsageFilters filter={filter} onChange={change} />
        </div>
        <ListTable
          label="Usage records"
          list={records}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          onOpen={({ id }) => change({ record: id })}
          openKey={record}
          empty={
            narrowed ? (
              <EmptyState title="No usage record matches">
                Take away a filter, or widen the time frame.
              </EmptyState>
            ) : (
              <EmptyState title="No usage record yet" command="weir meter run NAME --replay --all">
                Run a meter that has usage records as its target.
              </EmptyState>
            )
          }
        />
      </Panel>
      {record !== undefined && <UsageDrawer record={record} onClose={() => change({ record: undefined })} />}
    </>
  );
}
