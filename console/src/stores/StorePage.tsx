import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Tabs } from 'radix-ui';
import { definitionQuery } from '../api/definitions.ts';
import { storeQuery } from '../api/stores.ts';
import { STORE_TABS, type StoreSearch, type StoreTab } from '../app/search.ts';
import { AuditTable } from '../audit/AuditTable.tsx';
import { BackfillsPanel } from '../backfills/BackfillsPanel.tsx';
import { FieldsTable } from '../definitions/FieldsTable.tsx';
import { MeterLink } from '../meters/MeterLink.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { EventDrawer } from './EventDrawer.tsx';
import { EventsPanel } from './EventsPanel.tsx';
import { HistogramPanel } from './HistogramPanel.tsx';
import { QueryPanel } from './QueryPanel.tsx';
import { StoreActions } from './StoreActions.tsx';
import { StoreFacts } from './StoreFacts.tsx';
import { StoreMeters } from './StoreMeters.tsx';
import { StoreStatus } from './StoreStatus.tsx';

const route = getRouteApi('/stores/$store');

const TAB_NAMES: Record<StoreTab, string> = {
  events: 'Events',
  query: 'SQL',
  fields: 'Fields',
  meters: 'Meters',
  backfills: 'Backfills',
  audit: 'Audit',
};

export function StorePage() {
  const { store: ref } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const store = useQuery(storeQuery(ref));
  const definition = useQuery({
    ...definitionQuery(store.data?.eventDefinition ?? ''),
    enabled: store.data !== undefined,
  });
  const change = (changes: Partial<Record<keyof StoreSearch, unknown>>) =>
    void navigate({
      // Members set to undefined leave the address.
      search: (before) => ({ ...before, ...changes }) as StoreSearch,
      replace: true,
      resetScroll: false,
    });

  if (store.error && !store.data)
    return <ProblemNotice error={store.error} retry={() => void store.refetch()} />;
  return (
    <>
      <PageHeader
        above={
          <Link to="/stores" className="hover:underline">
            Event stores
          </Link>
        }
        title={store.data?.name ?? <Skeleton className="h-6 w-48" />}
        chips={store.data && <StoreStatus status={store.data.status} />}
        actions={store.data && <StoreActions store={store.data} />}
      >
        {store.data?.inbox ? (
          <>
            Inbox of the meter <MeterLink meter={store.data.inbox.meter} name={store.data.inbox.meterName} />:
            it takes what is sent to that meter, and is neither renamed nor deleted while the meter is there.
          </>
        ) : undefined}
      </PageHeader>
      <StoreFacts store={store.data} />
      {store.data ? (
        <HistogramPanel store={store.data} definition={definition.data} view={search} onChange={change} />
      ) : (
        <Skeleton className="h-86 w-full" />
      )}
      <Tabs.Root value={search.tab ?? 'events'} onValueChange={(tab) => change({ tab })}>
        <Tabs.List aria-label="Parts of the store" className="flex gap-1 overflow-x-auto">
          {STORE_TABS.map((tab) => (
            <Tabs.Trigger
              key={tab}
              value={tab}
              className="h-9 rounded-t-md border border-b-0 border-transparent px-4 text-sm whitespace-nowrap text-ink-soft hover:text-ink data-[state=active]:border-line data-[state=active]:bg-surface data-[state=active]:font-medium data-[state=active]:text-ink"
            >
              {TAB_NAMES[tab]}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <div className="-mt-px min-h-96 rounded-lg rounded-tl-none border border-line bg-surface">
          {store.data && (
            <>
              <Tabs.Content value="events">
                <EventsPanel
                  store={store.data}
                  definition={definition.data}
                  frame={{ from: search.from, to: search.to }}
                  filters={search.filters ?? {}}
                  onFilters={(filters) =>
                    change({ filters: Object.keys(filters).length === 0 ? undefined : filters })
                  }
                  openEvent={search.event}
                  onOpen={(event) => change({ event })}
                />
              </Tabs.Content>
              <Tabs.Content value="query">
                <QueryPanel store={store.data} definition={definition.data} />
              </Tabs.Content>
              <Tabs.Content value="fields">
                <ProblemNotice error={definition.error} />
                <FieldsTable definition={definition.data} />
              </Tabs.Content>
              <Tabs.Content value="meters">
                <StoreMeters store={store.data} />
              </Tabs.Content>
              <Tabs.Content value="audit">
                <AuditTable resource={store.data.id} />
              </Tabs.Content>
              <Tabs.Content value="backfills">
                <BackfillsPanel
                  store={store.data}
                  open={search.backfill}
                  onOpen={(backfill) => change({ backfill })}
                />
              </Tabs.Content>
            </>
          )}
        </div>
      </Tabs.Root>
      {store.data && search.event !== undefined && (
        <EventDrawer
          store={store.data.id}
          eventId={search.event}
          definition={definition.data}
          onClose={() => change({ event: undefined })}
        />
      )}
    </>
  );
}
