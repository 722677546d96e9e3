import { WeirError } from '../errors.ts';

/**
 * A place in the order of changes, with the history it belongs to: a data file that was restored numbers its
 * changes anew, and a consumer that went on from the old numbers would miss some.
 */
export const writeCursor = (change: bigint, timeline: string): string => `${change}.${timeline}`;

/** A cursor of an earlier export, or a bare change number. Throws CURSOR_INVALID, CURSOR_FROM_OTHER_TIMELINE. */
export function readCursor(text: string | undefined, timeline: string): bigint | undefined {
  if (text === undefined) return undefined;
  const [, change, history] = /^(\d{1,18})(?:\.(.+))?$/.exec(text) ?? [];
  if (change === undefined) {
    throw new WeirError('invalid', 'CURSOR_INVALID', `'${text}' is not a cursor of an export.`);
  }
  if (history !== undefined && history !== timeline) {
    throw new WeirError(
      'conflict',
      'CURSOR_FROM_OTHER_TIMELINE',
      'The cursor is from another history of this data (before a restore): export in full once.',
    );
  }
  return BigInt(change);
}
