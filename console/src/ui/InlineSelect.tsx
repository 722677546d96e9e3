interface InlineSelectProps {
  /** The word before it. */
  readonly label: string;
  /** What it chooses, for those who do not see the place it is in. */
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly {
    readonly value: string;
    readonly label: string;
    readonly disabled?: boolean;
  }[];
}

/** A small select with its label beside it, for the head of a panel. */
export function InlineSelect({ label, name, value, onChange, options }: InlineSelectProps) {
  return (
    <label className="flex h-8 items-center gap-1.5 rounded-md border border-line-strong bg-surface pl-2.5 text-sm">
      <span className="text-ink-faint">{label}</span>
      <select
        aria-label={name}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-full max-w-44 rounded-md bg-surface pr-1"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
