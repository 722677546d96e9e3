import { eventsQuery, type Frame } from '../api/stores.ts';
import { useList } from '../api/pages.ts';
import type { EventDefinition, EventField, EventStore, StoredEvent } from '../api/types.ts';
import { groupDigits } from '../format/digits.ts';
import { EmptyState } from '../ui/EmptyState.tsx';
import { FieldText } from '../ui/FieldText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import type { Column } from '../ui/Table.tsx';
import { EventFilters } from './EventFilters.tsx';

interface EventsPanelProps {
  readonly store: EventStore;
  readonly definition: EventDefinition | undefined;
  readonly frame: Frame;
  readonly filters: Readonly<Record<string, string>>;
  readonly onFilters: (filters: Readonly<Record<string, string>>) => void;
  readonly openEvent: string | undefined;
  readonly onOpen: (eventId: string) => void;
}

export function EventsPanel(props: EventsPanelProps) {
  const { store, definition, frame, filters, openEvent } = props;
  const events = useList(eventsQuery(store.id, frame, filters), { refetchInterval: 10_000 });
  const narrowed = Object.keys(filters).length > 0 || frame.from !== undefined || frame.to !== undefined;
  return (
    <>
      <div className="border-b border-line px-4 py-2">
        <EventFilters definition={definition} filters={filters} onChange={props.onFilters} />
      </div>
      <ListTable
        label="Events, newest first"
        list={events}
        columns={columnsOf(definition)}
        rowKey={({ eventId }) => eventId}
        onOpen={({ eventId }) => props.onOpen(eventId)}
        openKey={openEvent}
        empty={
          narrowed ? (
            <EmptyState title="No event matches">
              Take away a filter, or widen the time frame above.
            </EmptyState>
          ) : (
            <EmptyState title="No events yet">
              They appear here as they are written, the newest first.
            </EmptyState>
          )
        }
      />
    </>
  );
}

function columnsOf(definition: EventDefinition | undefined): Column<StoredEvent>[] {
  const others = (definition?.fields ?? []).filter(
    ({ name }) => name !== definition?.eventTimeField && !isOnlyId(definition, name),
  );
  return [
    {
      id: '@id',
      header: 'Event id',
      cell: ({ eventId }) => (
        <span className="block max-w-56 truncate font-mono text-xs" title={eventId}>
          {eventId}
        </span>
      ),
    },
    { id: '@time', header: 'Event time', cell: ({ eventTime }) => <Instant at={eventTime} /> },
    ...others.map(fieldColumn),
    {
      id: '@sequence',
      header: 'Sequence',
      numeric: true,
      cell: ({ ingestSequence }) => groupDigits(ingestSequence),
    },
  ];
}

/** Whether the field is the whole event id, and so in the first column already. */
function isOnlyId(definition: EventDefinition | undefined, name: string): boolean {
  return definition?.eventIdFields.length === 1 && definition.eventIdFields[0] === name;
}

function fieldColumn({ name, type }: EventField): Column<StoredEvent> {
  const numeric = type === 'integer' || type === 'decimal';
  return {
    id: name,
    header: name,
    numeric,
    cell: ({ fields }) => {
      const value = fields[name];
      if (type === 'datetime' && typeof value === 'string') return <Instant at={value} />;
      if (numeric && typeof value === 'string') return groupDigits(value);
      return (
        <span className="block max-w-64 truncate">
          <FieldText value={value} />
        </span>
      );
    },
  };
}
