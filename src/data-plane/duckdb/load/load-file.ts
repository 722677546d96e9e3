// Owns a load file as a whole: batches of pages gathered into row groups, and the metadata that ends the file.
import type { Column } from '../../../definitions/types.ts';
import { columnTypeOf, HASH_TYPE, type ColumnType } from './column-types.ts';
import { PLAIN, RLE } from './pages.ts';
import type { Pages } from './row-encoder.ts';
import { thriftBytes, type ThriftStruct } from './thrift.ts';

const MAGIC = Buffer.from('PAR1');
const REQUIRED = 0;
const OPTIONAL = 1;
const UNCOMPRESSED = 0;
const FORMAT_VERSION = 1;

interface FileColumn {
  readonly name: string;
  readonly repetition: number;
  readonly type: Omit<ColumnType, 'write'>;
}

interface Chunk {
  readonly offset: number;
  readonly bytes: number;
}

interface RowGroup {
  readonly rows: number;
  readonly chunks: readonly Chunk[];
}

/** The bytes of a load file, in the order in which they are written. */
export class LoadFile {
  readonly #columns: readonly FileColumn[];
  readonly #groups: RowGroup[] = [];
  #offset = 0;

  constructor(columns: readonly Column[]) {
    this.#columns = [
      { name: 'h', repetition: REQUIRED, type: HASH_TYPE },
      ...columns.map((column) => ({
        name: column.column,
        repetition: OPTIONAL,
        type: columnTypeOf(column),
      })),
    ];
  }

  /** The bytes of a row group of these batches; the first one begins the file. */
  rowGroup(batches: readonly Pages[]): Uint8Array[] {
    const parts = this.#begin();
    let offset = this.#offset;
    const chunks = this.#columns.map((_, column) => {
      let bytes = 0;
      for (const batch of batches) {
        const page = batch.pages[column]!;
        parts.push(page);
        bytes += page.length;
      }
      const chunk = { offset, bytes };
      offset += bytes;
      return chunk;
    });
    this.#offset = offset;
    this.#groups.push({ rows: batches.reduce((sum, { rowCount }) => sum + rowCount, 0), chunks });
    return parts;
  }

  /** The end of the file. */
  end(): Uint8Array[] {
    const parts = this.#begin();
    const metadata = thriftBytes([
      [1, { int32: FORMAT_VERSION }],
      [2, { structs: this.#schema() }],
      [3, { int64: this.#groups.reduce((sum, { rows }) => sum + rows, 0) }],
      [4, { structs: this.#groups.map((group) => this.#groupStruct(group)) }],
    ]);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(metadata.length);
    return [...parts, metadata, length, MAGIC];
  }

  /** What the file begins with, the first time. */
  #begin(): Uint8Array[] {
    if (this.#offset > 0) return [];
    this.#offset = MAGIC.length;
    return [MAGIC];
  }

  #schema(): ThriftStruct[] {
    const root: ThriftStruct = [
      [4, { text: 'rows' }],
      [5, { int32: this.#columns.length }],
    ];
    const columns = this.#columns.map(({ name, repetition, type }): ThriftStruct => {
      const fields: ThriftStruct = [
        [1, { int32: type.physical }],
        [3, { int32: repetition }],
        [4, { text: name }],
        ...type.schema,
      ];
      return fields.toSorted(([left], [right]) => left - right);
    });
    return [root, ...columns];
  }

  #groupStruct({ rows, chunks }: RowGroup): ThriftStruct {
    const columns = chunks.map((chunk, index) => chunkStruct(this.#columns[index]!, chunk, rows));
    return [
      [1, { structs: columns }],
      [2, { int64: chunks.reduce((sum, { bytes }) => sum + bytes, 0) }],
      [3, { int64: rows }],
    ];
  }
}

const chunkStruct = ({ name, type }: FileColumn, { offset, bytes }: Chunk, rows: number): ThriftStruct => [
  [2, { int64: offset }],
  [
    3,
    {
      struct: [
        [1, { int32: type.physical }],
        [2, { int32s: [PLAIN, RLE] }],
        [3, { texts: [name] }],
        [4, { int32: UNCOMPRESSED }],
        [5, { int64: rows }],
        [6, { int64: bytes }],
        [7, { int64: bytes }],
        [9, { int64: offset }],
      ],
    },
  ],
];
