import { getRouteApi } from '@tanstack/react-router';
import { InlineSelect } from '../ui/InlineSelect.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Panel } from '../ui/Panel.tsx';
import { AuditTable } from './AuditTable.tsx';

const route = getRouteApi('/audit');

const KINDS = [
  { value: '', label: 'everything' },
  { value: 'event-definitions', label: 'definitions' },
  { value: 'event-stores', label: 'event stores' },
  { value: 'imports', label: 'imports' },
  { value: 'backfills', label: 'backfills' },
  { value: 'meters', label: 'meters' },
  { value: 'runs', label: 'runs' },
  { value: 'files', label: 'files' },
  { value: 'api-keys', label: 'API keys' },
];
const ACTIONS = [
  { value: '', label: 'any change' },
  { value: 'create', label: 'made' },
  { value: 'update', label: 'changed' },
  { value: 'delete', label: 'deleted' },
];

export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (member: 'collection' | 'action') => (value: string) =>
    void navigate({ search: { ...search, [member]: value === '' ? undefined : value } });
  return (
    <>
      <PageHeader
        title="Audit"
        actions={
          <>
            <InlineSelect
              label="of"
              name="Kind of resource"
              value={search.collection ?? ''}
              onChange={choose('collection')}
              options={KINDS}
            />
            <InlineSelect
              label="show"
              name="Kind of change"
              value={search.action ?? ''}
              onChange={choose('action')}
              options={ACTIONS}
            />
          </>
        }
      >
        Every change, by whom, before and after. Events that are written are in the history of their store.
      </PageHeader>
      <Panel flush>
        <AuditTable {...search} />
      </Panel>
    </>
  );
}
