import { useId, type ReactNode } from 'react';
import { classes } from './classes.ts';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly errors?: readonly string[];
  /** Renders the control with the attributes that tie it to its label and errors. */
  readonly children: (attributes: FieldAttributes) => ReactNode;
}

export interface FieldAttributes {
  readonly id: string;
  readonly 'aria-invalid': boolean | undefined;
  readonly 'aria-describedby': string;
  readonly className: string;
}

export const CONTROL =
  'h-8 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-base text-ink ' +
  'placeholder:text-ink-faint aria-invalid:border-bad disabled:opacity-50';

export function Field({ label, hint, errors = [], children }: FieldProps) {
  const id = useId();
  const notes = `${id}-notes`;
  return (
    <div className="min-w-0 space-y-1">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-invalid': errors.length > 0 || undefined,
        'aria-describedby': notes,
        className: CONTROL,
      })}
      <div id={notes} className={classes('text-xs', errors.length > 0 ? 'text-bad' : 'text-ink-faint')}>
        {errors.length > 0 ? errors.map((message) => <p key={message}>{message}</p>) : hint}
      </div>
    </div>
  );
}
