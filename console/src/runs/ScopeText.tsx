import type { DataScope, EffectiveScope } from '../api/types.ts';
import { Instant } from '../ui/Instant.tsx';

/** A data scope in words. Two dates include the end date; two instants are half-open. */
export function ScopeText({ scope }: { readonly scope: DataScope }) {
  if (scope.kind === 'all') return <>all time</>;
  if ('from' in scope) return <SpanText from={scope.from} to={scope.to} />;
  return (
    <span className="whitespace-nowrap tabular-nums">
      {scope.startDate} to {scope.endDate}
    </span>
  );
}

/** What a run evaluated in fact; unknown until it has started. */
export function EffectiveScopeText({ scope }: { readonly scope: EffectiveScope | null }) {
  if (scope === null) return <span className="text-ink-faint">–</span>;
  if (scope.from === null && scope.to === null) return <>all time</>;
  return <SpanText from={scope.from} to={scope.to} />;
}

function SpanText({ from, to }: EffectiveScope) {
  return (
    <span className="inline-flex flex-wrap gap-x-1">
      {from === null ? 'everything' : <Instant at={from} />}
      {to === null ? (
        'on'
      ) : (
        <>
          to before <Instant at={to} />
        </>
      )}
    </span>
  );
}
