import type { RunStatus as Status } from '../api/types.ts';
import { Chip, type Tone } from '../ui/Chip.tsx';

const TONES: Record<Status, Tone> = {
  queued: 'neutral',
  running: 'accent',
  stopping: 'warn',
  paused: 'warn',
  completed: 'good',
  failed: 'bad',
  canceled: 'neutral',
};

export function RunStatus({ status }: { readonly status: Status }) {
  return (
    <Chip tone={TONES[status]} active={status === 'running' || status === 'stopping' || status === 'queued'}>
      {status}
    </Chip>
  );
}
