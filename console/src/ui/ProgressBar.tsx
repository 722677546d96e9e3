interface ProgressBarProps {
  readonly label: string;
  readonly done: number;
  /** Unknown or zero: the bar moves without saying how far. */
  readonly total: number | null | undefined;
}

export function ProgressBar({ label, done, total }: ProgressBarProps) {
  if (!total) return <progress aria-label={label} className="progress" />;
  return <progress aria-label={label} className="progress" value={Math.min(done, total)} max={total} />;
}
