import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { detectDefinition, importDefinition } from '../api/definitions.ts';
import type { DefinitionProposal } from '../api/types.ts';
import { DropZone } from '../ui/DropZone.tsx';
import { InlineSelect } from '../ui/InlineSelect.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { ImportNotes } from './ImportNotes.tsx';
import { sampleOf } from './sample.ts';

interface DetectPanelProps {
  readonly onDetected: (proposal: DefinitionProposal) => void;
}

type Start = 'sample' | 'json-schema' | 'avro';

const STARTS = {
  sample: {
    label: 'Drop a file of events, or choose one',
    hint: 'CSV, NDJSON, JSON or Avro. Its beginning is read and the fields are proposed below; nothing is stored.',
    accept: '.csv,.json,.ndjson,.jsonl,.avro,text/csv,application/json',
  },
  'json-schema': {
    label: 'Drop a JSON Schema, or choose one',
    hint: 'Draft 2020-12 or draft-07, of one event. The fields are proposed below; nothing is stored.',
    accept: '.json,application/json,application/schema+json',
  },
  avro: {
    label: 'Drop an Avro schema, or choose one',
    hint: 'The schema of a record, as JSON (.avsc). The fields are proposed below; nothing is stored.',
    accept: '.avsc,.json,application/json',
  },
} as const;

/** Proposes the fields from a sample or a schema; what it proposes is for a person to confirm. */
export function DetectPanel({ onDetected }: DetectPanelProps) {
  const [start, setStart] = useState<Start>('sample');
  const [file, setFile] = useState<File>();
  const detect = useMutation({
    mutationFn: async (chosen: File) => {
      if (start !== 'sample') return importDefinition(chosen, start);
      const { body, contentType } = await sampleOf(chosen);
      return detectDefinition(body, contentType);
    },
    onSuccess: onDetected,
  });
  const choose = (value: string) => {
    setStart(value === 'json-schema' || value === 'avro' ? value : 'sample');
    setFile(undefined);
    detect.reset();
  };
  const { label, hint, accept } = STARTS[start];
  return (
    <Panel
      title="Start from a file"
      actions={
        <InlineSelect
          label="It is"
          name="What the file is"
          value={start}
          onChange={choose}
          options={[
            { value: 'sample', label: 'a sample of events' },
            { value: 'json-schema', label: 'a JSON Schema' },
            { value: 'avro', label: 'an Avro schema' },
          ]}
        />
      }
    >
      <div className="space-y-3">
        <DropZone
          label={label}
          hint={hint}
          accept={accept}
          file={file}
          onFile={(chosen) => {
            setFile(chosen);
            detect.mutate(chosen);
          }}
        />
        <ProblemNotice error={detect.error} />
        <p role="status" className="min-h-5 text-sm text-ink-soft">
          {detect.isPending && 'Reading the file …'}
          {detect.isSuccess && `${detect.data.fields.length} fields proposed. Look them over below.`}
        </p>
        <ImportNotes notes={detect.data?.notes ?? []} />
      </div>
    </Panel>
  );
}
