// Owns grouping a file's records into requests: bounded in events and in bytes, each with the line numbers
// that let an event be found in its file again.
import { CliError } from '../cli-error.ts';
import { recordsOf, type FileRecord } from './records.ts';
import type { SourceFile } from './source-file.ts';

export interface Batch {
  /** The parts of the request's body; for CSV the first is the file's header. */
  readonly parts: readonly Buffer[];
  /** The events alone, in order: `events[index]` is what an answer's `index` means. */
  readonly events: readonly FileRecord[];
  /** Line of the first event. */
  readonly firstLine: number;
}

const batch_bytes_max = 8 * 1024 * 1024;

/** The batches of a CSV or NDJSON file, of at most `eventsMax` events each. */
export async function* batchesOf(file: SourceFile, eventsMax: number): AsyncGenerator<Batch> {
  const csv = file.format === 'csv';
  let header: Buffer | undefined;
  let batch = new BatchBuilder(header);
  for await (const records of recordsOf(file.chunks(), csv)) {
    for (const record of records) {
      if (csv && header === undefined) {
        if (!record.blank) {
          header = endedLine(record.bytes);
          batch = new BatchBuilder(header);
        }
        continue;
      }
      batch.add(record);
      if (batch.events.length >= eventsMax || batch.bytes >= batch_bytes_max) {
        yield batch;
        batch = new BatchBuilder(header);
      }
    }
  }
  if (csv && header === undefined)
    throw new CliError(`${file.path} is empty: a CSV file begins with its header`);
  if (batch.events.length > 0) yield batch;
}

class BatchBuilder implements Batch {
  readonly parts: Buffer[];
  readonly events: FileRecord[] = [];
  bytes = 0;

  constructor(header: Buffer | undefined) {
    this.parts = header === undefined ? [] : [header];
  }

  get firstLine(): number {
    return this.events[0]?.line ?? 1;
  }

  add(record: FileRecord): void {
    // Blank lines before the first event would move its line; those between events count as lines.
    if (record.blank && this.events.length === 0) return;
    this.parts.push(record.bytes);
    this.bytes += record.bytes.length;
    if (!record.blank) this.events.push(record);
  }
}

function endedLine(bytes: Buffer): Buffer {
  return bytes.at(-1) === 0x0a ? bytes : Buffer.concat([bytes, Buffer.from('\n')]);
}
