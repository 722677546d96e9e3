import { RadioGroup } from 'radix-ui';
import { findingsAt } from '../api/problem.ts';
import { Field } from '../ui/Field.tsx';
import type { RunForm } from './runRequest.ts';

interface ScopeFieldsProps {
  readonly form: RunForm;
  readonly onChange: (part: Partial<RunForm>) => void;
  readonly error: unknown;
}

const KINDS = [
  { kind: 'all', label: 'All time', hint: 'Everything that the stores hold.' },
  { kind: 'timeFrame', label: 'Time frame', hint: 'Whole windows that touch these dates.' },
] as const;

/** The data scope of a replay. */
export function ScopeFields({ form, onChange, error }: ScopeFieldsProps) {
  const findings = findingsAt(error, '/scope');
  const date = (member: 'startDate' | 'endDate', label: string, hint: string) => (
    <Field label={label} hint={hint} errors={findingsAt(error, `/scope/${member}`)}>
      {(attributes) => (
        <input
          {...attributes}
          type="date"
          disabled={form.kind === 'all'}
          value={form[member]}
          onChange={(event) => onChange({ [member]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <fieldset className="space-y-4">
      <legend className="mb-2 text-sm font-medium">Data scope</legend>
      <RadioGroup.Root
        aria-label="Data scope"
        value={form.kind}
        onValueChange={(value) => onChange({ kind: value === 'all' ? 'all' : 'timeFrame' })}
        className="grid gap-3 sm:grid-cols-2"
      >
        {KINDS.map(({ kind, label, hint }) => (
          <RadioGroup.Item
            key={kind}
            value={kind}
            className="rounded-md border border-line-strong px-3 py-2 text-left hover:bg-sunken data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
          >
            <span className="block font-medium">{label}</span>
            <span className="block text-sm text-ink-soft">{hint}</span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
      <div className="grid gap-4 sm:grid-cols-2">
        {date('startDate', 'Start date', "Of event time, in the store's time zone.")}
        {date('endDate', 'End date', 'This whole day is included.')}
      </div>
      {findings.length > 0 && (
        <p role="alert" className="text-sm text-bad">
          {findings.join(' ')}
        </p>
      )}
    </fieldset>
  );
}
