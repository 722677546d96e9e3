import type { DataScope, Meter, MeterNode, RunRequest } from '../api/types.ts';

/** What the Run dialog holds. Dates are `yyyy-MM-dd` of the store's time zone, the end date included. */
export interface RunForm {
  readonly kind: DataScope['kind'];
  readonly startDate: string;
  readonly endDate: string;
  /** Per upload source: the name under which its file was uploaded. */
  readonly files: Readonly<Record<string, string>>;
}

export const EMPTY_FORM: RunForm = { kind: 'all', startDate: '', endDate: '', files: {} };

export function uploadSources(meter: Meter): readonly MeterNode[] {
  return (meter.nodes ?? []).filter(({ kind, operator }) => kind === 'source' && operator === 'upload');
}

/** A meter that reads files runs as a batch over them; one that reads stores replays them. */
export function requestOf(meter: Meter, form: RunForm, dryRun: boolean): RunRequest {
  if (uploadSources(meter).length > 0) {
    const sources = Object.entries(form.files).map(([node, file]) => [node, { file }] as const);
    return { mode: 'batch', dryRun, sources: Object.fromEntries(sources) };
  }
  return { mode: 'replay', dryRun, scope: scopeOf(form) };
}

function scopeOf({ kind, startDate, endDate }: RunForm): DataScope {
  return kind === 'all' ? { kind } : { kind, startDate, endDate };
}

/** What is still missing before the run can be started; undefined when nothing is. */
export function missing(meter: Meter, form: RunForm): string | undefined {
  const waiting = uploadSources(meter).find(({ id }) => form.files[id] === undefined);
  if (waiting) return `Choose a file for ${waiting.name ?? waiting.id}.`;
  if (uploadSources(meter).length > 0 || form.kind === 'all') return undefined;
  if (form.startDate === '' || form.endDate === '') return 'Give both dates.';
  return form.startDate > form.endDate ? 'The start date is after the end date.' : undefined;
}
