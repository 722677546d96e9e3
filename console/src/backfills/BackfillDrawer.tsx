import { useQuery } from '@tanstack/react-query';
import { backfillQuery } from '../api/backfills.ts';
import type { Backfill } from '../api/types.ts';
import { Drawer } from '../ui/Drawer.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { BackfillStatus } from './BackfillStatus.tsx';
import { BackfillSummary } from './BackfillSummary.tsx';
import { RevertBackfill } from './RevertBackfill.tsx';

interface BackfillDrawerProps {
  readonly backfill: string;
  readonly onClose: () => void;
}

export function BackfillDrawer({ backfill, onClose }: BackfillDrawerProps) {
  const query = useQuery(backfillQuery(backfill));
  return (
    <Drawer title={<span className="font-mono text-base">{backfill}</span>} onClose={onClose}>
      <ProblemNotice error={query.error} />
      {query.isPending && <Skeleton className="h-40 w-full" />}
      {query.data && (
        <div className="space-y-4">
          <p className="flex items-center gap-3 text-sm text-ink-soft">
            <BackfillStatus status={query.data.status} /> {query.data.kind}
            <Instant toSecond at={query.data.createdAt} />
            by {query.data.createdBy}
          </p>
          <Story backfill={query.data} />
          <BackfillSummary backfill={query.data} />
          <RevertBackfill backfill={query.data} />
        </div>
      )}
    </Drawer>
  );
}

/** Who, when, why and, of a condition, which events. */
function Story({ backfill }: { readonly backfill: Backfill }) {
  const { reason, range, confirmedBy, confirmedAt, revertedBy, revertedAt } = backfill;
  const filters = Object.entries(range?.filter ?? {});
  return (
    <div className="space-y-1 text-sm">
      {reason !== undefined && <p className="wrap-anywhere">“{reason}”</p>}
      {range && (
        <p className="wrap-anywhere text-ink-soft">
          Events{' '}
          {range.from !== undefined && (
            <>
              from <Instant toSecond at={range.from} />{' '}
            </>
          )}
          {range.to !== undefined && (
            <>
              before <Instant toSecond at={range.to} />{' '}
            </>
          )}
          {filters.map(([field, value]) => `with ${field} = ${value}`).join(' and ')}
        </p>
      )}
      {confirmedBy !== undefined && confirmedAt !== undefined && (
        <p className="text-ink-soft">
          Confirmed <Instant toSecond at={confirmedAt} /> by {confirmedBy}
        </p>
      )}
      {revertedBy !== undefined && revertedAt !== undefined && (
        <p className="text-ink-soft">
          Reverted <Instant toSecond at={revertedAt} /> by {revertedBy}
        </p>
      )}
    </div>
  );
}
