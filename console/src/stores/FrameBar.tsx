import { X } from 'lucide-react';
import type { Frame } from '../api/stores.ts';
import { Button } from '../ui/Button.tsx';
import { InstantInput } from '../ui/InstantInput.tsx';

interface FrameBarProps {
  readonly frame: Frame;
  readonly onChange: (frame: Frame) => void;
}

/** The time frame that is looked at, as two local times that can be typed. The end is exclusive. */
export function FrameBar({ frame: { from, to }, onChange }: FrameBarProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <InstantInput label="From" value={from} onChange={(start) => onChange({ from: start, to })} />
      <InstantInput label="to before" value={to} onChange={(end) => onChange({ from, to: end })} />
      <Button
        look="quiet"
        icon={<X className="size-4" />}
        disabled={from === undefined && to === undefined}
        onClick={() => onChange({ from: undefined, to: undefined })}
      >
        All time
      </Button>
    </div>
  );
}
