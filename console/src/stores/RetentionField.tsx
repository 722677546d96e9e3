import { Field } from '../ui/Field.tsx';

interface RetentionFieldProps {
  /** Text of the number of days; empty: without end. */
  readonly days: string;
  readonly onChange: (days: string) => void;
  readonly errors: readonly string[];
}

/** The days of retention as they travel: null is without end. */
export const retentionOf = (days: string): number | null => (days === '' ? null : Number(days));

export function RetentionField({ days, onChange, errors }: RetentionFieldProps) {
  return (
    <Field
      label="Retention in days"
      hint="Older events expire, in whole days by event time. Empty: events are kept without end."
      errors={errors}
    >
      {(attributes) => (
        <input
          {...attributes}
          type="number"
          min={1}
          max={36_500}
          step={1}
          placeholder="without end"
          value={days}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
