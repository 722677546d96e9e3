import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classes } from './classes.ts';

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly label: string;
  readonly children: ReactNode;
}

/** A button that shows only an icon; its label is read out and shown on hover. */
export function IconButton({ label, children, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={classes(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-ink-soft',
        'transition-colors enabled:hover:bg-sunken enabled:hover:text-ink disabled:opacity-40',
        className,
      )}
    >
      {children}
    </button>
  );
}
