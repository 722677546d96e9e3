import { groupCount } from '../format/digits.ts';
import { toInstant } from '../format/time.ts';
import { Instant } from '../ui/Instant.tsx';
import { SeriesSwatch } from './SeriesSwatch.tsx';
import { stackOf, type Series } from './series.ts';
import type { Slot } from './slots.ts';

interface SlotTipProps {
  readonly slot: Slot;
  readonly series: readonly Series[];
  /** Where the slot starts, and how wide the chart is, in pixels. */
  readonly left: number;
  readonly chart: number;
}

/** What is in the bar under the pointer or the cursor. */
export function SlotTip({ slot, series, left, chart }: SlotTipProps) {
  const stack = stackOf(slot, series);
  const side = left > chart / 2 ? { right: chart - left + 8 } : { left: left + 24 };
  return (
    <div
      role="status"
      style={side}
      className="pointer-events-none absolute top-2 z-10 min-w-44 rounded-md border border-line bg-surface p-2.5 text-xs shadow-raised"
    >
      <p className="text-ink-faint">
        <Instant at={toInstant(slot.from)} />
      </p>
      <p className="flex justify-between gap-4 py-0.5 font-medium">
        <span>Events</span>
        <span className="num">{groupCount(slot.total)}</span>
      </p>
      {series.length > 1 &&
        series.map(({ name, fill }, index) => (
          <p key={name} className="flex items-center gap-1.5">
            <SeriesSwatch fill={fill} />
            <span className="max-w-40 flex-1 truncate">{name}</span>
            <span className="num">{groupCount(stack[index] ?? 0)}</span>
          </p>
        ))}
    </div>
  );
}
