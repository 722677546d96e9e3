import { isFinal } from '../api/runs.ts';
import type { Run } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';
import { formatSeconds } from '../format/time.ts';
import { CountGrid } from '../ui/CountGrid.tsx';
import { errorText } from '../ui/errorText.ts';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';

/** How far a run is, or what came of it. The same height all the way, so that nothing moves at its end. */
export function RunProgress({ run }: { readonly run: Run }) {
  const failure = errorText(run.error);
  const { progress } = run;
  const ended = isFinal(run);
  const total = progress.slicesTotal;
  return (
    <div className="space-y-4">
      {failure !== undefined && <ProblemNotice error={new Error(failure)} />}
      <div className="space-y-2">
        <ProgressBar
          label="Slices done"
          done={progress.slicesDone}
          total={ended ? Math.max(1, total ?? 1) : total}
        />
        <p className="flex flex-wrap gap-x-6 gap-y-1 text-sm text-ink-soft tabular-nums" role="status">
          <span>
            {groupCount(progress.slicesDone)} of {total === null ? '…' : groupCount(total)}{' '}
            {total === 1 ? 'slice' : 'slices'}
          </span>
          <span>{groupCount(progress.rowsRead)} rows read</span>
          {progress.rowsPerSecond !== null && (
            <span>{groupCount(Math.round(progress.rowsPerSecond))} rows/s</span>
          )}
          {!ended && <span>{formatSeconds(progress.secondsLeft)} left</span>}
        </p>
      </div>
      <CountGrid
        counts={[
          { label: 'new', count: run.result?.inserted },
          { label: 'revised', count: run.result?.revised },
          { label: 'retracted', count: run.result?.retracted },
          { label: 'unchanged', count: run.result?.unchanged },
          { label: 'frozen', count: run.result?.frozen },
          { label: 'pinned', count: run.result?.pinned },
        ]}
      />
    </div>
  );
}
