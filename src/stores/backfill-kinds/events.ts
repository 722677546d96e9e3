// Owns inserting and correcting events from a file of any size, in any format that the door reads.
import type { BackfillPort } from '../../data-plane/backfill-port.ts';
import { decodeEvents } from '../../definitions/decode/decode-events.ts';
import type { DecodeFormat, DecodeOptions } from '../../definitions/decode/options.ts';
import { eventIdPath } from '../../definitions/event-id.ts';
import { jsonPointer } from '../../definitions/json-pointer.ts';
import type { DoorBatch, DoorRow, RejectedEvent } from '../../definitions/rows.ts';
import { WeirError } from '../../errors.ts';
import type { Problem } from '../../errors.ts';
import type { OpenStore } from '../types.ts';
import type { BackfillKind, Previewed } from './kind.ts';

/** Events whose id is not in the store are written; the others are left alone. */
export const insertKind: BackfillKind = {
  activity: 'writing',
  undoing: 'deleting',
  changeOf: () => ({ change: 'insert' }),
};

/** Events whose id is in the store replace what it has; the others are left out. */
export const correctKind: BackfillKind = {
  activity: 'writing',
  undoing: 'writing',
  changeOf: () => ({ change: 'correct' }),
};

/** A file of events and how it is read. */
export interface EventsFile extends DecodeOptions {
  readonly format: DecodeFormat;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** More would make an answer that nobody reads. */
const PROBLEMS_MAX = 1_000;

/**
 * Reads the file against the store. If the door rejects an event, or it is older than what the store retains,
 * nothing is kept, and all are reported at once.
 */
export async function previewEventsFile(
  data: BackfillPort,
  store: OpenStore,
  backfill: string,
  kind: 'insert' | 'correct',
  { format, bytes, ...options }: EventsFile,
  retained: (batch: DoorBatch) => DoorBatch,
): Promise<Previewed> {
  const rows = acceptedRows(decodeEvents(store.definition, format, bytes, options), retained);
  const preview = await data.previewEvents(store.table, backfill, kind, rows);
  const { input, unique, matched, unchanged, notFound, found } = preview;
  const counts = { input, unique, matched, notFound: unique - matched };
  const ofKind =
    kind === 'correct'
      ? { counts: { ...counts, unchanged } }
      : { counts, alreadyThere: found.map(eventIdPath) };
  return {
    body: { kind, notFound: notFound.map(eventIdPath), ...ofKind },
    selection: { backfill },
  };
}

/** The rows of the file; reads on to its end when one is rejected, so that all of them are reported. */
async function* acceptedRows(
  batches: AsyncIterable<DoorBatch>,
  retained: (batch: DoorBatch) => DoorBatch,
): AsyncGenerator<readonly DoorRow[]> {
  const problems: Problem[] = [];
  let count = 0;
  for await (const batch of batches) {
    const { rows, rejected } = retained(batch);
    count += rejected.length;
    if (problems.length < PROBLEMS_MAX) problems.push(...rejected.flatMap(problemsOf));
    if (count === 0 && rows.length > 0) yield rows;
  }
  if (count === 0) return;
  const detail = `${count} events of the file are not valid; nothing was kept.`;
  throw new WeirError('invalid', 'BACKFILL_EVENTS_REJECTED', detail, {
    problems: problems.slice(0, PROBLEMS_MAX),
  });
}

/** Pointers name the line of a file that has lines, else the place of the event in it, from 0. */
function problemsOf({ index, line, code, message, pointer, errors = [] }: RejectedEvent): Problem[] {
  const [at, place] =
    line === undefined ? [jsonPointer(index), `Event ${index}`] : [jsonPointer('rows', line), `Row ${line}`];
  return [{ code, message, pointer }, ...errors].map((problem) => ({
    code: problem.code,
    message: `${place}: ${problem.message}`,
    pointer: at + problem.pointer,
  }));
}
