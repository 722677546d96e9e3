import { useMutation } from '@tanstack/react-query';
import { putFile } from '../api/runs.ts';
import type { Meter } from '../api/types.ts';
import { DropZone } from '../ui/DropZone.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { uploadSources, type RunForm } from './runRequest.ts';

interface UploadFieldsProps {
  readonly meter: Meter;
  readonly form: RunForm;
  readonly onChange: (part: Partial<RunForm>) => void;
}

/** One file per upload source. The file is sent at once and named in the run. */
export function UploadFields({ meter, form, onChange }: UploadFieldsProps) {
  return (
    <div className="space-y-4">
      {uploadSources(meter).map(({ id, name }) => (
        <UploadField
          key={id}
          label={`Drop the file for ${name} here, or choose one`}
          onUploaded={(file) => onChange({ files: { ...form.files, [id]: file } })}
        />
      ))}
    </div>
  );
}

interface UploadFieldProps {
  readonly label: string;
  readonly onUploaded: (file: string) => void;
}

function UploadField({ label, onUploaded }: UploadFieldProps) {
  const upload = useMutation({
    mutationFn: (file: File) => putFile(file.name, file),
    onSuccess: (_, file) => onUploaded(file.name),
  });
  return (
    <div className="space-y-2">
      <DropZone
        label={label}
        hint={
          upload.isPending
            ? 'Uploading …'
            : upload.isSuccess
              ? 'Uploaded'
              : 'CSV, NDJSON or JSON; gzip allowed'
        }
        accept=".csv,.json,.ndjson,.jsonl,.gz,.xml,.parquet"
        file={upload.variables}
        onFile={(file) => upload.mutate(file)}
      />
      <ProblemNotice error={upload.error} />
    </div>
  );
}
