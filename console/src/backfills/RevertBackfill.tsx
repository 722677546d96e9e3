import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { revertBackfill } from '../api/backfills.ts';
import type { Backfill } from '../api/types.ts';
import { Button } from '../ui/Button.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { ReconcileChoice } from './ReconcileChoice.tsx';

/** The way back from a completed backfill: asked twice, since it changes what is stored. */
export function RevertBackfill({ backfill }: { readonly backfill: Backfill }) {
  const [asking, setAsking] = useState(false);
  const [reconcile, setReconcile] = useState(true);
  const queries = useQueryClient();
  const revert = useMutation({
    mutationFn: () => revertBackfill(backfill.id, reconcile),
    onSuccess: () => queries.invalidateQueries(),
  });
  // An erasure cannot be taken back.
  if (backfill.status !== 'completed' || backfill.kind === 'erase') return null;
  if (!asking) {
    return (
      <Button icon={<Undo2 className="size-4" />} onClick={() => setAsking(true)}>
        Revert
      </Button>
    );
  }
  return (
    <div className="space-y-3 rounded-md border border-line bg-sunken p-3 text-sm">
      <p>
        Events that are still as this backfill left them become what they were before. Those that have changed
        since are left alone, and listed.
      </p>
      <ReconcileChoice reconcile={reconcile} onChange={setReconcile} />
      <ProblemNotice error={revert.error} />
      <div className="flex gap-2">
        <Button look="danger" busy={revert.isPending} onClick={() => revert.mutate()}>
          Revert this backfill
        </Button>
        <Button onClick={() => setAsking(false)}>Cancel</Button>
      </div>
    </div>
  );
}
