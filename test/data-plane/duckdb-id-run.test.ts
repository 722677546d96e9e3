// One run of the id index: what is written is found, and nothing that was damaged is believed.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsToMerge } from '../../src/data-plane/duckdb/id-run-chain.ts';
import { HEADER_BYTES, PAGE_BYTES } from '../../src/data-plane/duckdb/id-run-file.ts';
import { writeRun, type RunEntries } from '../../src/data-plane/duckdb/id-run-writer.ts';
import { DamagedRunError, IdRun } from '../../src/data-plane/duckdb/id-run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();
const span = { timeline: 'here', store: 7, from: 0n, upTo: 5_000_000_000_000n };
let files = 0;
const fresh = (): string => join(directory, `${(files += 1)}.ids`);

type Entry = readonly [hash: bigint, sequence: bigint];

async function* inPieces(entries: readonly Entry[], size: number): AsyncGenerator<RunEntries> {
  for (let start = 0; start < entries.length; start += size) {
    const piece = entries.slice(start, start + size);
    yield { hashes: piece.map(([hash]) => hash), sequences: piece.map(([, sequence]) => sequence) };
  }
}

async function written(entries: readonly Entry[], size = 100): Promise<string> {
  const path = fresh();
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  await writeRun(path, span, sorted.length, inPieces(sorted, size));
  return path;
}

const mayHold = (run: IdRun, hash: bigint): boolean =>
  run.mayHold(Number(hash & 0xffff_ffffn), Number(hash >> 32n));

describe('a run', () => {
  it('has the sequences of every hash, also when many share one', async () => {
    // Few hashes, at the ends too, so that one fills several pages and the next begins inside of one.
    const hash = fc.constantFrom(0n, 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n, 81_985_529_216_486_895n);
    const entry = fc.tuple(hash, fc.bigInt({ min: 1n, max: 2n ** 62n }));
    const anyEntries = fc.array(entry, { maxLength: 1_500, size: 'max' });
    await fc.assert(
      fc.asyncProperty(anyEntries, fc.integer({ min: 1, max: 3_000 }), async (entries, size) => {
        const run = (await IdRun.open(await written(entries, size)))!;
        const expected = grouped(entries);
        for (const each of [0n, 1n, 2n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n, 81_985_529_216_486_895n]) {
          const sequences = (expected.get(each) ?? []).map(([, sequence]) => sequence);
          expect(new Set(run.find(each))).toEqual(new Set(sequences));
          expect(run.find(each)).toHaveLength(sequences.length);
          if (sequences.length > 0) expect(mayHold(run, each)).toBe(true);
        }
        run.close();
      }),
      { numRuns: 30 },
    );
  });

  it('finds each of many ids, in many pieces of the file', async () => {
    const entries = Array.from({ length: 150_000 }, (_, index): Entry => [
      BigInt.asUintN(64, BigInt(index) * 0x9e37_79b9_7f4a_7c15n),
      BigInt(index + 1),
    ]);
    const run = (await IdRun.open(await written(entries, 2_048)))!;
    expect(run.header).toMatchObject({ ...span, count: 150_000 });
    for (let index = 0; index < entries.length; index += 7) {
      expect(mayHold(run, entries[index]![0])).toBe(true);
      expect(run.find(entries[index]![0])).toEqual([entries[index]![1]]);
    }
    expect(run.find(entries[5]![0] + 1n)).toEqual([]);
    // Two bytes of filter for each, and the fence: 12 bytes for every 256.
    expect(run.bytes / entries.length).toBeLessThan(2.06);
    run.close();
  });

  it('leaves nothing behind when its entries are not what was said, or fail', async () => {
    const before = readdirSync(directory);
    const two = inPieces(
      [
        [1n, 1n],
        [2n, 2n],
      ],
      1,
    );
    await expect(writeRun(fresh(), span, 3, two)).rejects.toThrow('a run of 3 ids was given 2');
    async function* failing(): AsyncGenerator<RunEntries> {
      yield { hashes: [1n], sequences: [1n] };
      throw new Error('no more');
    }
    await expect(writeRun(fresh(), span, 2, failing())).rejects.toThrow('no more');
    expect(readdirSync(directory)).toEqual(before);
  });
});

describe('a damaged file', () => {
  const entries = Array.from({ length: 1_000 }, (_, index): Entry => [
    BigInt(index) << 52n,
    BigInt(index + 1),
  ]);

  it.each([
    ['empty', (bytes: Buffer) => bytes.subarray(0, 0)],
    ['cut in its header', (bytes: Buffer) => bytes.subarray(0, 100)],
    ['cut at its end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ['with a changed header', (bytes: Buffer) => changed(bytes, 60)],
    ['with a changed fence', (bytes: Buffer) => changed(bytes, HEADER_BYTES + 4 * PAGE_BYTES + 3)],
    ['with a changed filter', (bytes: Buffer) => changed(bytes, bytes.length - 1)],
  ])('is not opened: %s', async (_, damage) => {
    const path = await written(entries);
    writeFileSync(path, damage(readFileSync(path)));
    expect(await IdRun.open(path)).toBeUndefined();
  });

  it('is not believed when a page has changed', async () => {
    const path = await written(entries);
    writeFileSync(path, changed(readFileSync(path), HEADER_BYTES + PAGE_BYTES + 9));
    const run = (await IdRun.open(path))!;
    expect(run.find(entries[10]![0])).toEqual([11n]);
    expect(() => run.find(entries[300]![0])).toThrow(DamagedRunError);
    run.close();
  });
});

describe('the sizes of runs', () => {
  it('stay few, and an entry is written few times', () => {
    let sizes: number[] = [];
    let writes = 0;
    for (let turn = 0; turn < 1_000; turn++) {
      const merged = runsToMerge(sizes, 1);
      const kept = sizes.slice(0, sizes.length - merged);
      const size = sizes.slice(kept.length).reduce((sum, each) => sum + each, 1);
      sizes = [...kept, size];
      writes += size;
      expect(sizes.length).toBeLessThanOrEqual(15);
    }
    expect(sizes.reduce((sum, each) => sum + each, 0)).toBe(1_000);
    expect(writes / 1_000).toBeLessThan(6);
  });

  it('merge small runs into what is new', () => {
    expect(runsToMerge([16, 4, 4, 1, 1], 1)).toBe(0);
    expect(runsToMerge([16, 4, 4, 1, 1, 1], 1)).toBe(3);
    expect(runsToMerge([16, 4, 4, 4, 1, 1, 1], 1)).toBe(6);
    expect(runsToMerge([16, 0], 0)).toBe(1);
    expect(runsToMerge([], 5)).toBe(0);
  });
});

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 1;
  return copy;
}

function grouped(entries: readonly Entry[]): Map<bigint, Entry[]> {
  const groups = new Map<bigint, Entry[]>();
  for (const entry of entries) groups.set(entry[0], [...(groups.get(entry[0]) ?? []), entry]);
  return groups;
}
