import { classes } from '../ui/classes.ts';
import { BACKFILL_KINDS, type BackfillKind } from './kinds.ts';

interface KindPickerProps {
  readonly chosen: BackfillKind;
  readonly onChoose: (kind: BackfillKind) => void;
}

/** The kinds of backfill, one of them chosen. */
export function KindPicker({ chosen, onChoose }: KindPickerProps) {
  return (
    <fieldset className="grid gap-2 sm:grid-cols-2">
      <legend className="sr-only">Kind of backfill</legend>
      {BACKFILL_KINDS.map((kind) => (
        <label
          key={kind.kind}
          className={classes(
            'flex cursor-pointer items-start gap-2.5 rounded-md border px-3 py-2',
            'focus-within:outline-2 focus-within:outline-accent',
            kind === chosen ? 'border-accent bg-accent-soft' : 'border-line hover:border-line-strong',
          )}
        >
          <input
            type="radio"
            name="backfill-kind"
            checked={kind === chosen}
            onChange={() => onChoose(kind)}
            className="mt-1 accent-accent"
          />
          <span className="min-w-0">
            <span className="block text-sm font-medium">{kind.title}</span>
            <span className="block text-xs text-ink-soft">{kind.summary}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
