import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { deleteTemplate } from '../api/backfills.ts';
import type { EventStore } from '../api/types.ts';
import { Button } from '../ui/Button.tsx';
import { DropZone } from '../ui/DropZone.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { saveFile } from '../ui/saveFile.ts';

interface ChooseIdsProps {
  readonly store: EventStore;
  readonly file: File | undefined;
  readonly onFile: (file: File) => void;
}

/** The first step of a delete: the template, and the place to drop the filled one. */
export function ChooseIds({ store, file, onFile }: ChooseIdsProps) {
  const template = useMutation({
    mutationFn: () => deleteTemplate(store.id),
    onSuccess: ({ blob, name }) => saveFile(blob, name ?? 'delete-events.csv'),
  });
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-prose text-sm text-ink-soft">
          A CSV file with one column per event-id field, at most 1,000 rows.
        </p>
        <Button
          icon={<Download className="size-4" />}
          busy={template.isPending}
          onClick={() => template.mutate()}
        >
          Template
        </Button>
      </div>
      <ProblemNotice error={template.error} />
      <DropZone
        label="Drop the file of event ids here, or choose one"
        hint="CSV, UTF-8"
        accept=".csv,text/csv"
        file={file}
        onFile={onFile}
      />
    </div>
  );
}
