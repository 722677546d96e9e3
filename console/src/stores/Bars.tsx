import { memo } from 'react';
import { stackOf, type Series } from './series.ts';
import type { Slot } from './slots.ts';

interface BarsProps {
  readonly slots: readonly Slot[];
  readonly series: readonly Series[];
  /** The plot's place in pixels; `scale` is the count at its top. */
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
  readonly scale: number;
}

/** The bars of a histogram. Drawn once: a pointer that moves over thousands of them changes nothing here. */
export const Bars = memo(function Bars({ slots, series, left, width, top, height, scale }: BarsProps) {
  const start = slots[0]?.from ?? 0;
  const span = (slots.at(-1)?.to ?? 1) - start;
  const x = (millis: number) => left + ((millis - start) / span) * width;
  return (
    <g shapeRendering="crispEdges" className="pointer-events-none">
      {slots.map((slot) => {
        const room = x(slot.to) - x(slot.from);
        let below = 0;
        return stackOf(slot, series).map((count, index) => {
          if (count === 0) return null;
          below += count;
          const { name, fill } = series[index] ?? { name: '', fill: '' };
          return (
            <rect
              key={`${slot.from} ${name}`}
              x={x(slot.from)}
              width={Math.max(1, room - (room > 4 ? 1 : 0))}
              y={top + (1 - below / scale) * height}
              // One event among millions is still a mark: at least a pixel.
              height={Math.max(1, (count / scale) * height)}
              className={fill}
            />
          );
        });
      })}
    </g>
  );
});
