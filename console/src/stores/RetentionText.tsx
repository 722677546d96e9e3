import type { EventStore } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';
import { Instant } from '../ui/Instant.tsx';

/** For how long a store keeps its events, and from which instant on they are there. */
export function RetentionText({ store }: { readonly store: EventStore }) {
  const { retentionDays, retainedFrom, expiredCount } = store;
  return (
    <>
      {retentionDays === null ? 'Without end' : `${groupCount(retentionDays)} days`}
      {retainedFrom !== null && (
        <span className="block text-xs text-ink-faint">
          from <Instant at={retainedFrom} />
          {expiredCount > 0 && `, ${groupCount(expiredCount)} expired`}
        </span>
      )}
    </>
  );
}
