import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { isFinal, runQuery } from '../api/runs.ts';
import type { Run } from '../api/types.ts';
import { MeterLink } from '../meters/MeterLink.tsx';
import { Chip } from '../ui/Chip.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Instant } from '../ui/Instant.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { NodeCountsTable } from './NodeCountsTable.tsx';
import { PreviewTable } from './PreviewTable.tsx';
import { RejectedTable } from './RejectedTable.tsx';
import { RunProgress } from './RunProgress.tsx';
import { RunStatus } from './RunStatus.tsx';
import { EffectiveScopeText, ScopeText } from './ScopeText.tsx';
import { StopRunButton } from './StopRunButton.tsx';

const route = getRouteApi('/runs/$run');

export function RunPage() {
  const { run: id } = route.useParams();
  const { data: run, error, refetch } = useQuery(runQuery(id));
  if (error && !run) return <ProblemNotice error={error} retry={() => void refetch()} />;
  return (
    <>
      <PageHeader
        above={
          <Link to="/runs" className="hover:underline">
            Runs
          </Link>
        }
        title={<span className="font-mono text-lg">{id}</span>}
        chips={
          run && (
            <>
              <RunStatus status={run.status} />
              {run.dryRun && <Chip>preview: nothing is written</Chip>}
            </>
          )
        }
        actions={run && !isFinal(run) && <StopRunButton run={run} />}
      />
      <Facts
        facts={[
          { label: 'Meter', value: run && <MeterLink meter={run.meter} name={run.meterName} /> },
          { label: 'Version', value: run && String(run.version) },
          { label: 'Mode', value: run && modeText(run) },
          { label: 'Started', value: run && <Instant toSecond at={run.startedAt} /> },
          { label: 'Ended', value: run && <Instant toSecond at={run.endedAt} /> },
          { label: 'As of', value: run && <Instant toSecond at={run.asOf} /> },
        ]}
      />
      <Panel title="Progress and result">
        {run ? <RunProgress run={run} /> : <Skeleton className="h-24" />}
      </Panel>
      {run && <RunDetails run={run} />}
    </>
  );
}

function modeText({ mode, reason }: Run): string {
  return reason === 'backfill' ? `${mode}, after a backfill` : mode;
}

function RunDetails({ run }: { readonly run: Run }) {
  const rejected = run.nodes.reduce((sum, node) => sum + node.rejected, 0);
  return (
    <>
      <Panel title="Data scope">
        <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
          <div>
            <dt className="text-xs text-ink-faint">Asked for</dt>
            <dd>
              <ScopeText scope={run.scope} />
            </dd>
          </div>
          <div>
            <dt className="text-xs text-ink-faint">Evaluated: grown until it cuts no window</dt>
            <dd>
              <EffectiveScopeText scope={run.effectiveScope} />
            </dd>
          </div>
          {run.retainedFrom !== null && (
            <div>
              <dt className="text-xs text-ink-faint">Frozen: what starts before</dt>
              <dd>
                <Instant at={run.retainedFrom} />
              </dd>
            </div>
          )}
        </dl>
      </Panel>
      {run.nodes.length > 0 && (
        <Panel title="Rows per component" flush>
          <NodeCountsTable nodes={run.nodes} />
        </Panel>
      )}
      {run.dryRun && run.status === 'completed' && (
        <Panel title="Totals per account" flush>
          <PreviewTable run={run.id} />
        </Panel>
      )}
      {rejected > 0 && (
        <Panel title="Rejected rows" flush>
          <RejectedTable run={run.id} />
        </Panel>
      )}
    </>
  );
}
