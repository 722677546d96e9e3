import { classes } from './classes.ts';

/** Holds the place of what is loading, in its size, so that nothing jumps when it comes. */
export function Skeleton({ className }: { readonly className?: string }) {
  return (
    <span
      aria-hidden
      className={classes('block animate-pulse rounded-sm bg-line', className ?? 'h-4 w-24')}
    />
  );
}
