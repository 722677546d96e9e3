import type { ReactNode } from 'react';
import { Skeleton } from './Skeleton.tsx';

export interface Fact {
  readonly label: string;
  /** Undefined while loading. */
  readonly value: ReactNode | undefined;
}

/** A row of named figures at the head of a page. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line md:grid-flow-col md:auto-cols-fr md:grid-cols-none">
      {facts.map(({ label, value }) => (
        <div key={label} className="min-w-0 bg-surface px-4 py-3">
          <dt className="text-xs text-ink-faint">{label}</dt>
          <dd className="mt-0.5 min-h-6 text-lg tabular-nums wrap-anywhere">
            {value === undefined ? <Skeleton className="mt-1 h-4 w-20" /> : value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
