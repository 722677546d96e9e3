import { useQuery } from '@tanstack/react-query';
import { eventHistoryQuery, eventQuery, eventTraceQuery } from '../api/stores.ts';
import type { EventDefinition } from '../api/types.ts';
import { groupDigits } from '../format/digits.ts';
import { Drawer } from '../ui/Drawer.tsx';
import { FieldList } from '../ui/FieldList.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { Section } from '../ui/Section.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { EventHistory } from './EventHistory.tsx';
import { EventTraces } from './EventTraces.tsx';

interface EventDrawerProps {
  readonly store: string;
  readonly eventId: string;
  readonly definition: EventDefinition | undefined;
  readonly onClose: () => void;
}

/** One event: its fields, what it was before, and what became of it in each meter. */
export function EventDrawer({ store, eventId, definition, onClose }: EventDrawerProps) {
  const event = useQuery(eventQuery(store, eventId));
  const history = useQuery(eventHistoryQuery(store, eventId));
  const traces = useQuery(eventTraceQuery(store, eventId));
  return (
    <Drawer title={<span className="font-mono text-base">{eventId}</span>} onClose={onClose}>
      <div className="space-y-6">
        <Section title="Fields">
          <ProblemNotice error={event.error} />
          {event.isPending && <Skeleton className="h-40 w-full" />}
          {event.data && (
            <>
              <p className="mb-2 text-sm text-ink-soft">
                <Instant at={event.data.eventTime} /> · sequence {groupDigits(event.data.ingestSequence)}
              </p>
              <FieldList fields={event.data.fields} types={definition?.fields} />
            </>
          )}
        </Section>
        <Section title="Former versions">
          <ProblemNotice error={history.error} />
          {history.isPending && <Skeleton className="h-8 w-full" />}
          {history.data && <EventHistory versions={history.data.items} now={event.data?.fields} />}
        </Section>
        <Section title="What became of it">
          <ProblemNotice error={traces.error} />
          {traces.isPending && <Skeleton className="h-16 w-full" />}
          {traces.data && <EventTraces traces={traces.data} />}
        </Section>
      </div>
    </Drawer>
  );
}
