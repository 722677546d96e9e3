// Owns the one place where a failure becomes an answer: application/problem+json (RFC 9457).
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { diskError } from '../disk-errors.ts';
import { WeirError } from '../errors.ts';
import type { ErrorCategory, Problem } from '../errors.ts';
import type { Log } from '../log.ts';

const STATUS: Readonly<Record<ErrorCategory, number>> = {
  malformed: 400,
  unauthorised: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  unsupported: 415,
  invalid: 422,
  overloaded: 429,
  internal: 500,
  unavailable: 503,
  'no-space': 507,
};

const TITLE: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'A key is needed',
  403: 'The key has no right to this',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict with the current state',
  413: 'The request is too large',
  415: 'Unsupported media type',
  422: 'The request is not valid',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available now',
  507: 'No space left',
};

export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: 'A URN made of the code.' }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable; what a program acts on.' }),
    detail: z.string().meta({ description: 'For people; names the thing that is wrong.' }),
    errors: z
      .array(z.strictObject({ pointer: z.string(), code: z.string(), message: z.string() }))
      .meta({ description: 'Every finding of the request, with an RFC 6901 pointer to its place.' }),
  })
  .meta({ id: 'Problem' });

interface ProblemParts {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly Problem[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answer for a failure that has no exception: an unknown path, a method that is not allowed. */
export function problem(parts: ProblemParts): Response {
  const body = {
    type: `urn:weir:problem:${parts.code}`,
    title: TITLE[parts.status] ?? 'Error',
    status: parts.status,
    code: parts.code,
    detail: parts.detail,
    errors: parts.errors ?? [],
  };
  return new Response(JSON.stringify(body), {
    status: parts.status,
    headers: { ...parts.headers, 'content-type': 'application/problem+json' },
  });
}

/** The answer for anything thrown. What is not a WeirError is logged under an id; nothing of it leaves. */
export function problemOf(error: unknown, log: Log): Response {
  if (error instanceof WeirError) {
    if (error.category === 'internal') log.error('internal error', { code: error.code, error });
    return problem({
      status: STATUS[error.category],
      code: error.code,
      detail: error.message,
      errors: error.problems,
      headers: {
        ...(error.category === 'unauthorised' ? { 'www-authenticate': 'Bearer' } : {}),
        ...(error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) }),
      },
    });
  }
  const id = randomUUID();
  log.error('request failed', { id, error });
  const disk = diskError(error);
  if (disk) return problemOf(disk, log);
  return problem({ status: 500, code: 'INTERNAL', detail: `The server failed; its log has id ${id}.` });
}
