import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Square } from 'lucide-react';
import { stopRun } from '../api/runs.ts';
import type { Run } from '../api/types.ts';
import { Button } from '../ui/Button.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';

/** Stops a run after its current slice; pressed again, at once. Nothing is lost either way. */
export function StopRunButton({ run }: { readonly run: Run }) {
  const queries = useQueryClient();
  const force = run.status === 'stopping';
  const stop = useMutation({
    mutationFn: () => stopRun(run.id, force),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <>
      <Button icon={<Square className="size-3.5" />} busy={stop.isPending} onClick={() => stop.mutate()}>
        {force ? 'Stop at once' : 'Stop'}
      </Button>
      <ProblemNotice error={stop.error} />
    </>
  );
}
