import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { exportUsage, type UsageFilter } from '../api/usage.ts';
import { Button } from '../ui/Button.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { saveFile } from '../ui/saveFile.ts';

/** Downloads the records of a meter (or all) as CSV. */
export function ExportButton({ filter }: { readonly filter: UsageFilter }) {
  const save = useMutation({
    mutationFn: () => exportUsage({ format: 'csv', meter: filter.meter }),
    onSuccess: ({ blob, name }) => saveFile(blob, name ?? 'usage-records.csv'),
  });
  return (
    <>
      <ProblemNotice error={save.error} />
      <Button icon={<Download className="size-4" />} busy={save.isPending} onClick={() => save.mutate()}>
        Export CSV
      </Button>
    </>
  );
}
