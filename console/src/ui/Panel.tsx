import type { ReactNode } from 'react';
import { classes } from './classes.ts';

interface PanelProps {
  readonly title?: ReactNode;
  /** Controls at the right of the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Lets the content reach the panel's edges (tables). */
  readonly flush?: boolean;
}

export function Panel({ title, actions, children, flush }: PanelProps) {
  return (
    <section className="min-w-0 rounded-lg border border-line bg-surface">
      {(title !== undefined || actions !== undefined) && (
        <header className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-2">
          <h2 className="text-base">{title}</h2>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={classes(!flush && 'p-4')}>{children}</div>
    </section>
  );
}
