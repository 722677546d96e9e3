import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { createKey } from '../api/keys.ts';
import { findingsAt } from '../api/problem.ts';
import { ROLES, type NewApiKey, type Role } from '../api/types.ts';
import { Button } from '../ui/Button.tsx';
import { CopyLine } from '../ui/CopyLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';

/** Asks for name and role, then shows the key: in this dialog and never again. */
export function CreateKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const form = useId();
  const queries = useQueryClient();
  const create = useMutation({ mutationFn: createKey, onSuccess: () => queries.invalidateQueries() });
  if (create.data) return <NewKeyDialog made={create.data} onClose={onClose} />;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ name, role });
  };
  return (
    <Dialog
      title="New API key"
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
        <ProblemNotice error={create.error} claimed={['/name']} />
        <Field
          label="Name"
          hint="Who or what uses it; the audit names it."
          errors={findingsAt(create.error, '/name')}
        >
          {(attributes) => (
            <input {...attributes} required value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Field label="Role" hint="Choose the least that does.">
          {(attributes) => (
            <select
              {...attributes}
              value={role}
              onChange={(event) => setRole(ROLES.find((one) => one === event.target.value) ?? role)}
            >
              {ROLES.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          )}
        </Field>
      </form>
    </Dialog>
  );
}

function NewKeyDialog({ made, onClose }: { readonly made: NewApiKey; readonly onClose: () => void }) {
  return (
    <Dialog
      title={`The key ${made.name ?? made.id}`}
      onClose={onClose}
      footer={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="space-y-3">
        <p>Copy it now: it is shown this once, and only a hash of it is kept.</p>
        <CopyLine text={made.key} />
      </div>
    </Dialog>
  );
}
