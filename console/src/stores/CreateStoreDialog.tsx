import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useId, useState, type FormEvent } from 'react';
import { definitionsQuery } from '../api/definitions.ts';
import { useList } from '../api/pages.ts';
import { findingsAt } from '../api/problem.ts';
import { createStore } from '../api/stores.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { RetentionField, retentionOf } from './RetentionField.tsx';

interface CreateStoreDialogProps {
  readonly onClose: () => void;
  /** Id of the definition to start with. */
  readonly definition?: string;
}

export function CreateStoreDialog({ onClose, definition }: CreateStoreDialogProps) {
  const definitions = useList(definitionsQuery());
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState(definition ?? '');
  const [timeZone, setTimeZone] = useState('');
  const [days, setDays] = useState('');
  const form = useId();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: createStore,
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries();
      await navigate({ to: '/stores/$store', params: { store: id } });
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({
      name,
      eventDefinition: chosen,
      ...(timeZone === '' ? {} : { timeZone }),
      retentionDays: retentionOf(days),
    });
  };

  return (
    <Dialog
      title="New event store"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} look="primary" busy={create.isPending}>
            Create
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="space-y-4">
        <ProblemNotice
          error={create.error}
          claimed={['/name', '/eventDefinition', '/timeZone', '/retentionDays']}
        />
        <Field label="Name" errors={findingsAt(create.error, '/name')}>
          {(attributes) => (
            <input {...attributes} required value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Field
          label="Event definition"
          hint={
            <>
              What its events look like.{' '}
              <Link to="/definitions/new" className="text-accent hover:underline">
                Make a new one
              </Link>
            </>
          }
          errors={findingsAt(create.error, '/eventDefinition')}
        >
          {(attributes) => (
            <select
              {...attributes}
              required
              value={chosen}
              onChange={(event) => setChosen(event.target.value)}
            >
              <option value="">Choose …</option>
              {definitions.rows?.map(({ id, name: label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label="Time zone"
          hint="In which a date of a time frame begins. Empty: UTC."
          errors={findingsAt(create.error, '/timeZone')}
        >
          {(attributes) => (
            <input
              {...attributes}
              list={`${form}-zones`}
              placeholder="UTC"
              value={timeZone}
              onChange={(event) => setTimeZone(event.target.value)}
            />
          )}
        </Field>
        <datalist id={`${form}-zones`}>
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <RetentionField days={days} onChange={setDays} errors={findingsAt(create.error, '/retentionDays')} />
      </form>
    </Dialog>
  );
}
