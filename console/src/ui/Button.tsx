import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classes } from './classes.ts';
import { Spinner } from './Spinner.tsx';

const LOOKS = {
  primary:
    'border-accent bg-accent text-on-accent enabled:hover:bg-accent-strong enabled:hover:border-accent-strong',
  plain: 'border-line-strong bg-surface text-ink enabled:hover:bg-sunken',
  quiet: 'border-transparent text-ink-soft enabled:hover:bg-sunken enabled:hover:text-ink',
  danger: 'border-bad bg-bad text-paper enabled:hover:opacity-90',
} as const;

export type ButtonLook = keyof typeof LOOKS;

/** Class names of a button, for a link that looks like one. */
export function buttonLook(look: ButtonLook): string {
  return classes(
    'inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-md border px-3 text-sm font-medium',
    'whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-50',
    LOOKS[look],
  );
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: ButtonLook;
  readonly icon?: ReactNode;
  /** Its work is under way: disabled, with a spinner in the icon's place. */
  readonly busy?: boolean;
}

export function Button({ look = 'plain', icon, busy, disabled, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classes(buttonLook(look), className)}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}
