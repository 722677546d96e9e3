import { findingsAt } from '../api/problem.ts';
import { Field } from '../ui/Field.tsx';
import type { RunForm } from './runRequest.ts';

interface DateFieldsProps {
  readonly form: RunForm;
  readonly onChange: (part: Partial<RunForm>) => void;
  readonly error: unknown;
}

const DATES = [
  { member: 'startDate', label: 'Start date', hint: "Of event time, in the store's time zone." },
  { member: 'endDate', label: 'End date', hint: 'This whole day is included.' },
] as const;

/** Where findings about the dates point; they are shown at their fields. */
export const DATE_POINTERS = DATES.map(({ member }) => `/scope/${member}`);

/** The first and the last day of a time frame. */
export function DateFields({ form, onChange, error }: DateFieldsProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {DATES.map(({ member, label, hint }) => (
        <Field key={member} label={label} hint={hint} errors={findingsAt(error, `/scope/${member}`)}>
          {(attributes) => (
            <input
              {...attributes}
              type="date"
              value={form[member]}
              onChange={(event) => onChange({ [member]: event.target.value })}
            />
          )}
        </Field>
      ))}
    </div>
  );
}
