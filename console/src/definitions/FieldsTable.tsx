import type { EventDefinitionDraft, EventField } from '../api/types.ts';
import { Chip } from '../ui/Chip.tsx';
import { Table, type Column } from '../ui/Table.tsx';

interface FieldsTableProps {
  readonly definition: EventDefinitionDraft | undefined;
}

/** The fields of a definition, and which of them are event id and event time. */
export function FieldsTable({ definition }: FieldsTableProps) {
  const columns: readonly Column<EventField>[] = [
    { id: 'name', header: 'Field', cell: ({ name }) => <span className="font-medium">{name}</span> },
    {
      id: 'type',
      header: 'Type',
      cell: ({ type, scale }) =>
        type === 'decimal' && scale !== undefined ? `decimal, ${scale} digits` : type,
    },
    {
      id: 'role',
      header: 'Role',
      cell: ({ name, required }) => (
        <span className="inline-flex flex-wrap gap-1">
          {definition?.eventIdFields.includes(name) && <Chip tone="accent">event id</Chip>}
          {definition?.eventTimeField === name && <Chip tone="accent">event time</Chip>}
          {required && <Chip>required</Chip>}
        </span>
      ),
    },
    { id: 'format', header: 'Format', cell: ({ format }) => format ?? '' },
    { id: 'description', header: 'Description', wraps: true, cell: ({ description }) => description ?? '' },
  ];
  return <Table label="Fields" columns={columns} rows={definition?.fields} rowKey={({ name }) => name} />;
}
