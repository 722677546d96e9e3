import type { UsageRecord } from '../api/types.ts';
import { Chip } from '../ui/Chip.tsx';

export function RecordState({ record }: { readonly record: Pick<UsageRecord, 'state' | 'final'> }) {
  return (
    <span className="inline-flex gap-1">
      <Chip tone={record.state === 'current' ? 'good' : 'neutral'}>{record.state}</Chip>
      {!record.final && <Chip tone="warn">provisional</Chip>}
    </span>
  );
}
