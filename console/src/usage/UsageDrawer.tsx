import { useQuery } from '@tanstack/react-query';
import { historyQuery, usageRecordQuery } from '../api/usage.ts';
import { useList } from '../api/pages.ts';
import type { UsageRecord } from '../api/types.ts';
import { MeterLink } from '../meters/MeterLink.tsx';
import { RunLink } from '../runs/RunLink.tsx';
import { Drawer } from '../ui/Drawer.tsx';
import { FieldList } from '../ui/FieldList.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { Quantity } from '../ui/Quantity.tsx';
import { Section } from '../ui/Section.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { Lineage } from './Lineage.tsx';
import { RecordState } from './RecordState.tsx';
import { RevisionTimeline } from './RevisionTimeline.tsx';

interface UsageDrawerProps {
  readonly record: string;
  readonly onClose: () => void;
}

/** One usage record: the figure, how it came to be what it is, and the events behind it. */
export function UsageDrawer({ record, onClose }: UsageDrawerProps) {
  const query = useQuery(usageRecordQuery(record));
  const history = useList(historyQuery(record));
  return (
    <Drawer title={query.data?.accountNumber ?? record} onClose={onClose}>
      <div className="space-y-6">
        <ProblemNotice error={query.error} />
        {query.isPending && <Skeleton className="h-28 w-full" />}
        {query.data && <Head record={query.data} />}
        <Section title="Revisions">
          <ProblemNotice error={history.error} retry={history.retry} />
          <RevisionTimeline revisions={history.rows} />
        </Section>
        <Section title="Why this figure: the events behind it">
          <Lineage record={record} />
        </Section>
      </div>
    </Drawer>
  );
}

function Head({ record }: { readonly record: UsageRecord }) {
  return (
    <div className="space-y-3">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="text-2xl font-semibold">
          <Quantity value={record.quantity} />
        </span>
        <span className="text-ink-soft">{record.unitOfMeasure}</span>
        <span className="ml-auto">
          <RecordState record={record} />
        </span>
      </p>
      <p className="text-sm text-ink-soft">
        <Instant at={record.startDateTime} /> to before <Instant at={record.endDateTime} />
        {record.timeZone !== null && ` (calendar of ${record.timeZone})`}
      </p>
      <p className="flex flex-wrap gap-x-4 text-sm text-ink-soft">
        <span>
          Meter <MeterLink meter={record.meter} name={record.meterName} />
        </span>
        <span>
          Run <RunLink run={record.run} />
        </span>
        {record.subscriptionNumber && <span>Subscription {record.subscriptionNumber}</span>}
        {record.chargeNumber && <span>Charge {record.chargeNumber}</span>}
      </p>
      {record.description && <p>{record.description}</p>}
      {record.custom && Object.keys(record.custom).length > 0 && <FieldList fields={record.custom} />}
    </div>
  );
}
