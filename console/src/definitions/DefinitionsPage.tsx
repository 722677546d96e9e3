import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { definitionsQuery } from '../api/definitions.ts';
import { useList } from '../api/pages.ts';
import type { EventDefinition } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';
import { buttonLook } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Panel } from '../ui/Panel.tsx';
import type { Column } from '../ui/Table.tsx';

const COLUMNS: readonly Column<EventDefinition>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ id, name }) => (
      <Link
        to="/definitions/$definition"
        params={{ definition: id }}
        className="font-medium hover:text-accent"
      >
        {name}
      </Link>
    ),
  },
  { id: 'fields', header: 'Fields', numeric: true, cell: ({ fields }) => groupCount(fields.length) },
  { id: 'id', header: 'Event id', cell: ({ eventIdFields }) => eventIdFields.join(', ') },
  { id: 'time', header: 'Event time', cell: ({ eventTimeField }) => eventTimeField ?? '–' },
  { id: 'zone', header: 'Time zone', cell: ({ timeZone }) => timeZone },
  { id: 'version', header: 'Version', numeric: true, cell: ({ version }) => version },
];

export function DefinitionsPage() {
  const definitions = useList(definitionsQuery());
  const create = (
    <Link to="/definitions/new" className={buttonLook('primary')}>
      <Plus className="size-4" /> New definition
    </Link>
  );
  return (
    <>
      <PageHeader title="Event definitions" actions={create}>
        What events look like: their fields, which of them identify an event, and which says when it happened.
      </PageHeader>
      <Panel flush>
        <ListTable
          label="Event definitions"
          list={definitions}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          empty={
            <EmptyState
              title="No event definition yet"
              action={create}
              command="weir apply -f definition.yaml"
            >
              Drop a sample of your events and have the fields proposed, or list the fields yourself.
            </EmptyState>
          }
        />
      </Panel>
    </>
  );
}
