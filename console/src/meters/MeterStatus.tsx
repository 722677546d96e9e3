import type { Meter } from '../api/types.ts';
import { Chip, type Tone } from '../ui/Chip.tsx';

const TONES: Readonly<Record<string, Tone>> = {
  queued: 'accent',
  running: 'accent',
  stopping: 'warn',
  completed: 'good',
  failed: 'bad',
};
const GOING: readonly string[] = ['queued', 'running', 'stopping'];

/** What the meter's last run came to, and whether events changed since. */
export function MeterStatus({ meter: { status, stale } }: { readonly meter: Meter }) {
  return (
    <span className="inline-flex gap-1">
      <Chip tone={TONES[status] ?? 'neutral'} active={GOING.includes(status)}>
        {status}
      </Chip>
      {stale && <Chip tone="warn">stale</Chip>}
    </span>
  );
}
