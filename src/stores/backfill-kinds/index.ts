// Owns the kinds of backfills: what each does with a preview, a confirmation and a revert. Does not own the life
// that they share (../backfills.ts). A kind is a file here and a line below.
import type { BackfillKindName } from '../backfill-types.ts';
import { deleteKind } from './delete.ts';
import { eraseKind } from './erase.ts';
import { correctKind, insertKind } from './events.ts';
import type { BackfillKind } from './kind.ts';
import { deleteRangeKind, truncateKind } from './matching.ts';

export const backfillKinds: Readonly<Record<BackfillKindName, BackfillKind>> = {
  delete: deleteKind,
  insert: insertKind,
  correct: correctKind,
  'delete-range': deleteRangeKind,
  truncate: truncateKind,
  erase: eraseKind,
};
