import type { BackfillStatus as Status } from '../api/types.ts';
import { Chip, type Tone } from '../ui/Chip.tsx';

const TONES: Record<Status, Tone> = {
  previewed: 'neutral',
  running: 'warn',
  completed: 'good',
  failed: 'bad',
  reverting: 'warn',
  reverted: 'neutral',
};

export function BackfillStatus({ status }: { readonly status: Status }) {
  return (
    <Chip tone={TONES[status]} active={status === 'running' || status === 'reverting'}>
      {status}
    </Chip>
  );
}
