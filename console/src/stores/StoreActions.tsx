import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Hourglass, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { deleteStore } from '../api/stores.ts';
import type { EventStore } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { RetentionDialog } from './RetentionDialog.tsx';

/** What can be done with a store as a whole. */
export function StoreActions({ store }: { readonly store: EventStore }) {
  const [asking, setAsking] = useState(false);
  const [retaining, setRetaining] = useState(false);
  const obstacle = useId();
  const reason = store.inbox
    ? `It is the inbox of the meter ${store.inbox.meterName}: it goes with the meter.`
    : undefined;
  return (
    <>
      <Button icon={<Hourglass className="size-4" />} onClick={() => setRetaining(true)}>
        Retention
      </Button>
      {retaining && <RetentionDialog store={store} onClose={() => setRetaining(false)} />}
      <Button
        icon={<Trash2 className="size-4" />}
        disabled={reason !== undefined}
        title={reason}
        aria-describedby={reason && obstacle}
        onClick={() => setAsking(true)}
      >
        Delete
      </Button>
      {reason !== undefined && (
        <span id={obstacle} className="sr-only">
          {reason}
        </span>
      )}
      {asking && <DeleteStoreDialog store={store} onClose={() => setAsking(false)} />}
    </>
  );
}

interface DeleteStoreDialogProps {
  readonly store: EventStore;
  readonly onClose: () => void;
}

function DeleteStoreDialog({ store, onClose }: DeleteStoreDialogProps) {
  const [typed, setTyped] = useState('');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteStore(store.id),
    onSuccess: async () => {
      await navigate({ to: '/stores' });
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={`Delete ${store.name}?`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="danger"
            busy={remove.isPending}
            disabled={typed !== store.name}
            onClick={() => remove.mutate()}
          >
            Delete the store
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <p>
          Its {groupCount(store.eventCount)} events are deleted with it, for good. A store that a meter uses
          is not deleted.
        </p>
        <ProblemNotice error={remove.error} />
        <Field label={`Type ${store.name} to confirm`}>
          {(attributes) => (
            <input {...attributes} value={typed} onChange={(event) => setTyped(event.target.value)} />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
