interface ReconcileChoiceProps {
  readonly reconcile: boolean;
  readonly onChange: (reconcile: boolean) => void;
}

/** Whether usage records follow at once. */
export function ReconcileChoice({ reconcile, onChange }: ReconcileChoiceProps) {
  return (
    <label className="flex items-start gap-2">
      <input
        type="checkbox"
        checked={reconcile}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-1 size-4 accent-accent"
      />
      <span>
        Bring the usage records up to date as well
        <span className="block text-sm text-ink-faint">
          Only what these events touched is evaluated again. Without it the meters show as stale until their
          next run.
        </span>
      </span>
    </label>
  );
}
