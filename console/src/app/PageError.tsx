import { ProblemNotice } from '../ui/ProblemNotice.tsx';

interface PageErrorProps {
  readonly error: unknown;
  readonly reset: () => void;
}

/** A page that failed while it was drawn or loaded: said in place, the bar stays. */
export function PageError({ error, reset }: PageErrorProps) {
  return <ProblemNotice error={error instanceof Error ? error : new Error(String(error))} retry={reset} />;
}
