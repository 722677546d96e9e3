import { Link } from '@tanstack/react-router';
import type { EventTrace } from '../api/types.ts';
import { MeterLink } from '../meters/MeterLink.tsx';
import { Chip, type Tone } from '../ui/Chip.tsx';

const TONES: Record<string, Tone> = { rejected: 'bad', dropped: 'warn', written: 'good' };

/** Per meter: the components that the event passed, and the usage records it counts in. */
export function EventTraces({ traces }: { readonly traces: readonly EventTrace[] }) {
  if (traces.length === 0)
    return <p className="text-sm text-ink-soft">No meter that reads this store has been run.</p>;
  return (
    <ul className="space-y-3">
      {traces.map(({ meter, meterName, version, nodes, records }) => (
        <li key={meter} className="rounded-md border border-line px-3 py-2 text-sm">
          <p className="mb-1.5">
            <MeterLink meter={meter} name={meterName} />{' '}
            <span className="text-xs text-ink-faint">version {version}</span>
          </p>
          <ol className="flex flex-wrap items-center gap-1.5">
            {nodes.map(({ id, outcome, code }) => (
              <li key={id} className="flex items-center gap-1">
                <span>{id}</span>
                <Chip tone={TONES[outcome] ?? 'neutral'}>{code ? `${outcome}: ${code}` : outcome}</Chip>
              </li>
            ))}
          </ol>
          {records.length > 0 && (
            <p className="mt-1.5 flex flex-wrap gap-x-3 text-xs">
              Counts in
              {records.map((record) => (
                <Link
                  key={record}
                  to="/usage"
                  search={{ record }}
                  className="font-mono text-accent hover:underline"
                >
                  {record}
                </Link>
              ))}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
