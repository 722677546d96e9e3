import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { findingsAt } from '../api/problem.ts';
import { updateStore } from '../api/stores.ts';
import type { EventStore } from '../api/types.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { RetentionField, retentionOf } from './RetentionField.tsx';

interface RetentionDialogProps {
  readonly store: EventStore;
  readonly onClose: () => void;
}

export function RetentionDialog({ store, onClose }: RetentionDialogProps) {
  const [days, setDays] = useState(store.retentionDays === null ? '' : String(store.retentionDays));
  const form = useId();
  const queries = useQueryClient();
  const { name, eventDefinition, timeZone } = store;
  const change = useMutation({
    mutationFn: () =>
      updateStore(store.id, { name, eventDefinition, timeZone, retentionDays: retentionOf(days) }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  const asked = retentionOf(days);
  const forgets = asked !== null && asked < (store.retentionDays ?? Infinity);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Dialog
      title={`Retention of ${name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} look={forgets ? 'danger' : 'primary'} busy={change.isPending}>
            {forgets ? 'Let older events expire' : 'Save'}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="space-y-4">
        <ProblemNotice error={change.error} claimed={['/retentionDays']} />
        <RetentionField days={days} onChange={setDays} errors={findingsAt(change.error, '/retentionDays')} />
        <p className="text-sm text-ink-soft">
          {forgets
            ? 'Older events leave at once and for ever. Usage records that start before what is left stay as they are, and are changed no more.'
            : 'What has expired does not come back.'}
        </p>
      </form>
    </Dialog>
  );
}
