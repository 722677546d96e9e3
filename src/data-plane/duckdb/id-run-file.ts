// Owns the file of one run of the id index: hashes and sequences sorted by hash in pages, a fence that names
// the first hash and the checksum of every page, and the filter of its ids. Written once, then only read.
import { crc32 } from 'node:zlib';

/** 256 entries: one read finds an id. A column of hashes, then one of their sequences. */
export const PAGE_ENTRIES = 256;
export const PAGE_BYTES = PAGE_ENTRIES * 16;
export const HEADER_BYTES = 4096;
/** A full filter takes 0.1 % of new ids for known ones; looking one up costs some 10 us. */
export const BITS_OF_RUN = 16;

const FORMAT = 'weir-id-run-1';
/** Larger pieces of a filter would keep the event loop for more than a few milliseconds. */
export const PIECE_BYTES = 1024 * 1024;

/** What a run covers: the events with `from < sequence <= upTo` of one store in one history. */
export interface RunSpan {
  readonly timeline: string;
  readonly store: number;
  readonly from: bigint;
  readonly upTo: bigint;
}

/** What a run's file says of itself. */
export interface RunHeader extends RunSpan {
  readonly count: number;
  readonly filterWords: number;
  /** Checksum of fence and filter. */
  readonly checksum: number;
}

/** Places of the parts of a file, in bytes. */
export function placesOf({ count }: Pick<RunHeader, 'count'>) {
  const pages = Math.ceil(count / PAGE_ENTRIES);
  const fence = HEADER_BYTES + pages * PAGE_BYTES;
  return { pages, fence, checksums: fence + pages * 8, filter: fence + pages * 12 };
}

/** The header's bytes: a checksum of the rest, then JSON. */
export function encodeHeader(header: RunHeader): Buffer {
  const { from, upTo, ...rest } = header;
  const json = JSON.stringify({ format: FORMAT, ...rest, from: String(from), upTo: String(upTo) });
  return Buffer.from(`${crcText(json)}${json}`.padEnd(HEADER_BYTES));
}

/** The header, if these are the bytes of one. */
export function decodeHeader(bytes: Buffer): RunHeader | undefined {
  const text = bytes.toString('utf8').trimEnd();
  const json = text.slice(8);
  if (text.slice(0, 8) !== crcText(json)) return undefined;
  const { format, from, upTo, ...rest } = JSON.parse(json) as Omit<RunHeader, 'from' | 'upTo'> & {
    readonly format: string;
    readonly from: string;
    readonly upTo: string;
  };
  return format === FORMAT ? { ...rest, from: BigInt(from), upTo: BigInt(upTo) } : undefined;
}

const crcText = (text: string): string => crc32(text).toString(16).padStart(8, '0');

export const bytesOf = (array: BigUint64Array | Uint32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
