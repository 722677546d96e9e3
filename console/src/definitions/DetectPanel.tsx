import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { detectDefinition } from '../api/definitions.ts';
import type { EventDefinitionDraft } from '../api/types.ts';
import { DropZone } from '../ui/DropZone.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { sampleOf } from './sample.ts';

interface DetectPanelProps {
  readonly onDetected: (draft: EventDefinitionDraft) => void;
}

/** Proposes the fields from a sample; what it proposes is for a person to confirm. */
export function DetectPanel({ onDetected }: DetectPanelProps) {
  const [file, setFile] = useState<File>();
  const detect = useMutation({
    mutationFn: async (sample: File) => {
      const { text, contentType } = await sampleOf(sample);
      return detectDefinition(text, contentType);
    },
    onSuccess: onDetected,
  });
  return (
    <Panel title="Start from a sample">
      <div className="space-y-3">
        <DropZone
          label="Drop a file of events, or choose one"
          hint="CSV, NDJSON or JSON. Its beginning is read and the fields are proposed below; nothing is stored."
          accept=".csv,.json,.ndjson,.jsonl,text/csv,application/json"
          file={file}
          onFile={(sample) => {
            setFile(sample);
            detect.mutate(sample);
          }}
        />
        <ProblemNotice error={detect.error} />
        <p role="status" className="min-h-5 text-sm text-ink-soft">
          {detect.isPending && 'Reading the sample …'}
          {detect.isSuccess && `${detect.data.fields.length} fields proposed. Look them over below.`}
        </p>
      </div>
    </Panel>
  );
}
