import type { RunError } from '../api/types.ts';

/** Why a run or a backfill failed, in one line; undefined if it did not. */
export function errorText(error: RunError | string | null | undefined): string | undefined {
  if (error === null || error === undefined || error === '') return undefined;
  if (typeof error === 'string') return error;
  const text = error.message ?? error.detail;
  return [error.code, text].filter(Boolean).join(': ') || 'It failed without saying why.';
}
