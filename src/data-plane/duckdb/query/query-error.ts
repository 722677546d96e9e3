// Owns the errors of queries: each names the place in the statement where one is known.
import { WeirError } from '../../../errors.ts';
import type { Problem } from '../../../errors.ts';

export type QueryErrorCode =
  | 'QUERY_INVALID'
  | 'QUERY_NOT_ALLOWED'
  | 'QUERY_TOO_COMPLEX'
  | 'QUERY_FAILED'
  | 'QUERY_TIMEOUT'
  | 'QUERY_TOO_LARGE'
  | 'QUERY_CANCELED';

export const queryProblem = (code: QueryErrorCode, message: string): Problem => ({
  pointer: '/sql',
  code,
  message,
});

export function queryError(code: QueryErrorCode, message: string, cause?: unknown): WeirError {
  const problems = [queryProblem(code, message)];
  return new WeirError('invalid', code, message, { problems, ...(cause === undefined ? {} : { cause }) });
}
