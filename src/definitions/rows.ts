// Owns what the door hands on: rows of canonical values and the rejections beside them.
import type { Problem } from '../errors.ts';
import type { CanonicalValue } from './types.ts';

/** One event that passed the door. `values` follow `columnsOf(definition)`. */
export interface DoorRow {
  /** Position of the event in its request, from 0. */
  readonly index: number;
  readonly values: readonly CanonicalValue[];
}

/** One event that did not pass: the first problem, and the further ones in `errors`. */
export interface RejectedEvent {
  readonly index: number;
  readonly code: string;
  readonly message: string;
  readonly pointer: string;
  readonly errors?: readonly Problem[];
  /** The line of the file, where the input has lines. */
  readonly line?: number;
  /** The event as it came (cut at 4,096 characters), for those who keep rejected events. */
  readonly input: string;
}

/** A bounded part of a request: at most a few thousand events. */
export interface DoorBatch {
  readonly rows: readonly DoorRow[];
  readonly rejected: readonly RejectedEvent[];
  /** Fields not in the definition that were ignored (`unknown=ignore`). */
  readonly ignoredFields: number;
}
