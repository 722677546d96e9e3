import { useState } from 'react';
import type { BucketUnit } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';
import { useWidth } from '../ui/useWidth.ts';
import { countTicks, timeTicks } from './axes.ts';
import { Bars } from './Bars.tsx';
import type { Series } from './series.ts';
import type { Slot } from './slots.ts';
import { SlotTip } from './SlotTip.tsx';
import { useSlotSelection } from './useSlotSelection.ts';

const HEIGHT = 224;
const TOP = 8;
const BOTTOM = 24;
const LEFT = 64;

export interface HistogramProps {
  readonly slots: readonly Slot[];
  readonly series: readonly Series[];
  readonly unit: BucketUnit;
  readonly zone: string;
  /** Called with the half-open frame that was dragged over, or marked with Shift and the arrow keys. */
  readonly onSelect: (from: number, to: number) => void;
}

/** Events over time as bars, stacked by group. Gaps stay gaps: the axis is time, not a list of bars. */
export function Histogram({ slots, series, unit, zone, onSelect }: HistogramProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const [hovered, setHovered] = useState<number>();
  const start = slots[0]?.from ?? 0;
  const end = slots.at(-1)?.to ?? 1;
  const plot = Math.max(0, width - LEFT);
  const x = (millis: number) => LEFT + ((millis - start) / (end - start)) * plot;
  const ticks = countTicks(Math.max(...slots.map(({ total }) => total)));
  const top = ticks.at(-1) ?? 1;
  const y = (count: number) => TOP + (1 - count / top) * (HEIGHT - TOP - BOTTOM);

  const indexAt = (pixel: number) => {
    const millis = start + ((pixel - LEFT) / plot) * (end - start);
    const index = slots.findIndex(({ to }) => millis < to);
    return index < 0 ? slots.length - 1 : index;
  };
  const selection = useSlotSelection(slots, indexAt, onSelect);
  const pointed = selection.cursor ?? hovered;
  const marked = selection.range;

  return (
    <div ref={ref} className="relative">
      <svg
        width={width}
        height={HEIGHT}
        role="application"
        tabIndex={0}
        aria-label={`Events per ${unit}, ${slots.length} bars. Arrow keys read them, Shift and arrows mark a frame, Enter selects it.`}
        className="block cursor-crosshair touch-none rounded-sm outline-none select-none focus-visible:outline-2 focus-visible:outline-accent"
        {...selection.handlers}
        onPointerMove={(event) => {
          selection.handlers.onPointerMove(event);
          setHovered(indexAt(event.nativeEvent.offsetX));
        }}
        onPointerLeave={() => setHovered(undefined)}
      >
        {ticks.map((count) => (
          <g key={count}>
            <line x1={LEFT} x2={width} y1={y(count)} y2={y(count)} className="stroke-line" />
            <text
              x={LEFT - 8}
              y={y(count) + 4}
              textAnchor="end"
              className="fill-ink-faint text-xs tabular-nums"
            >
              {groupCount(count)}
            </text>
          </g>
        ))}
        {marked && (
          <rect
            x={x(slots[marked.first]?.from ?? start)}
            width={x(slots[marked.last]?.to ?? end) - x(slots[marked.first]?.from ?? start)}
            y={TOP}
            height={HEIGHT - TOP - BOTTOM}
            className="fill-accent-soft stroke-accent"
          />
        )}
        {pointed !== undefined && !marked && slots[pointed] && (
          <rect
            x={x(slots[pointed].from)}
            width={Math.max(2, x(slots[pointed].to) - x(slots[pointed].from))}
            y={TOP}
            height={HEIGHT - TOP - BOTTOM}
            className="fill-sunken"
          />
        )}
        <Bars
          slots={slots}
          series={series}
          left={LEFT}
          width={plot}
          top={TOP}
          height={HEIGHT - TOP - BOTTOM}
          scale={top}
        />
        {timeTicks(slots, unit, zone, plot).map(({ at, label }) => (
          <text key={at} x={x(at)} y={HEIGHT - 6} className="fill-ink-faint text-xs tabular-nums">
            {label}
          </text>
        ))}
      </svg>
      {pointed !== undefined && slots[pointed] && (
        <SlotTip slot={slots[pointed]} series={series} left={x(slots[pointed].from)} chart={width} />
      )}
    </div>
  );
}
