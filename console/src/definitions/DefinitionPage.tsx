import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { definitionQuery } from '../api/definitions.ts';
import { CreateStoreDialog } from '../stores/CreateStoreDialog.tsx';
import { Button } from '../ui/Button.tsx';
import { Facts } from '../ui/Facts.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { FieldsTable } from './FieldsTable.tsx';

const route = getRouteApi('/definitions/$definition');

export function DefinitionPage() {
  const { definition: ref } = route.useParams();
  const { data, error, refetch } = useQuery(definitionQuery(ref));
  const [creating, setCreating] = useState(false);
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  return (
    <>
      <PageHeader
        above={
          <Link to="/definitions" className="hover:underline">
            Event definitions
          </Link>
        }
        title={data?.name ?? <Skeleton className="h-6 w-48" />}
        actions={
          <Button icon={<Plus className="size-4" />} disabled={!data} onClick={() => setCreating(true)}>
            New event store
          </Button>
        }
      >
        {data?.description}
      </PageHeader>
      <Facts
        facts={[
          { label: 'Event id', value: data?.eventIdFields.join(', ') },
          { label: 'Event time', value: data && (data.eventTimeField ?? '–') },
          { label: 'Time zone', value: data?.timeZone },
          { label: 'Version', value: data?.version },
        ]}
      />
      <Panel title="Fields" flush>
        <FieldsTable definition={data} />
      </Panel>
      {creating && data && <CreateStoreDialog definition={data.id} onClose={() => setCreating(false)} />}
    </>
  );
}
