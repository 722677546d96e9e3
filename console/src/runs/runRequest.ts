import type { Meter, MeterNode, RunRequest } from '../api/types.ts';

/** What a run covers, as the dialog offers it. */
export type Coverage = 'files' | 'all' | 'timeFrame' | 'changes';

/** What the Run dialog holds. Dates are `yyyy-MM-dd` of the store's time zone, the end date included. */
export interface RunForm {
  readonly coverage: Coverage;
  readonly startDate: string;
  readonly endDate: string;
  /** Per upload source: the name under which its file was uploaded. */
  readonly files: Readonly<Record<string, string>>;
}

export function uploadSources({ nodes }: Meter): readonly MeterNode[] {
  return nodes.filter(({ kind, operator }) => kind === 'source' && operator === 'upload');
}

/** Files first where a meter takes them; everything that is stored already can always be replayed. */
export function coveragesOf(meter: Meter): readonly Coverage[] {
  const stored: readonly Coverage[] = ['all', 'timeFrame', 'changes'];
  return uploadSources(meter).length > 0 ? ['files', ...stored] : stored;
}

export function emptyForm(meter: Meter): RunForm {
  return { coverage: coveragesOf(meter)[0] ?? 'all', startDate: '', endDate: '', files: {} };
}

export function requestOf({ coverage, startDate, endDate, files }: RunForm, dryRun: boolean): RunRequest {
  switch (coverage) {
    case 'files': {
      const sources = Object.entries(files).map(([node, file]) => [node, { file }] as const);
      return { mode: 'batch', dryRun, sources: Object.fromEntries(sources) };
    }
    case 'changes':
      return { mode: 'batch', dryRun };
    case 'all':
      return { mode: 'replay', dryRun, scope: { kind: 'all' } };
    case 'timeFrame':
      return { mode: 'replay', dryRun, scope: { kind: 'timeFrame', startDate, endDate } };
  }
}

/** What is still missing before the run can be started; undefined when nothing is. */
export function missing({ coverage, startDate, endDate, files }: RunForm): string | undefined {
  if (coverage === 'files') return Object.keys(files).length === 0 ? 'Choose a file.' : undefined;
  if (coverage !== 'timeFrame') return undefined;
  if (startDate === '' || endDate === '') return 'Give both dates.';
  return startDate > endDate ? 'The start date is after the end date.' : undefined;
}
