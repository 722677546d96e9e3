// Owns one request to append while it is gathered: its encoded rows in memory, or on disk when they are many.
import { open, type FileHandle } from 'node:fs/promises';
import type { EncodedRows, RowBatch, StoreTable } from '../event-store-port.ts';
import { translateEngineError } from './engine-errors.ts';
import type { Intake, Ticket } from './intake.ts';
import { LoadFile, RowEncoder, type PlainRows, type RowFacts } from './load/index.ts';
import { removeFile, scratchPath, unwritten } from './scratch-files.ts';

/** More than this is staged in a file of its own and commits alone. */
export const REQUEST_BYTES_MAX = 8 * 1024 * 1024;

/** The same when memory is short: requests that come slowly must not keep it from those that are whole. */
const PRESSED_BYTES_MAX = 1024 * 1024;

/** Fewer rows wait to be encoded together with those of other requests. */
const PLAIN_ROWS_MAX = 256;

type Batch = PlainRows | EncodedRows;

/** A request whose rows are complete. */
export interface AppendRequest {
  readonly store: StoreTable;
  readonly facts: readonly RowFacts[];
  readonly rowCount: number;
  readonly byteCount: number;
  /** The load file of a staged request; else the batches to write into one. */
  readonly content: { readonly file: string } | { readonly batches: readonly Batch[] };
}

export interface GatherPlace {
  readonly scratchDirectory: string;
  readonly intake: Intake;
  /** Holds what of the request is in memory. */
  readonly ticket: Ticket;
}

/** Reads and encodes all rows. If `rows` throws, nothing is left behind. */
export async function gatherRequest(
  store: StoreTable,
  rows: AsyncIterable<RowBatch>,
  { scratchDirectory, intake, ticket }: GatherPlace,
): Promise<AppendRequest> {
  const encoder = new RowEncoder(store);
  const content = new Content(store, encoder, { scratchDirectory, intake, ticket });
  const facts: RowFacts[] = [];
  let rowCount = 0;
  try {
    for await (const part of rows) {
      const batch = batchOf(part, encoder);
      if (batch.rowCount === 0) continue;
      await content.add(batch);
      const { positions, low, high } = batch;
      facts.push({ rowCount: batch.rowCount, positions, low, high });
      rowCount += batch.rowCount;
    }
    return { store, facts, rowCount, byteCount: content.byteCount, content: await content.finish() };
  } catch (error) {
    await content.discard();
    throw error;
  }
}

/** Removes the file of a staged request. */
export function releaseRequest({ content }: AppendRequest): void {
  if ('file' in content) removeFile(content.file);
}

/** The position in its request of the row at this place. */
export function positionOf({ facts }: AppendRequest, place: number): number {
  let rest = place;
  for (const { rowCount, positions } of facts) {
    if (rest < rowCount) return positions[rest]!;
    rest -= rowCount;
  }
  throw new RangeError(`the request has no row ${place}`);
}

function batchOf(part: RowBatch, encoder: RowEncoder): Batch {
  if ('pages' in part) return part;
  return part.length > PLAIN_ROWS_MAX ? encoder.encode(part) : encoder.plain(part);
}

/** What a batch takes in memory, about: of a plain one its texts, two bytes a character at most. */
function bytesOf(batch: Batch): number {
  if ('pages' in batch) return batch.pages.reduce((sum, { length }) => sum + length, 0);
  let characters = 0;
  for (const { values } of batch.rows) for (const value of values) characters += 8 + (value?.length ?? 0);
  return characters * 2;
}

class Content {
  readonly #place: GatherPlace;
  readonly #load: LoadFile;
  readonly #encoder: RowEncoder;
  #batches: Batch[] = [];
  #pending = 0;
  #path = '';
  #file: FileHandle | undefined;
  byteCount = 0;

  constructor({ columns }: StoreTable, encoder: RowEncoder, place: GatherPlace) {
    this.#encoder = encoder;
    this.#load = new LoadFile(columns);
    this.#place = place;
  }

  async add(batch: Batch): Promise<void> {
    const bytes = bytesOf(batch);
    this.#batches.push(batch);
    this.#pending += bytes;
    this.byteCount += bytes;
    const { intake, ticket } = this.#place;
    ticket.hold(bytes);
    const most = intake.isFull ? PRESSED_BYTES_MAX : REQUEST_BYTES_MAX;
    if (this.#pending > most) await this.#stage();
  }

  /** Writes what is pending as a row group. */
  async #stage(): Promise<void> {
    if (!this.#file) {
      this.#path = scratchPath(this.#place.scratchDirectory, 'parquet');
      this.#file = await open(this.#path, 'wx').catch(failed);
    }
    await write(this.#file, this.#load.rowGroup(this.#encoder.together(this.#batches)));
    this.#place.ticket.letGo(this.#pending);
    this.#batches = [];
    this.#pending = 0;
  }

  async finish(): Promise<AppendRequest['content']> {
    if (!this.#file) return { batches: this.#batches };
    if (this.#pending > 0) await this.#stage();
    await write(this.#file, this.#load.end());
    await this.#file.close();
    return { file: this.#path };
  }

  async discard(): Promise<void> {
    if (!this.#file) return;
    await this.#file.close();
    removeFile(this.#path);
  }
}

async function write(file: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  let rest = [...parts];
  try {
    while (rest.length > 0) rest = unwritten(rest, (await file.writev(rest)).bytesWritten);
  } catch (error) {
    failed(error);
  }
}

function failed(error: unknown): never {
  throw translateEngineError(error);
}
