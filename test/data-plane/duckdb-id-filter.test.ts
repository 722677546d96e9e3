import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadFilterSnapshot, saveFilterSnapshot } from '../../src/data-plane/duckdb/filter-snapshot.ts';
import { IdFilter } from '../../src/data-plane/duckdb/id-filter.ts';
import { IdHashes } from '../../src/data-plane/duckdb/id-hash.ts';
import { findSuspects } from '../../src/data-plane/duckdb/suspects.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();

function hashesOf(prefix: string, count: number): IdHashes {
  const hashes = new IdHashes();
  for (let index = 0; index < count; index++) hashes.add(`${prefix}${index}`);
  return hashes;
}

const addAll = (filter: IdFilter, { low, high, length }: IdHashes): number => {
  let seen = 0;
  for (let index = 0; index < length; index++) if (filter.add(low[index]!, high[index]!)) seen += 1;
  return seen;
};

describe('the filter', () => {
  it('knows every id it was given, over several layers, and few others', () => {
    const filter = new IdFilter();
    const known = hashesOf('known ', 400_000);
    expect(addAll(filter, known)).toBeLessThan(400);
    expect(filter.layers.length).toBeGreaterThan(2);
    expect(addAll(filter, known)).toBe(400_000);
    // About 0.02 % of each full layer; ten times that would be a broken choice of bits.
    expect(addAll(filter, hashesOf('new ', 20_000))).toBeLessThan(40);
  });

  it('lists the suspects of a commit and tells whether one comes twice', () => {
    const filter = new IdFilter();
    addAll(filter, hashesOf('', 10));
    const [known, fresh] = [hashesOf('', 3), hashesOf('fresh ', 100)];
    const wanted = [0, 1, 2].map((index) => known.value(index));
    expect(findSuspects(filter, [fresh, known])).toEqual({ suspects: wanted, repeated: false });
    expect(findSuspects(filter, [hashesOf('other ', 5), known, known])).toMatchObject({ repeated: true });
    expect(findSuspects(filter, [hashesOf('twice ', 5), hashesOf('twice ', 1)])).toMatchObject({
      repeated: true,
    });
    expect(
      findSuspects(filter, [
        hashesOf('', 10),
        hashesOf('fresh ', 100),
        ...Array.from({ length: 20 }, () => known),
        fresh,
      ]),
    ).toEqual({
      suspects: 'many',
      repeated: true,
    });
  });
});

describe('a snapshot of the filter', () => {
  const place = { directory, timeline: 'here', store: 7 };
  const file = join(directory, '7.filter');
  const save = (): void => {
    const filter = new IdFilter();
    addAll(filter, hashesOf('', 100_000));
    saveFilterSnapshot(place, filter, 500n);
  };

  it('gives the filter back', () => {
    save();
    const loaded = loadFilterSnapshot(place, 600n)!;
    expect(loaded.covered).toBe(500n);
    expect(loaded.filter.layers).toHaveLength(2);
    expect(addAll(loaded.filter, hashesOf('', 100_000))).toBe(100_000);
    expect(addAll(loaded.filter, hashesOf('new ', 1_000))).toBeLessThan(5);
  });

  it.each([
    ['another history', () => loadFilterSnapshot({ ...place, timeline: 'there' }, 600n)],
    ['a store that has less', () => loadFilterSnapshot(place, 499n)],
    [
      'a file cut short',
      () => (writeFileSync(file, readFileSync(file).subarray(0, 90_000)), loadFilterSnapshot(place, 600n)),
    ],
    [
      'a file cut in its header',
      () => (writeFileSync(file, readFileSync(file).subarray(0, 50)), loadFilterSnapshot(place, 600n)),
    ],
    [
      'a damaged file',
      () => {
        const content = readFileSync(file);
        content[50_000]! ^= 1;
        writeFileSync(file, content);
        return loadFilterSnapshot(place, 600n);
      },
    ],
  ])('is removed and not used for %s', (_, load) => {
    save();
    expect(load()).toBeUndefined();
    expect(readdirSync(directory)).toEqual([]);
    expect(loadFilterSnapshot(place, 600n)).toBeUndefined();
  });
});
