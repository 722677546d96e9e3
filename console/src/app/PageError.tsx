import { ProblemNotice } from '../ui/ProblemNotice.tsx';

/** A page that failed while it was drawn or loaded: said in place, the bar stays. */
export function PageError({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  return <ProblemNotice error={error} retry={reset} />;
}
