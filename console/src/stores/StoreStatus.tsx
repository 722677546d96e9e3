import type { EventStore } from '../api/types.ts';
import { Chip } from '../ui/Chip.tsx';

/** The two parts of a store's status. */
export function StoreStatus({ status }: Pick<EventStore, 'status'>) {
  return (
    <span className="inline-flex gap-1">
      <Chip tone={status.usage === 'in_use' ? 'accent' : 'neutral'}>
        {status.usage === 'in_use' ? 'in use' : 'orphan'}
      </Chip>
      {status.activity === 'idle' ? (
        <Chip>idle</Chip>
      ) : (
        <Chip tone={status.activity === 'deleting' ? 'bad' : 'warn'} active>
          {status.activity}
        </Chip>
      )}
    </span>
  );
}
