import { CircleAlert } from 'lucide-react';
import { ApiProblem, isAt, type Finding } from '../api/problem.ts';
import { Button } from './Button.tsx';

interface ProblemNoticeProps {
  readonly error: Error | null | undefined;
  /** Pointers whose findings are shown at their fields already. */
  readonly claimed?: readonly string[];
  readonly retry?: () => void;
}

/** What went wrong: the server's `detail`, its code, and every finding not shown elsewhere. */
export function ProblemNotice({ error, claimed = [], retry }: ProblemNoticeProps) {
  if (!error) return null;
  const problem = error instanceof ApiProblem ? error : undefined;
  const findings = (problem?.findings ?? []).filter(
    (finding) => !claimed.some((pointer) => isAt(finding, pointer)),
  );
  return (
    <div role="alert" className="rounded-md border border-bad/30 bg-bad-soft p-3 text-sm">
      <div className="flex items-start gap-2">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
        <div className="min-w-0 flex-1 space-y-2">
          <p className="font-medium wrap-anywhere">
            {error.message}
            {problem && (
              <code className="ml-2 font-mono text-xs font-normal text-ink-soft">{problem.code}</code>
            )}
          </p>
          {findings.length > 0 && <Findings findings={findings} />}
        </div>
        {retry && <Button onClick={retry}>Try again</Button>}
      </div>
    </div>
  );
}

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <ul className="max-h-60 space-y-1 overflow-y-auto">
      {findings.map((finding) => (
        <li key={`${finding.pointer} ${finding.code} ${finding.message}`} className="flex flex-wrap gap-x-2">
          {finding.pointer !== '' && <code className="font-mono text-xs leading-5">{finding.pointer}</code>}
          <span className="wrap-anywhere">{finding.message}</span>
        </li>
      ))}
    </ul>
  );
}
