import type { ReactNode } from 'react';
import { Skeleton } from './Skeleton.tsx';

export interface Fact {
  readonly label: string;
  /** Undefined while loading. */
  readonly value: ReactNode | undefined;
}

/** Named figures at the head of a page, as many beside each other as fit. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="grid grid-cols-[repeat(auto-fit,minmax(12.7rem,1fr))] overflow-hidden rounded-lg border border-line bg-surface">
      {facts.map(({ label, value }) => (
        // Each figure has its own lines; those at the outer edge are cut off by the frame.
        <div key={label} className="-mr-px -mb-px min-w-0 border-r border-b border-line px-4 py-3">
          <dt className="text-xs text-ink-faint">{label}</dt>
          <dd className="mt-0.5 min-h-6 text-lg tabular-nums wrap-anywhere">
            {value === undefined ? <Skeleton className="mt-1 h-4 w-20" /> : value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
