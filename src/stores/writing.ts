// Owns the way of events from a request into a store: through the door, then one commit, one answer each.
import { rowCountOf } from '../data-plane/event-store-port.ts';
import type { DecodedBatch, EventStorePort, RowBatch } from '../data-plane/event-store-port.ts';
import type { DecodeFormat, DecodeOptions } from '../definitions/decode/options.ts';
import { jsonPointer } from '../definitions/json-pointer.ts';
import type { RejectedEvent } from '../definitions/rows.ts';
import { WeirError } from '../errors.ts';
import type { Problem } from '../errors.ts';
import type { OpenStore } from './types.ts';

export interface WriteRequest extends DecodeOptions {
  readonly format: DecodeFormat;
  /** Nothing is written when an event is rejected. */
  readonly atomic: boolean;
  /** Rejected events that are listed; further ones are only counted. Default: all, at most `rejected_events_max`. */
  readonly rejectedListedMax?: number;
}

/** A rejected event as its writer sees it: without its input, which the writer has. */
export type WriteRejection = Omit<RejectedEvent, 'input'>;

export interface WriteOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly replaced: number;
  /** In the order of the request; all of them, unless the request says how many. */
  readonly rejected: readonly WriteRejection[];
  readonly rejectedCount: number;
  readonly ignoredFields: number;
}

/** More would make an answer that nobody reads. */
const PROBLEMS_LISTED_MAX = 1_000;

/** An answer lists every rejected event, so a request may have only so many: about 30 MB of answer. */
export const rejected_events_max = 100_000;

/** What the door said while its rows streamed by. */
class DoorReport {
  readonly rejected: WriteRejection[] = [];
  rejectedCount = 0;
  ignoredFields = 0;
  readonly #listedMax: number;
  readonly #onRejected: ((rejected: readonly RejectedEvent[]) => void) | undefined;

  constructor(listedMax: number, onRejected: ((rejected: readonly RejectedEvent[]) => void) | undefined) {
    this.#listedMax = listedMax;
    this.#onRejected = onRejected;
  }

  add(batch: DecodedBatch): void {
    if (batch.rejected.length > 0) this.#onRejected?.(batch.rejected);
    this.rejectedCount += batch.rejected.length;
    for (const { input: _input, ...rejection } of batch.rejected) {
      if (this.rejected.length >= this.#listedMax) break;
      this.rejected.push(rejection);
    }
    this.ignoredFields += batch.ignoredFields;
  }
}

async function* rowsOf(
  batches: AsyncIterable<DecodedBatch>,
  report: DoorReport,
  atomic: boolean,
): AsyncGenerator<RowBatch> {
  for await (const batch of batches) {
    report.add(batch);
    if (report.rejected.length > rejected_events_max) throw tooManyRejected(report.rejected);
    // Once an atomic request has failed, reading on only serves to report every problem.
    if (rowCountOf(batch.rows) > 0 && !(atomic && report.rejected.length > 0)) yield batch.rows;
  }
  // Thrown into the append, this is what makes it write nothing.
  if (atomic && report.rejected.length > 0) throw atomicRejection(report.rejected);
}

function atomicRejection(rejected: readonly WriteRejection[]): WeirError {
  const detail = `${rejected.length} events were rejected, so nothing was written (atomic=true).`;
  const problems = rejected.slice(0, PROBLEMS_LISTED_MAX).flatMap(problemsOf);
  return new WeirError('invalid', 'EVENTS_REJECTED', detail, { problems });
}

function tooManyRejected(rejected: readonly WriteRejection[]): WeirError {
  const detail =
    `More than ${rejected_events_max} events were rejected, so nothing was written; the first are in errors. ` +
    'Send the events in several requests.';
  const problems = rejected.slice(0, PROBLEMS_LISTED_MAX).flatMap(problemsOf);
  return new WeirError('invalid', 'EVENTS_TOO_MANY_REJECTED', detail, { problems });
}

/** Pointers into the request: the event's index, then the place in the event. */
const problemsOf = ({ index, code, message, pointer, errors = [] }: WriteRejection): Problem[] =>
  [{ code, message, pointer }, ...errors].map((problem) => ({
    ...problem,
    pointer: jsonPointer(index) + problem.pointer,
  }));

const byIndex = (left: WriteRejection, right: WriteRejection): number => left.index - right.index;

/**
 * Writes the events of one request as one commit; resolves when they are synced. Throws EVENTS_REJECTED (atomic)
 * and EVENTS_TOO_MANY_REJECTED, having written nothing. `onRejected` sees what the
 * door rejects with its input, for those who keep it.
 */
export async function writeEvents(
  events: EventStorePort,
  store: OpenStore,
  bytes: AsyncIterable<Uint8Array>,
  request: WriteRequest,
  onRejected?: (rejected: readonly RejectedEvent[]) => void,
): Promise<WriteOutcome> {
  const { format, atomic, rejectedListedMax = Infinity, ...options } = request;
  const report = new DoorReport(rejectedListedMax, onRejected);
  const { table, definition } = store;
  const retainedFrom = await events.retainedFrom(table);
  const batches = events.decode(table, { definition, format, bytes, options, retainedFrom });
  const outcome = await events.append(table, rowsOf(batches, report, atomic));
  const rejected = [...report.rejected, ...outcome.rejected.map((one) => ({ ...one, pointer: '' }))];
  const listed = rejected.sort(byIndex);
  return {
    accepted: outcome.accepted,
    duplicates: outcome.duplicates,
    replaced: outcome.replaced,
    rejected: listed.length > rejectedListedMax ? listed.slice(0, rejectedListedMax) : listed,
    rejectedCount: report.rejectedCount + outcome.rejected.length,
    ignoredFields: report.ignoredFields,
  };
}
