import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { backfillQuery, confirmBackfill, isSettled } from '../api/backfills.ts';
import type { EventStore } from '../api/types.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';
import { BackfillStatus } from './BackfillStatus.tsx';
import { BackfillSummary } from './BackfillSummary.tsx';
import { DraftForm } from './DraftForm.tsx';
import { EMPTY_DRAFT, isComplete, preview, type BackfillDraft } from './draft.ts';
import { KindPicker } from './KindPicker.tsx';
import { BACKFILL_KINDS, confirmLabel, willChange, type BackfillKind } from './kinds.ts';
import { ReconcileChoice } from './ReconcileChoice.tsx';

interface BackfillDialogProps {
  readonly store: EventStore;
  readonly onClose: () => void;
}

/** A backfill from its kind to its result: say what, look at the preview, confirm, see what was done. */
export function BackfillDialog({ store, onClose }: BackfillDialogProps) {
  const [kind, setKind] = useState<BackfillKind>(BACKFILL_KINDS[0]!);
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [reconcile, setReconcile] = useState(true);
  const queries = useQueryClient();
  const previewing = useMutation({ mutationFn: () => preview(store.id, kind, draft) });
  const confirm = useMutation({ mutationFn: (backfill: string) => confirmBackfill(backfill, reconcile) });
  const previewed = previewing.data;
  const followed = useQuery({ ...backfillQuery(previewed?.id ?? ''), enabled: confirm.isSuccess });
  const backfill = (confirm.isSuccess ? followed.data : undefined) ?? confirm.data ?? previewed;
  const done = confirm.isSuccess && followed.data !== undefined && isSettled(followed.data);

  useEffect(() => {
    if (done) void queries.invalidateQueries();
  }, [done, queries]);

  // Whatever is entered anew makes the preview one of something else.
  const change = (next: BackfillDraft, of = kind) => {
    setKind(of);
    setDraft(next);
    previewing.reset();
    confirm.reset();
  };

  return (
    <Dialog
      title={`Backfill ${store.name}`}
      width="wide"
      onClose={onClose}
      footer={
        confirm.isSuccess ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            {previewed && <Button onClick={() => change(draft)}>Back</Button>}
            <Button onClick={onClose}>Cancel</Button>
            {previewed ? (
              <Button
                look={kind.isDangerous ? 'danger' : 'primary'}
                disabled={willChange(previewed) === 0}
                busy={confirm.isPending}
                onClick={() => confirm.mutate(previewed.id)}
              >
                {confirmLabel(kind, previewed)}
              </Button>
            ) : (
              <Button
                look="primary"
                disabled={!isComplete(kind, draft)}
                busy={previewing.isPending}
                onClick={() => previewing.mutate()}
              >
                Preview
              </Button>
            )}
          </>
        )
      }
    >
      <div className="space-y-5">
        {previewed === undefined && (
          <>
            <KindPicker
              chosen={kind}
              onChoose={(chosen) => change({ ...EMPTY_DRAFT, reason: draft.reason }, chosen)}
            />
            <DraftForm store={store} kind={kind} draft={draft} onChange={(next) => change(next)} />
          </>
        )}
        <ProblemNotice error={previewing.error} />
        <ProblemNotice error={confirm.error ?? followed.error} />
        {backfill && (
          <div className="space-y-4">
            <p className="flex flex-wrap items-center gap-2 font-medium">
              {kind.title}: {confirm.isSuccess ? 'result' : 'preview, nothing has changed yet'}
              <BackfillStatus status={backfill.status} />
            </p>
            {confirm.isSuccess && !done && <ProgressBar label="Working" done={0} total={null} />}
            <BackfillSummary backfill={backfill} />
          </div>
        )}
        {previewed !== undefined && !confirm.isSuccess && (
          <ReconcileChoice reconcile={reconcile} onChange={setReconcile} />
        )}
      </div>
    </Dialog>
  );
}
