import { useEffect, useState } from 'react';
import { metersQuery } from '../api/meters.ts';
import { useList } from '../api/pages.ts';
import type { UsageFilter } from '../api/usage.ts';
import { CONTROL } from '../ui/Field.tsx';
import { InlineSelect } from '../ui/InlineSelect.tsx';
import { InstantInput } from '../ui/InstantInput.tsx';

interface UsageFiltersProps {
  readonly filter: UsageFilter;
  readonly onChange: (change: UsageFilter) => void;
}

const STATES = [
  { value: '', label: 'any' },
  { value: 'current', label: 'current' },
  { value: 'retracted', label: 'retracted' },
];

export function UsageFilters({ filter, onChange }: UsageFiltersProps) {
  const meters = useList(metersQuery());
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <InlineSelect
        label="meter"
        name="Meter"
        value={filter.meter ?? ''}
        onChange={(meter) => onChange({ meter: meter === '' ? undefined : meter })}
        options={[
          { value: '', label: 'all' },
          ...(meters.rows ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <InlineSelect
        label="state"
        name="State"
        value={filter.state ?? ''}
        onChange={(state) => onChange({ state: state === '' ? undefined : state })}
        options={STATES}
      />
      <AccountInput value={filter.account ?? ''} onChange={(account) => onChange({ account })} />
      <InstantInput label="From" value={filter.from} onChange={(from) => onChange({ from })} />
      <InstantInput label="to before" value={filter.to} onChange={(to) => onChange({ to })} />
    </div>
  );
}

interface AccountInputProps {
  readonly value: string;
  readonly onChange: (account: string | undefined) => void;
}

/** Taken over on Enter or when the field is left: an account number half typed matches nothing. */
function AccountInput({ value, onChange }: AccountInputProps) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = () => draft !== value && onChange(draft === '' ? undefined : draft);
  return (
    <input
      type="search"
      aria-label="Account number"
      placeholder="Account number"
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
      className={`${CONTROL} w-44!`}
    />
  );
}
