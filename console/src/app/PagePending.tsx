import { Skeleton } from '../ui/Skeleton.tsx';

/** Holds the place of a page whose code is still loading. */
export function PagePending() {
  return (
    <div className="space-y-5">
      <Skeleton className="h-8 w-56" />
      <Skeleton className="h-20 w-full" />
      <Skeleton className="h-72 w-full" />
    </div>
  );
}
