import { useZone } from '../settings/zone.ts';
import { formatInstant } from '../format/time.ts';

/** An instant in the chosen zone; its UTC text on hover. */
export function Instant({ at }: { readonly at: string | null | undefined }) {
  const zone = useZone();
  if (!at) return <span className="text-ink-faint">–</span>;
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap tabular-nums">
      {formatInstant(at, zone)}
    </time>
  );
}
