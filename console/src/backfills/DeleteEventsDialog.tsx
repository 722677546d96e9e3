import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { backfillQuery, confirmBackfill, isSettled, previewDelete } from '../api/backfills.ts';
import type { Backfill, EventStore } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';
import { BackfillStatus } from './BackfillStatus.tsx';
import { BackfillSummary } from './BackfillSummary.tsx';
import { ChooseIds } from './ChooseIds.tsx';

interface DeleteEventsDialogProps {
  readonly store: EventStore;
  readonly onClose: () => void;
}

/** Deleting events by a file of ids: choose, look at the preview, confirm, see what was done. */
export function DeleteEventsDialog({ store, onClose }: DeleteEventsDialogProps) {
  const [file, setFile] = useState<File>();
  const [reconcile, setReconcile] = useState(true);
  const queries = useQueryClient();
  const preview = useMutation({ mutationFn: (ids: File) => previewDelete(store.id, ids) });
  const confirm = useMutation({ mutationFn: (backfill: string) => confirmBackfill(backfill, reconcile) });
  const previewed = preview.data;
  const followed = useQuery({ ...backfillQuery(previewed?.id ?? ''), enabled: confirm.isSuccess });
  const backfill = (confirm.isSuccess ? followed.data : undefined) ?? confirm.data ?? previewed;
  const done = confirm.isSuccess && followed.data !== undefined && isSettled(followed.data);

  useEffect(() => {
    if (done) void queries.invalidateQueries();
  }, [done, queries]);

  const choose = (chosen: File) => {
    setFile(chosen);
    confirm.reset();
    preview.mutate(chosen);
  };

  return (
    <Dialog
      title={`Delete events of ${store.name}`}
      width="wide"
      onClose={onClose}
      footer={
        confirm.isSuccess ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              look="danger"
              disabled={!previewed?.counts.matched}
              busy={confirm.isPending}
              onClick={() => previewed && confirm.mutate(previewed.id)}
            >
              {confirmLabel(previewed)}
            </Button>
          </>
        )
      }
    >
      <div className="space-y-5">
        {!confirm.isSuccess && (
          <ChooseIds store={store} file={file} busy={preview.isPending} onFile={choose} />
        )}
        <ProblemNotice error={preview.error} />
        <ProblemNotice error={confirm.error ?? followed.error} />
        {backfill && (
          <div className="space-y-4">
            <p className="flex items-center gap-2 font-medium">
              {confirm.isSuccess ? 'Result' : 'Preview: nothing is deleted yet'}
              <BackfillStatus status={backfill.status} />
            </p>
            {confirm.isSuccess && !done && <ProgressBar label="Deleting" done={0} total={null} />}
            <BackfillSummary backfill={backfill} />
          </div>
        )}
        {previewed !== undefined && !confirm.isSuccess && (
          <label className="flex items-start gap-2">
            <input
              type="checkbox"
              checked={reconcile}
              onChange={(event) => setReconcile(event.target.checked)}
              className="mt-1 size-4 accent-accent"
            />
            <span>
              Bring the usage records up to date as well
              <span className="block text-sm text-ink-faint">
                Only what these events touched is evaluated again. Without it the meters show as stale until
                their next run.
              </span>
            </span>
          </label>
        )}
      </div>
    </Dialog>
  );
}

function confirmLabel(previewed: Backfill | undefined): string {
  const matched = previewed?.counts.matched;
  if (matched === undefined) return 'Delete';
  if (matched === 0) return 'Nothing to delete';
  return `Delete ${groupCount(matched)} ${matched === 1 ? 'event' : 'events'}`;
}
