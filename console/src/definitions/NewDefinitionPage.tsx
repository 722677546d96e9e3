import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { createDefinition } from '../api/definitions.ts';
import { findingsAt } from '../api/problem.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { DetectPanel } from './DetectPanel.tsx';
import { draftOf, emptyField, formOf, type DefinitionForm } from './draft.ts';
import { FieldsEditor } from './FieldsEditor.tsx';

const CLAIMED = ['/name', '/description', '/timeZone', '/fields', '/eventIdFields', '/eventTimeField'];

export function NewDefinitionPage() {
  const [form, setForm] = useState<DefinitionForm>(() => ({
    name: '',
    description: '',
    timeZone: '',
    fileAndLine: false,
    fields: [
      { ...emptyField(), name: 'id', isId: true, required: true },
      { ...emptyField(), name: 'time', type: 'datetime', isTime: true, required: true },
    ],
  }));
  const navigate = useNavigate();
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: createDefinition,
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries();
      await navigate({ to: '/definitions/$definition', params: { definition: id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(draftOf(form));
  };
  const change = (part: Partial<DefinitionForm>) => setForm((before) => ({ ...before, ...part }));

  return (
    <form onSubmit={submit} className="space-y-5">
      <PageHeader
        above={
          <Link to="/definitions" className="hover:underline">
            Event definitions
          </Link>
        }
        title="New event definition"
        actions={
          <Button type="submit" look="primary" busy={create.isPending}>
            Create
          </Button>
        }
      />
      <ProblemNotice error={create.error} claimed={CLAIMED} />
      <DetectPanel onDetected={(draft) => setForm((before) => formOf(draft, before.name))} />
      <Panel title="Definition">
        <div className="grid gap-4 md:grid-cols-2">
          <Field label="Name" errors={findingsAt(create.error, '/name')}>
            {(attributes) => (
              <input
                {...attributes}
                required
                value={form.name}
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label="Description" errors={findingsAt(create.error, '/description')}>
            {(attributes) => (
              <input
                {...attributes}
                value={form.description}
                onChange={(event) => change({ description: event.target.value })}
              />
            )}
          </Field>
          <Field
            label="Time zone"
            hint="Of times that are written without one. Empty: UTC."
            errors={findingsAt(create.error, '/timeZone')}
          >
            {(attributes) => (
              <input
                {...attributes}
                placeholder="UTC"
                value={form.timeZone}
                onChange={(event) => change({ timeZone: event.target.value })}
              />
            )}
          </Field>
        </div>
      </Panel>
      <Panel
        title="Fields"
        flush
        actions={
          <Button
            icon={<Plus className="size-4" />}
            onClick={() => change({ fields: [...form.fields, emptyField()] })}
          >
            Add field
          </Button>
        }
      >
        <FieldsEditor form={form} onChange={change} error={create.error} />
      </Panel>
    </form>
  );
}
