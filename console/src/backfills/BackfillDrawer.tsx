import { useQuery } from '@tanstack/react-query';
import { backfillQuery } from '../api/backfills.ts';
import { Drawer } from '../ui/Drawer.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { BackfillStatus } from './BackfillStatus.tsx';
import { BackfillSummary } from './BackfillSummary.tsx';

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
          <BackfillSummary backfill={query.data} />
        </div>
      )}
    </Drawer>
  );
}
