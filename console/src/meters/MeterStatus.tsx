import type { Meter } from '../api/types.ts';
import { Chip, type Tone } from '../ui/Chip.tsx';

const TONES: Record<string, Tone> = {
  running: 'accent',
  testing: 'accent',
  completed: 'good',
  test_passed: 'good',
  failed: 'bad',
  test_failed: 'bad',
  paused: 'warn',
};

/** What the meter's last run came to, and whether events changed since. */
export function MeterStatus({ meter }: { readonly meter: Meter }) {
  const status = meter.status ?? 'never_run';
  return (
    <span className="inline-flex gap-1">
      <Chip tone={TONES[status] ?? 'neutral'} active={status === 'running' || status === 'testing'}>
        {status.replaceAll('_', ' ')}
      </Chip>
      {meter.stale && <Chip tone="warn">stale</Chip>}
    </span>
  );
}
