import { isFinal } from '../api/runs.ts';
import type { Run } from '../api/types.ts';
import { RunLink } from '../runs/RunLink.tsx';
import { RunProgress } from '../runs/RunProgress.tsx';
import { RunStatus } from '../runs/RunStatus.tsx';
import { ScopeText } from '../runs/ScopeText.tsx';
import { StopRunButton } from '../runs/StopRunButton.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';

interface LastRunProps {
  readonly run: Run | undefined;
  readonly loading: boolean;
}

/** The meter's last run that was not a preview, followed while it goes. */
export function LastRun({ run, loading }: LastRunProps) {
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-3">
          Last run
          {run && (
            <>
              <RunStatus status={run.status} />
              <RunLink run={run.id} />
            </>
          )}
        </span>
      }
      actions={
        run && (
          <span className="flex items-center gap-3 text-sm text-ink-soft">
            <span>
              {run.mode}, <ScopeText scope={run.scope} />
            </span>
            {!isFinal(run) && <StopRunButton run={run} />}
          </span>
        )
      }
    >
      {run ? (
        <RunProgress run={run} />
      ) : loading ? (
        <Skeleton className="h-24 w-full" />
      ) : (
        <EmptyState title="Not run yet">
          Press Run: choose what it covers, look at the preview, then start.
        </EmptyState>
      )}
    </Panel>
  );
}
