// Owns the 64-bit hash of an event id, in TypeScript and in SQL alike. It is part of the file format: the lower
// half of the MD5 of the id's text, which is the canonical text of the id field, or of several joined by U+001F.
import { hash } from 'node:crypto';
import type { CanonicalValue, Column } from '../../definitions/types.ts';
import { canonicalSql } from './layout.ts';

const SEPARATOR = '\u001f';

/** The text that is hashed. */
export function idText(values: readonly CanonicalValue[]): string {
  return values.length === 1 ? (values[0] ?? '') : values.join(SEPARATOR);
}

/** The hash of a row's id, as an SQL expression over its id columns. */
export function idHashSql(idColumns: readonly Column[], qualifier = ''): string {
  const texts = idColumns.map((column) => `coalesce(${canonicalSql(qualifier + column.column, column)}, '')`);
  return `md5_number_lower(${texts.join(' || chr(31) || ')})`;
}

/** The hash as a number, for a few ids. */
export function idHash(values: readonly CanonicalValue[]): bigint {
  const hashes = new IdHashes(1);
  hashes.add(idText(values));
  return hashes.value(0);
}

/** The number of these halves. */
export const hashOf = (low: number, high: number): bigint => (BigInt(high) << 32n) | BigInt(low);

/**
 * Hashes of many ids, 8 bytes each: pairs of 32-bit halves, because a bigint per event costs more than its
 * hash. `crypto.hash` to hex takes 1.0 us, to a buffer 1.8, `createHash` 4.3.
 */
export class IdHashes {
  low: Uint32Array;
  high: Uint32Array;
  length = 0;

  constructor(capacity = 1024) {
    this.low = new Uint32Array(capacity);
    this.high = new Uint32Array(capacity);
  }

  add(text: string): void {
    const hex = hash('md5', text, 'hex');
    // The engine reads the last eight bytes of the digest as a little-endian number.
    this.push(swapped(parseInt(hex.slice(16, 24), 16)), swapped(parseInt(hex.slice(24), 16)));
  }

  push(low: number, high: number): void {
    if (this.length === this.low.length) this.#grow();
    this.low[this.length] = low;
    this.high[this.length] = high;
    this.length += 1;
  }

  value(index: number): bigint {
    return hashOf(this.low[index]!, this.high[index]!);
  }

  #grow(): void {
    const [low, high] = [this.low, this.high];
    this.low = new Uint32Array(low.length * 2);
    this.high = new Uint32Array(high.length * 2);
    this.low.set(low);
    this.high.set(high);
  }
}

const swapped = (word: number): number =>
  ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
