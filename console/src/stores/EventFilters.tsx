import { Plus, X } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import type { EventDefinition } from '../api/types.ts';
import { Button } from '../ui/Button.tsx';
import { CONTROL } from '../ui/Field.tsx';

interface EventFiltersProps {
  readonly definition: EventDefinition | undefined;
  readonly filters: Readonly<Record<string, string>>;
  readonly onChange: (filters: Readonly<Record<string, string>>) => void;
}

/** Equality filters on fields: those that hold, each with a way to drop it, and a form for one more. */
export function EventFilters({ definition, filters, onChange }: EventFiltersProps) {
  const [field, setField] = useState('');
  const [value, setValue] = useState('');
  const names = definition?.fields.map(({ name }) => name) ?? [];

  const add = (event: FormEvent) => {
    event.preventDefault();
    onChange({ ...filters, [field || (names[0] ?? '')]: value });
    setValue('');
  };
  const drop = (name: string) =>
    onChange(Object.fromEntries(Object.entries(filters).filter(([other]) => other !== name)));

  return (
    <form onSubmit={add} className="flex flex-wrap items-center gap-2 text-sm">
      <select
        aria-label="Field to filter by"
        value={field || names[0]}
        onChange={(event) => setField(event.target.value)}
        className={`${CONTROL} w-44!`}
      >
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <span className="text-ink-faint">is</span>
      <input
        aria-label="Value to filter by"
        required
        value={value}
        onChange={(event) => setValue(event.target.value)}
        className={`${CONTROL} w-44!`}
      />
      <Button type="submit" icon={<Plus className="size-4" />} disabled={names.length === 0}>
        Filter
      </Button>
      {Object.entries(filters).map(([name, wanted]) => (
        <button
          key={name}
          type="button"
          onClick={() => drop(name)}
          className="inline-flex h-7 items-center gap-1.5 rounded-full bg-accent-soft pr-1.5 pl-3 text-accent"
          aria-label={`Remove the filter ${name} is ${wanted}`}
        >
          <span className="max-w-60 truncate">
            {name} = {wanted}
          </span>
          <X aria-hidden className="size-3.5" />
        </button>
      ))}
    </form>
  );
}
