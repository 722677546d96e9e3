import { useZone } from '../settings/zone.ts';
import { formatInstant } from '../format/time.ts';

interface InstantProps {
  readonly at: string | null | undefined;
  /** Leaves the fraction of the second out, where a page is read at a glance. */
  readonly toSecond?: boolean;
}

/** An instant in the chosen zone; its exact UTC text on hover. */
export function Instant({ at, toSecond }: InstantProps) {
  const zone = useZone();
  if (!at) return <span className="text-ink-faint">–</span>;
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap tabular-nums">
      {formatInstant(toSecond ? at.replace(/\.\d+/, '') : at, zone)}
    </time>
  );
}
