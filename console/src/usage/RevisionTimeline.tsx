import type { UsageRevision } from '../api/types.ts';
import { difference, groupDigits } from '../format/digits.ts';
import { RunLink } from '../runs/RunLink.tsx';
import { classes } from '../ui/classes.ts';
import { Instant } from '../ui/Instant.tsx';
import { Quantity } from '../ui/Quantity.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';

const REASONS: Readonly<Record<string, string>> = {
  batch: 'a batch run',
  replay: 'a replay',
  'late-event': 'a late event',
  backfill: 'a backfill',
  'new-version': 'a new version of the meter',
  retract: 'its target was taken away',
};

/** Every revision of a record, the newest first: what it was, what it became, and why. */
export function RevisionTimeline({
  revisions,
}: {
  readonly revisions: readonly UsageRevision[] | undefined;
}) {
  if (revisions === undefined) return <Skeleton className="h-16 w-full" />;
  const newestFirst = [...revisions].sort((a, b) => b.revision - a.revision);
  return (
    <ol className="border-l-2 border-line pl-4">
      {newestFirst.map((revision, index) => (
        <li key={revision.revision} className="relative pb-4 last:pb-0">
          <span
            aria-hidden
            className={classes(
              'absolute top-1.5 -left-[22px] size-2.5 rounded-full border-2 border-surface',
              index === 0 ? 'bg-accent' : 'bg-line-strong',
            )}
          />
          <p className="flex flex-wrap items-baseline justify-between gap-x-3">
            <span className="font-medium">
              {revision.state === 'retracted' ? 'Retracted' : <Quantity value={revision.quantity} />}
            </span>
            <Change revision={revision} />
          </p>
          <p className="flex flex-wrap gap-x-3 text-xs text-ink-faint">
            <span>revision {revision.revision}</span>
            <Instant toSecond at={revision.at} />
            <span>by {REASONS[revision.reason] ?? revision.reason}</span>
            <RunLink run={revision.run} />
          </p>
        </li>
      ))}
    </ol>
  );
}

function Change({ revision }: { readonly revision: UsageRevision }) {
  if (revision.previousQuantity === null) return <span className="text-xs text-ink-faint">new</span>;
  const after = revision.state === 'retracted' ? '0' : revision.quantity;
  const change = difference(revision.previousQuantity, after) ?? '';
  return (
    <span className={classes('text-sm tabular-nums', change.startsWith('-') ? 'text-bad' : 'text-good')}>
      {change.startsWith('-') ? '' : '+'}
      {groupDigits(change)}
    </span>
  );
}
