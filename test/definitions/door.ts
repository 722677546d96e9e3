// Shared by the decoder tests: bodies as chunks, and everything that came through the door.
import { decodeEvents } from '../../src/definitions/index.ts';
import type {
  DecodeFormat,
  DecodeOptions,
  DoorRow,
  EventDefinition,
  RejectedEvent,
} from '../../src/definitions/index.ts';

export type Body = string | Uint8Array;

export const definition: EventDefinition = {
  id: 'ed_1',
  name: 'usage',
  version: 1,
  fields: [
    { name: 'id', type: 'string', required: true },
    { name: 'time', type: 'datetime', required: true },
    { name: 'amount', type: 'decimal', scale: 4, required: true },
    { name: 'count', type: 'integer', required: false },
    { name: 'flag', type: 'boolean', required: false },
    { name: 'note', type: 'string', required: false },
    { name: 'tags', type: 'json', required: false },
  ],
  eventIdFields: ['id'],
  eventTimeField: 'time',
  timeZone: 'UTC',
};

/** The body cut at the given places, then at the end. */
export async function* cutAt(body: Body, places: readonly number[] = []): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(body);
  let start = 0;
  for (const place of [...places].sort((a, b) => a - b)) {
    // A chunk of its own that is overwritten afterwards, as a server's buffer may be.
    const chunk = Buffer.from(bytes.subarray(start, place));
    yield chunk;
    chunk.fill(0x21);
    start = place;
  }
  yield bytes.subarray(start);
}

export interface Decoded {
  readonly rows: DoorRow[];
  readonly rejected: RejectedEvent[];
  readonly ignoredFields: number;
  readonly batches: number;
}

export async function decode(
  format: DecodeFormat,
  body: Body,
  options: DecodeOptions = {},
  of: EventDefinition = definition,
  places: readonly number[] = [],
): Promise<Decoded> {
  const rows: DoorRow[] = [];
  const rejected: RejectedEvent[] = [];
  let ignoredFields = 0;
  let batches = 0;
  for await (const batch of decodeEvents(of, format, cutAt(body, places), options)) {
    rows.push(...batch.rows);
    rejected.push(...batch.rejected);
    ignoredFields += batch.ignoredFields;
    batches++;
  }
  return { rows, rejected, ignoredFields, batches };
}
