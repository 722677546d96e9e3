import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { meterQuery } from '../api/meters.ts';
import { useList } from '../api/pages.ts';
import { runQuery, runsQuery } from '../api/runs.ts';
import { RunDialog } from '../runs/RunDialog.tsx';
import { RunsTable } from '../runs/RunsTable.tsx';
import { Button, buttonLook } from '../ui/Button.tsx';
import { Facts } from '../ui/Facts.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { IngestPanel } from './IngestPanel.tsx';
import { LastRun } from './LastRun.tsx';
import { sizeOf } from './layout.ts';
import { MeterStatus } from './MeterStatus.tsx';
import { NodeDrawer } from './NodeDrawer.tsx';

// The drawing library is most of the console's code; only this page needs it.
const MeterGraph = lazy(() => import('./MeterGraph.tsx').then((module) => ({ default: module.MeterGraph })));

const route = getRouteApi('/meters/$meter');

export function MeterPage() {
  const { meter: ref } = route.useParams();
  const queries = useQueryClient();
  const meter = useQuery(meterQuery(ref));
  const runs = useList(runsQuery(meter.data?.id), {
    enabled: meter.data !== undefined,
    refetchInterval: 3_000,
  });
  const lastId = runs.rows?.find(({ dryRun }) => !dryRun)?.id;
  const last = useQuery({ ...runQuery(lastId ?? ''), enabled: lastId !== undefined });
  const [asking, setAsking] = useState(false);
  const [openNode, setOpenNode] = useState<string>();

  if (meter.error && !meter.data) {
    return <ProblemNotice error={meter.error} retry={() => void meter.refetch()} />;
  }
  const { data } = meter;
  const nodes = data?.nodes ?? [];
  const lastRun = lastId === undefined ? undefined : last.data;
  const counts = lastRun?.version === data?.version ? lastRun?.nodes : undefined;
  const node = nodes.find(({ id }) => id === openNode);
  return (
    <>
      <PageHeader
        above={
          <Link to="/meters" className="hover:underline">
            Meters
          </Link>
        }
        title={data?.name ?? <Skeleton className="h-6 w-48" />}
        chips={data && <MeterStatus meter={data} />}
        actions={
          data && (
            <>
              <Link to="/usage" search={{ meter: data.id }} className={buttonLook('plain')}>
                Usage records
              </Link>
              <Button look="primary" icon={<Play className="size-4" />} onClick={() => setAsking(true)}>
                Run
              </Button>
            </>
          )
        }
      />
      <Facts
        facts={[
          { label: 'Type', value: data?.type },
          { label: 'Version', value: data && String(data.version) },
          {
            label: 'Active version',
            value: data && (data.activeVersion ? String(data.activeVersion) : 'none yet'),
          },
          { label: 'Components', value: data && String(nodes.length) },
        ]}
      />
      <Panel title="Graph" flush>
        <div className="overflow-x-auto">
          <div style={sizeOf(nodes)}>
            <Suspense fallback={<Skeleton className="h-full w-full" />}>
              {data ? (
                <MeterGraph nodes={nodes} counts={counts} onOpen={setOpenNode} />
              ) : (
                <Skeleton className="h-full w-full" />
              )}
            </Suspense>
          </div>
        </div>
      </Panel>
      {data?.ingestUrl !== undefined && <IngestPanel meter={data} url={data.ingestUrl} />}
      <LastRun run={lastRun} loading={runs.rows === undefined || (lastId !== undefined && last.isPending)} />
      <Panel title="Runs" flush>
        <RunsTable list={runs} ofOneMeter />
      </Panel>
      {node && (
        <NodeDrawer
          node={node}
          counts={counts?.find(({ id }) => id === node.id)}
          onClose={() => setOpenNode(undefined)}
        />
      )}
      {asking && data && (
        <RunDialog
          meter={data}
          onClose={() => setAsking(false)}
          onStarted={(run) => {
            setAsking(false);
            queries.setQueryData(runQuery(run.id).queryKey, run);
            void queries.invalidateQueries();
          }}
        />
      )}
    </>
  );
}
