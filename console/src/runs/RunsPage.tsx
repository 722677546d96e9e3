import { getRouteApi } from '@tanstack/react-router';
import { metersQuery } from '../api/meters.ts';
import { useList } from '../api/pages.ts';
import { runsQuery } from '../api/runs.ts';
import { InlineSelect } from '../ui/InlineSelect.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Panel } from '../ui/Panel.tsx';
import { RunsTable } from './RunsTable.tsx';

const route = getRouteApi('/runs');

export function RunsPage() {
  const { meter } = route.useSearch();
  const navigate = route.useNavigate();
  const meters = useList(metersQuery());
  const runs = useList(runsQuery(meter), { refetchInterval: 3_000 });
  return (
    <>
      <PageHeader
        title="Runs"
        actions={
          <InlineSelect
            label="of"
            name="Meter"
            value={meter ?? ''}
            onChange={(chosen) => void navigate({ search: chosen === '' ? {} : { meter: chosen } })}
            options={[
              { value: '', label: 'all meters' },
              ...(meters.rows ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        }
      />
      <Panel flush>
        <RunsTable list={runs} />
      </Panel>
    </>
  );
}
