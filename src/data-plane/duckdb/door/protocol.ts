// Owns what the main thread and a worker say to each other.
import { WeirError, type ErrorCategory, type Problem } from '../../../errors.ts';
import type { DecodedBatch } from '../../event-store-port.ts';
import type { DoorPlan, DoorRequest } from './door-job.ts';

/** `plan` is a number under which the worker keeps a plan from one job to the next. */
export type ToWorker =
  | { readonly kind: 'plan'; readonly plan: number; readonly content: DoorPlan }
  | { readonly kind: 'forget'; readonly plan: number }
  | { readonly kind: 'open'; readonly job: number; readonly plan: number; readonly request: DoorRequest }
  | { readonly kind: 'push'; readonly job: number; readonly bytes: Uint8Array; readonly last: boolean }
  | { readonly kind: 'close'; readonly job: number };

/** The answer to a push. */
export type FromWorker =
  | { readonly job: number; readonly batches: readonly DecodedBatch[] }
  | { readonly job: number; readonly failure: Failure };

/** An error as a message: those that a caller may see lose nothing on the way. */
export type Failure =
  | {
      readonly category: ErrorCategory;
      readonly code: string;
      readonly message: string;
      readonly problems: readonly Problem[];
    }
  | { readonly error: unknown };

export function toFailure(error: unknown): Failure {
  if (!(error instanceof WeirError)) return { error };
  const { category, code, message, problems } = error;
  return { category, code, message, problems };
}

export function toError(failure: Failure): unknown {
  if ('error' in failure) return failure.error;
  const { category, code, message, problems } = failure;
  return new WeirError(category, code, message, { problems });
}
