// Owns rows of canonical values on their way into pages.
import type { DoorRow } from '../../../definitions/rows.ts';
import type { CanonicalValue } from '../../../definitions/types.ts';
import type { EncodedRows, StoreTable } from '../../event-store-port.ts';
import { idColumnsOf } from '../id-columns.ts';
import { IdHashes, idText } from '../id-hash.ts';
import { ByteWriter } from './byte-writer.ts';
import { columnTypeOf, type ColumnType } from './column-types.ts';
import { writeHashPage, writePage } from './pages.ts';

/** What is known of rows beside their values. */
export type RowFacts = Omit<EncodedRows, 'pages'>;

/** Rows that wait to be encoded together with others: a page of one row costs as much as one of a hundred. */
export interface PlainRows extends RowFacts {
  readonly rows: readonly DoorRow[];
}

/** Pages of one load file, in its order. */
export type Pages = Pick<EncodedRows, 'rowCount' | 'pages'>;

/** Pages of more rows are read no quicker. */
const PAGE_ROWS_MAX = 2_048;

const out = new ByteWriter(1024 * 1024);

/** Encodes rows of one store. */
export class RowEncoder {
  readonly #types: readonly ColumnType[];
  readonly #idPositions: readonly number[];

  constructor(store: Pick<StoreTable, 'columns' | 'idFields'>) {
    this.#types = store.columns.map(columnTypeOf);
    this.#idPositions = idColumnsOf(store).map((column) => store.columns.indexOf(column));
  }

  /** Hashes the ids of rows. */
  plain(rows: readonly DoorRow[]): PlainRows {
    const hashes = new IdHashes(rows.length);
    for (const { values } of rows)
      hashes.add(idText(this.#idPositions.map((position) => values[position] ?? null)));
    const positions = Uint32Array.from(rows, ({ index }) => index);
    return { rowCount: rows.length, positions, low: hashes.low, high: hashes.high, rows };
  }

  /** Rows ready for a load file. */
  encode(rows: readonly DoorRow[]): EncodedRows {
    const { rowCount, positions, low, high } = this.plain(rows);
    return { rowCount, positions, low, high, pages: this.#pages(rows, low, high) };
  }

  /** The pages of batches in their order; plain ones that follow each other share theirs. */
  together(batches: readonly (PlainRows | EncodedRows)[]): Pages[] {
    const done: Pages[] = [];
    let waiting: PlainRows[] = [];
    let count = 0;
    const encodeWaiting = (): void => {
      if (count > 0) done.push(this.#joined(waiting, count));
      waiting = [];
      count = 0;
    };
    for (const batch of batches) {
      if ('pages' in batch || count + batch.rowCount > PAGE_ROWS_MAX) encodeWaiting();
      if ('pages' in batch) done.push(batch);
      else {
        waiting.push(batch);
        count += batch.rowCount;
      }
    }
    encodeWaiting();
    return done;
  }

  #joined(batches: readonly PlainRows[], rowCount: number): Pages {
    const low = new Uint32Array(rowCount);
    const high = new Uint32Array(rowCount);
    let at = 0;
    for (const batch of batches) {
      low.set(batch.low, at);
      high.set(batch.high, at);
      at += batch.rowCount;
    }
    const rows = batches.flatMap((batch) => batch.rows);
    return { rowCount, pages: this.#pages(rows, low, high) };
  }

  #pages(rows: readonly DoorRow[], low: Uint32Array, high: Uint32Array): Uint8Array[] {
    out.length = 0;
    writeHashPage(out, low, high);
    const ends = [out.length];
    for (const [position, type] of this.#types.entries()) {
      writePage(out, type, columnOf(rows, position));
      ends.push(out.length);
    }
    const bytes = Uint8Array.from(out.written());
    return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
  }
}

const columnOf = (rows: readonly DoorRow[], position: number): CanonicalValue[] =>
  rows.map(({ values }) => values[position] ?? null);
