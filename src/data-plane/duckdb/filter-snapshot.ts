// Owns id filters on disk: saved when a store's writer closes, so that the next start need not read every hash.
// A snapshot says which history and which sequence it covers; one that does not fit is removed and ignored.
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { IdFilter, type FilterLayer } from './id-filter.ts';

/** Rebuilding fewer ids than this from the events takes less than a tenth of a second. */
export const SNAPSHOT_IDS_MIN = 250_000;

const FORMAT = 'weir-id-filter-1';
const HEADER_BYTES = 4096;

/** Where a store's snapshot is, and of which history it must be. */
export interface SnapshotPlace {
  readonly directory: string;
  readonly timeline: string;
  readonly store: number;
}

interface Header {
  readonly format: string;
  readonly timeline: string;
  readonly store: number;
  readonly covered: string;
  readonly layers: readonly { readonly words: number; readonly count: number }[];
  readonly md5: string;
}

const pathOf = ({ directory, store }: SnapshotPlace): string => join(directory, `${store}.filter`);

const bytesOf = ({ words }: FilterLayer): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

const digest = (parts: readonly Uint8Array[]): string => {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(part);
  return md5.digest('hex');
};

/** Saves the filter of a store whose events up to `covered` it holds. */
export function saveFilterSnapshot(place: SnapshotPlace, filter: IdFilter, covered: bigint): void {
  const parts = filter.layers.map(bytesOf);
  const header: Header = {
    format: FORMAT,
    timeline: place.timeline,
    store: place.store,
    covered: String(covered),
    layers: filter.layers.map(({ words, count }) => ({ words: words.length, count })),
    md5: digest(parts),
  };
  const path = pathOf(place);
  const unfinished = `${path}.unfinished`;
  const file = openSync(unfinished, 'w');
  try {
    for (const part of [Buffer.from(JSON.stringify(header).padEnd(HEADER_BYTES)), ...parts]) {
      for (let at = 0; at < part.length;) at += writeSync(file, part, at);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
}

/**
 * The saved filter and the sequence up to which it covers the store, if there is one that fits. One that claims
 * more than the store's `last` sequence, or is of another history, would later pass for complete: it is removed.
 */
export function loadFilterSnapshot(
  place: SnapshotPlace,
  last: bigint,
): { filter: IdFilter; covered: bigint } | undefined {
  const path = pathOf(place);
  const content = readIfThere(path);
  if (!content) return undefined;
  const header = readHeader(content);
  if (header && header.store === place.store && header.timeline === place.timeline) {
    const covered = BigInt(header.covered);
    const layers = readLayers(header, content);
    if (covered <= last && layers) return { filter: new IdFilter(layers), covered };
  }
  removeFilterSnapshot(place);
  return undefined;
}

/** Removes the snapshot of a store, if there is one. */
export const removeFilterSnapshot = (place: SnapshotPlace): void => rmSync(pathOf(place), { force: true });

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function readHeader(content: Buffer): Header | undefined {
  try {
    const header = JSON.parse(content.toString('utf8', 0, HEADER_BYTES)) as Header;
    return header.format === FORMAT ? header : undefined;
  } catch (error) {
    // Cut short or damaged: the filter is rebuilt from the events.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readLayers(header: Header, content: Buffer): FilterLayer[] | undefined {
  const layers: FilterLayer[] = [];
  let at = HEADER_BYTES;
  for (const { words, count } of header.layers) {
    const bytes = content.subarray(at, at + words * 4);
    if (bytes.length !== words * 4) return undefined;
    const layer = { words: new Uint32Array(words), count };
    bytesOf(layer).set(bytes);
    layers.push(layer);
    at += bytes.length;
  }
  return digest(layers.map(bytesOf)) === header.md5 ? layers : undefined;
}
