import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { histogramQuery, type Frame } from '../api/stores.ts';
import { BUCKET_UNITS, type BucketUnit, type EventDefinition, type EventStore } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';
import { toInstant } from '../format/time.ts';
import { useZone } from '../settings/zone.ts';
import { EmptyState } from '../ui/EmptyState.tsx';
import { InlineSelect } from '../ui/InlineSelect.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { FrameBar } from './FrameBar.tsx';
import { Histogram } from './Histogram.tsx';
import { SeriesSwatch } from './SeriesSwatch.tsx';
import { seriesOf, type Series } from './series.ts';
import { BUCKET_MILLIS, bucketFor, SLOTS_MAX, slotsOf } from './slots.ts';
import { writeAddress, writeCommand } from './writeCommand.ts';

export interface HistogramView extends Frame {
  readonly bucket?: BucketUnit | undefined;
  readonly groupBy?: string | undefined;
}

interface HistogramPanelProps {
  readonly store: EventStore;
  readonly definition: EventDefinition | undefined;
  readonly view: HistogramView;
  readonly onChange: (change: HistogramView) => void;
}

export function HistogramPanel({ store, definition, view, onChange }: HistogramPanelProps) {
  const zone = useZone();
  const span = spanOf(store, view);
  const unit = view.bucket ?? bucketFor(span);
  const { from, to, groupBy } = view;
  const histogram = useQuery({
    ...histogramQuery(store.id, { from, to, groupBy, bucket: unit, timeZone: zone }),
    enabled: store.eventCount > 0,
    placeholderData: keepPreviousData,
  });
  const slots = useMemo(
    () => slotsOf(histogram.data?.buckets ?? [], unit, zone),
    [histogram.data, unit, zone],
  );
  const series = useMemo(() => seriesOf(slots), [slots]);

  return (
    <Panel
      title="Events over time"
      actions={
        <>
          <InlineSelect
            label="per"
            name="Time per bar"
            value={unit}
            onChange={(bucket) => onChange({ bucket: BUCKET_UNITS.find((known) => known === bucket) })}
            options={BUCKET_UNITS.map((name) => ({
              value: name,
              label: name,
              disabled: span / BUCKET_MILLIS[name] > SLOTS_MAX,
            }))}
          />
          <InlineSelect
            label="by"
            name="Group by"
            value={groupBy ?? ''}
            onChange={(field) => onChange({ groupBy: field === '' ? undefined : field })}
            options={[{ value: '', label: 'no group' }, ...groupableFields(definition)]}
          />
        </>
      }
    >
      <div className="min-h-62 space-y-3">
        {store.eventCount === 0 ? (
          <EmptyState title="No events yet" command={writeCommand(writeAddress(store), definition)}>
            Write events by the API, import a file with the command line, or name this store as the target of
            a meter. An event that is sent twice counts once.
          </EmptyState>
        ) : histogram.error ? (
          <ProblemNotice error={histogram.error} retry={() => void histogram.refetch()} />
        ) : histogram.data === undefined ? (
          <Skeleton className="h-56 w-full" />
        ) : slots.length === 0 ? (
          <p className="flex h-56 items-center justify-center text-sm text-ink-faint">
            No events in this time frame.
          </p>
        ) : (
          <Histogram
            slots={slots}
            series={series}
            unit={unit}
            zone={zone}
            onSelect={(start, end) =>
              onChange({ from: toInstant(start), to: toInstant(end), bucket: undefined })
            }
          />
        )}
        {store.eventCount > 0 && (
          <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
            <FrameBar frame={view} onChange={(frame) => onChange({ ...frame, bucket: undefined })} />
            {groupBy !== undefined && <Legend series={series} />}
          </div>
        )}
      </div>
    </Panel>
  );
}

function Legend({ series }: { readonly series: readonly Series[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
      {series.map(({ name, total, fill }) => (
        <li key={name} className="flex items-center gap-1.5">
          <SeriesSwatch fill={fill} />
          <span>{name}</span>
          <span className="text-ink-faint tabular-nums">{groupCount(total)}</span>
        </li>
      ))}
    </ul>
  );
}

function spanOf(store: EventStore, frame: Frame): number {
  const from = frame.from ?? store.firstEventTime;
  const to = frame.to ?? store.lastEventTime;
  return from && to ? Math.max(0, Date.parse(to) - Date.parse(from)) : 0;
}

/** Fields whose values make sensible groups: not amounts, not instants. */
function groupableFields(definition: EventDefinition | undefined) {
  return (definition?.fields ?? [])
    .filter(({ type }) => type === 'string' || type === 'integer' || type === 'boolean' || type === 'date')
    .map(({ name }) => ({ value: name, label: name }));
}
