import type { DataScope } from '../api/types.ts';
import { Instant } from '../ui/Instant.tsx';

/** A data scope in words. Dates include the end date; instants are half-open. */
export function ScopeText({ scope }: { readonly scope: DataScope | null | undefined }) {
  if (!scope) return <span className="text-ink-faint">–</span>;
  if (scope.kind === 'all') return <>all time</>;
  if ('startDate' in scope) {
    return (
      <span className="whitespace-nowrap tabular-nums">
        {scope.startDate} to {scope.endDate}
      </span>
    );
  }
  return (
    <span className="inline-flex flex-wrap gap-x-1">
      <Instant at={scope.from} /> <span>to before</span> <Instant at={scope.to} />
    </span>
  );
}
