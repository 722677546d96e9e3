import type { ReactNode } from 'react';

interface PageHeaderProps {
  readonly title: ReactNode;
  /** Where this page hangs: a link back to its list. */
  readonly above?: ReactNode;
  readonly chips?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

export function PageHeader({ title, above, chips, actions, children }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 space-y-1">
        {above !== undefined && <p className="text-sm text-ink-faint">{above}</p>}
        <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-xl wrap-anywhere">{title}</h1>
          {chips}
        </div>
        {children !== undefined && <p className="max-w-3xl text-ink-soft text-pretty">{children}</p>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
