import { useMutation, useQuery } from '@tanstack/react-query';
import { Eye, Play } from 'lucide-react';
import { useState } from 'react';
import { isFinal, runQuery, startRun } from '../api/runs.ts';
import type { Meter, Run } from '../api/types.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { CoverageFields } from './CoverageFields.tsx';
import { PreviewTable } from './PreviewTable.tsx';
import { emptyForm, missing, requestOf, type RunForm } from './runRequest.ts';
import { RunProgress } from './RunProgress.tsx';

interface RunDialogProps {
  readonly meter: Meter;
  readonly onClose: () => void;
  readonly onStarted: (run: Run) => void;
}

/** Asks what a run covers, previews what it would change, and starts it. */
export function RunDialog({ meter, onClose, onStarted }: RunDialogProps) {
  const [form, setForm] = useState<RunForm>(() => emptyForm(meter));
  const preview = useMutation({ mutationFn: () => startRun(meter.id, requestOf(form, true)) });
  const start = useMutation({
    mutationFn: () => startRun(meter.id, requestOf(form, false)),
    onSuccess: onStarted,
  });
  const followed = useQuery({ ...runQuery(preview.data?.id ?? ''), enabled: preview.isSuccess });
  const previewRun = preview.isSuccess ? (followed.data ?? preview.data) : undefined;
  const lacking = missing(form);

  const change = (part: Partial<RunForm>) => {
    setForm((before) => ({ ...before, ...part }));
    // A preview of another scope says nothing about this one.
    preview.reset();
    start.reset();
  };

  return (
    <Dialog
      title={`Run ${meter.name}`}
      width="wide"
      onClose={onClose}
      footer={
        <>
          {lacking !== undefined && <p className="mr-auto text-sm text-ink-faint">{lacking}</p>}
          {/* Files have to be stored before they can be evaluated, so there is nothing to preview. */}
          {form.coverage !== 'files' && (
            <Button
              icon={<Eye className="size-4" />}
              disabled={lacking !== undefined}
              busy={preview.isPending || (previewRun !== undefined && !isFinal(previewRun))}
              onClick={() => preview.mutate()}
            >
              Preview
            </Button>
          )}
          <Button
            look="primary"
            icon={<Play className="size-4" />}
            disabled={lacking !== undefined}
            busy={start.isPending}
            onClick={() => start.mutate()}
          >
            Start
          </Button>
        </>
      }
    >
      <div className="space-y-5">
        <CoverageFields meter={meter} form={form} onChange={change} error={start.error ?? preview.error} />
        <ProblemNotice
          error={start.error ?? preview.error ?? followed.error}
          claimed={['/scope', '/sources']}
        />
        {previewRun && (
          <section className="rounded-lg border border-line" aria-label="Preview">
            <div className="p-4">
              <p className="mb-3 font-medium">Preview: nothing is written</p>
              <RunProgress run={previewRun} />
            </div>
            {previewRun.status === 'completed' && (
              <div className="border-t border-line">
                <PreviewTable run={previewRun.id} />
              </div>
            )}
          </section>
        )}
      </div>
    </Dialog>
  );
}
