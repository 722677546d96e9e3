import type { EventStore } from '../api/types.ts';
import { DefinitionLink } from '../definitions/DefinitionLink.tsx';
import { byteText, groupCount } from '../format/digits.ts';
import { Facts } from '../ui/Facts.tsx';
import { Instant } from '../ui/Instant.tsx';
import { RetentionText } from './RetentionText.tsx';

/** The figures at the head of a store's page. */
export function StoreFacts({ store }: { readonly store: EventStore | undefined }) {
  return (
    <Facts
      facts={[
        { label: 'Events', value: store && groupCount(store.eventCount) },
        { label: 'First event', value: store && <Instant toSecond at={store.firstEventTime} /> },
        { label: 'Last event', value: store && <Instant toSecond at={store.lastEventTime} /> },
        { label: 'Definition', value: store && <DefinitionLink definition={store.eventDefinition} /> },
        { label: 'Time zone', value: store && store.timeZone },
        { label: 'On disk, about', value: store && byteText(store.sizeBytes) },
        { label: 'Retention', value: store && <RetentionText store={store} /> },
        { label: 'Last write', value: store && <Instant toSecond at={store.lastWriteAt} /> },
      ]}
    />
  );
}
