import type { RunError } from '../api/types.ts';

/** Why a run or a backfill failed, in one line; undefined if it did not. */
export function errorText(error: RunError | null | undefined): string | undefined {
  if (!error) return undefined;
  return [error.code, error.detail ?? error.message].filter(Boolean).join(': ');
}
