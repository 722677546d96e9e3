import { useState } from 'react';
import { instantOf, localTime, toInstant } from '../format/time.ts';
import { useZone } from '../settings/zone.ts';
import { CONTROL } from './Field.tsx';

interface InstantInputProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (instant: string | undefined) => void;
}

/** An instant, typed as a local time of the chosen zone; taken over on Enter or when the field is left. */
export function InstantInput({ label, value, onChange }: InstantInputProps) {
  const zone = useZone();
  const shown = localInput(value, zone);
  // While somebody types, the text is theirs: a half-typed year is not a time frame.
  const [draft, setDraft] = useState<string>();
  const commit = () => {
    setDraft(undefined);
    if (draft !== undefined && draft !== shown) onChange(fromLocalInput(draft, zone));
  };
  return (
    <label className="flex items-center gap-1.5 text-sm text-ink-faint">
      {label}
      <input
        type="datetime-local"
        step="1"
        value={draft ?? shown}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
        className={`${CONTROL} w-58!`}
      />
    </label>
  );
}

function localInput(instant: string | undefined, zone: string): string {
  if (instant === undefined || Number.isNaN(Date.parse(instant))) return '';
  const { date, time } = localTime(Date.parse(instant), zone);
  return `${date}T${time}`;
}

/** The value of the input is `yyyy-MM-ddTHH:mm`, with or without seconds; empty while it is incomplete. */
function fromLocalInput(value: string, zone: string): string | undefined {
  const [date, time] = value.split('T');
  if (!date || !time) return undefined;
  return toInstant(instantOf(date, time.length === 5 ? `${time}:00` : time, zone));
}
