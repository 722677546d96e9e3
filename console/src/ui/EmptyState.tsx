import type { ReactNode } from 'react';
import { CopyLine } from './CopyLine.tsx';

interface EmptyStateProps {
  readonly title: string;
  /** What to do next. */
  readonly children: ReactNode;
  /** The same by the command line, ready to be copied. */
  readonly command?: string;
  readonly action?: ReactNode;
}

export function EmptyState({ title, children, command, action }: EmptyStateProps) {
  return (
    <div className="mx-auto flex max-w-3xl flex-col items-center gap-3 px-4 py-10 text-center">
      <p className="font-medium">{title}</p>
      <p className="max-w-prose text-sm text-ink-soft text-pretty">{children}</p>
      {action}
      {command !== undefined && <CopyLine text={command} />}
    </div>
  );
}
