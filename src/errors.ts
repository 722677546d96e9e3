// Owns the shape of every failure that a caller may see. Does not own HTTP: http/problems.ts maps a
// category to a status in one place.

/** What kind of failure it is; each category has exactly one HTTP status (http/problems.ts). */
export type ErrorCategory =
  | 'malformed' // 400: cannot be read at all
  | 'unauthorised' // 401
  | 'forbidden' // 403
  | 'not-found' // 404
  | 'conflict' // 409
  | 'too-large' // 413
  | 'unsupported' // 415
  | 'invalid' // 422: read, but wrong
  | 'overloaded' // 429
  | 'internal' // 500
  | 'unavailable' // 503
  | 'no-space'; // 507

/** One finding about the input. `pointer` is an RFC 6901 JSON pointer, or a place such as `/rows/3/amount`. */
export interface Problem {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

export interface WeirErrorOptions {
  readonly problems?: readonly Problem[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/**
 * The one error class that crosses a folder's border. `code` is stable and documented; `message` is for
 * people and names the thing that is wrong; `problems` lists every finding of the request at once.
 */
export class WeirError extends Error {
  override readonly name = 'WeirError';
  readonly category: ErrorCategory;
  readonly code: string;
  readonly problems: readonly Problem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(category: ErrorCategory, code: string, message: string, options: WeirErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.category = category;
    this.code = code;
    this.problems = options.problems ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Throws one `invalid` error that carries every problem found, if there are any. */
export function throwIfProblems(problems: readonly Problem[], code: string, message: string): void {
  const [first] = problems;
  if (!first) return;
  // A single finding keeps its own code, so that a caller can act on it without reading the list.
  const only = problems.every((problem) => problem.code === first.code);
  throw new WeirError('invalid', only ? first.code : code, only ? first.message : message, { problems });
}
