import type { Backfill } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';

/** How a kind of backfill is asked for: by a file of ids, a file of events, a condition, a subject, or nothing more. */
export type BackfillInput = 'ids' | 'events' | 'condition' | 'subject' | 'everything';

export interface BackfillKind {
  readonly kind: string;
  readonly title: string;
  readonly summary: string;
  readonly input: BackfillInput;
  /** What confirming does, as a verb. */
  readonly verb: string;
  readonly isDangerous: boolean;
}

/** Kinds of backfill, in the order in which they are offered. */
export const BACKFILL_KINDS: readonly BackfillKind[] = [
  {
    kind: 'delete',
    title: 'Delete events by id',
    summary: 'A CSV file of event ids, at most 1,000. Meters that fill this store leave them deleted.',
    input: 'ids',
    verb: 'Delete',
    isDangerous: true,
  },
  {
    kind: 'correct',
    title: 'Correct events',
    summary: 'A file with the right content of events that are stored. Ids that are not are left out.',
    input: 'events',
    verb: 'Correct',
    isDangerous: false,
  },
  {
    kind: 'insert',
    title: 'Insert events',
    summary: 'A file of events that are missing. Events that are stored already are left alone.',
    input: 'events',
    verb: 'Insert',
    isDangerous: false,
  },
  {
    kind: 'delete-range',
    title: 'Delete by time and field',
    summary: 'All events of a time frame, or with a value in a field, however many.',
    input: 'condition',
    verb: 'Delete',
    isDangerous: true,
  },
  {
    kind: 'truncate',
    title: 'Empty the store',
    summary: 'All events. The store itself, its meters and its history stay.',
    input: 'everything',
    verb: 'Delete',
    isDangerous: true,
  },
  {
    kind: 'erase',
    title: 'Erase a subject',
    summary:
      'Events with a value in a field, and their former versions, lose their fields. What was billed is frozen. This cannot be taken back.',
    input: 'subject',
    verb: 'Erase',
    isDangerous: true,
  },
];

/** How many events confirming would change. */
export function willChange({ kind, counts }: Backfill): number {
  if (kind === 'insert') return counts.notFound;
  return counts.matched + (counts.former ?? 0) - (counts.unchanged ?? 0);
}

/** `Delete 3 events`: what the button of a previewed backfill does. */
export function confirmLabel({ kind, verb }: BackfillKind, previewed: Backfill | undefined): string {
  if (!previewed) return verb;
  const events = willChange(previewed);
  if (events === 0) return 'Nothing to change';
  const noun = kind === 'erase' ? 'version' : 'event';
  return `${verb} ${groupCount(events)} ${noun}${events === 1 ? '' : 's'}`;
}
