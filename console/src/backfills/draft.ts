import { previewCondition, previewFile } from '../api/backfills.ts';
import type { Frame } from '../api/stores.ts';
import type { Backfill } from '../api/types.ts';
import { contentTypeOf } from '../definitions/sample.ts';
import type { BackfillKind } from './kinds.ts';

/** What somebody has entered so far; what a kind does not take is left out when it is asked for. */
export interface BackfillDraft {
  readonly file: File | undefined;
  readonly frame: Frame;
  readonly filters: Readonly<Record<string, string>>;
  readonly subject: { readonly field: string; readonly value: string };
  readonly reason: string;
}

export const EMPTY_DRAFT: BackfillDraft = {
  file: undefined,
  frame: { from: undefined, to: undefined },
  filters: {},
  subject: { field: '', value: '' },
  reason: '',
};

/** Whether there is enough to make a preview. */
export function isComplete(
  { input }: BackfillKind,
  { file, frame, filters, subject }: BackfillDraft,
): boolean {
  switch (input) {
    case 'ids':
    case 'events':
      return file !== undefined;
    case 'condition':
      return frame.from !== undefined || frame.to !== undefined || Object.keys(filters).length > 0;
    case 'subject':
      return subject.field !== '' && subject.value !== '';
    case 'everything':
      return true;
  }
}

/** Asks for the preview; nothing changes. */
export async function preview(
  store: string,
  { kind, input }: BackfillKind,
  draft: BackfillDraft,
): Promise<Backfill> {
  const { file, frame, filters, reason } = draft;
  if (file !== undefined && (input === 'ids' || input === 'events')) {
    const contentType =
      input === 'ids' ? 'text/csv' : contentTypeOf(file.name, await file.slice(0, 1).text());
    return previewFile(store, { kind, reason }, file, contentType);
  }
  const why = reason === '' ? {} : { reason };
  if (input === 'everything') return previewCondition(store, { kind, ...why });
  if (input === 'subject') return previewCondition(store, { kind, ...draft.subject, ...why });
  const filter = Object.keys(filters).length > 0 ? { filter: filters } : {};
  return previewCondition(store, { kind, ...frame, ...filter, ...why });
}
