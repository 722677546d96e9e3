import { RadioGroup } from 'radix-ui';
import { findingsAt } from '../api/problem.ts';
import type { Meter } from '../api/types.ts';
import { coveragesOf, type Coverage, type RunForm } from './runRequest.ts';
import { DATE_POINTERS, DateFields } from './DateFields.tsx';
import { UploadFields } from './UploadFields.tsx';

interface CoverageFieldsProps {
  readonly meter: Meter;
  readonly form: RunForm;
  readonly onChange: (part: Partial<RunForm>) => void;
  /** Of the last attempt: its findings about the scope are shown here. */
  readonly error: unknown;
}

const TEXTS: Record<Coverage, { readonly label: string; readonly hint: string }> = {
  files: { label: 'Files', hint: 'Read files, then evaluate what they touched.' },
  all: { label: 'All time', hint: 'Replay everything that is stored.' },
  timeFrame: { label: 'Time frame', hint: 'Replay the whole windows that touch these dates.' },
  changes: { label: 'What changed', hint: 'Only what no run has covered yet.' },
};

/** The data scope of a run. */
export function CoverageFields({ meter, form, onChange, error }: CoverageFieldsProps) {
  const coverages = coveragesOf(meter);
  const findings = [...findingsAt(error, '/scope', DATE_POINTERS), ...findingsAt(error, '/sources')];
  return (
    <fieldset className="space-y-4">
      <legend className="mb-2 text-sm font-medium">Data scope</legend>
      <RadioGroup.Root
        aria-label="Data scope"
        value={form.coverage}
        onValueChange={(value) => {
          const coverage = coverages.find((known) => known === value);
          if (coverage) onChange({ coverage });
        }}
        className="grid grid-cols-[repeat(auto-fit,minmax(10rem,1fr))] gap-3"
      >
        {coverages.map((coverage) => (
          <RadioGroup.Item
            key={coverage}
            value={coverage}
            className="rounded-md border border-line-strong px-3 py-2 text-left hover:bg-sunken data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
          >
            <span className="block font-medium">{TEXTS[coverage].label}</span>
            <span className="block text-sm text-ink-soft">{TEXTS[coverage].hint}</span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
      {form.coverage === 'timeFrame' && <DateFields form={form} onChange={onChange} error={error} />}
      {form.coverage === 'files' && <UploadFields meter={meter} form={form} onChange={onChange} />}
      {findings.length > 0 && (
        <p role="alert" className="text-sm text-bad">
          {findings.join(' ')}
        </p>
      )}
    </fieldset>
  );
}
