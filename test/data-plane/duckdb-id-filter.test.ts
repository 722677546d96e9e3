// The filters of ids, and asking them about the ids of a commit.
import { describe, expect, it } from 'vitest';
import { GrowingFilter, addTo, filterWords, mayHold } from '../../src/data-plane/duckdb/id-filter.ts';
import { IdHashes } from '../../src/data-plane/duckdb/id-hash.ts';
import { BITS_OF_RUN } from '../../src/data-plane/duckdb/id-run-file.ts';
import { IN_RUN, IN_TAIL, NEW, tailIdsMax } from '../../src/data-plane/duckdb/known-ids.ts';
import { findSuspects } from '../../src/data-plane/duckdb/suspects.ts';

function hashesOf(prefix: string, count: number): IdHashes {
  const hashes = new IdHashes(count);
  for (let index = 0; index < count; index++) hashes.add(`${prefix}${index}`);
  return hashes;
}

function countOf({ low, high, length }: IdHashes, is: (low: number, high: number) => boolean): number {
  let count = 0;
  for (let index = 0; index < length; index++) if (is(low[index]!, high[index]!)) count += 1;
  return count;
}

describe('a filter', () => {
  it('knows every id it was given, and few others when it is full', () => {
    const words = filterWords(100_000, BITS_OF_RUN);
    const known = hashesOf('known ', 100_000);
    countOf(known, (low, high) => addTo(words, low, high));
    expect(countOf(known, (low, high) => mayHold(words, low, high))).toBe(100_000);
    // About 0.1 %; ten times that would be a broken choice of bits.
    expect(countOf(hashesOf('new ', 20_000), (low, high) => mayHold(words, low, high))).toBeLessThan(100);
  });

  it('that grows knows every id too, over several layers', () => {
    const filter = new GrowingFilter();
    const known = hashesOf('known ', 200_000);
    const add = (low: number, high: number): boolean => filter.add(low, high);
    expect(countOf(known, add)).toBeLessThan(200);
    expect(filter.count).toBeGreaterThan(199_800);
    expect(countOf(known, (low, high) => filter.has(low, high))).toBe(200_000);
    expect(countOf(known, add)).toBe(200_000);
    // About 0.02 % of each full layer.
    expect(countOf(hashesOf('new ', 20_000), add)).toBeLessThan(40);
    // Layers of 16, 64 and 256 thousand ids at 24 bits.
    expect(filter.bytes).toBe((16_384 + 65_536 + 262_144) * 3);
  });

  it('that grows knows an id that comes again just when a layer is full', () => {
    const filter = new GrowingFilter();
    const { low, high, length } = hashesOf('known ', 100_000);
    const forgotten: number[] = [];
    for (let index = 0; index < length; index++) {
      filter.add(low[index]!, high[index]!);
      if (!filter.add(low[index]!, high[index]!)) forgotten.push(index);
    }
    expect(forgotten).toEqual([]);
  });

  it('has room for a tail that grows with its store, within bounds', () => {
    expect([0, 8_000_000, 100_000_000].map(tailIdsMax)).toEqual([262_144, 500_000, 1_000_000]);
  });
});

describe('the suspects of a commit', () => {
  /** What is known: ids in a run by their prefix, the others as they come. */
  function known(run: IdHashes): { add(low: number, high: number): 0 | 1 | 2 } {
    const inRun = filterWords(1_000, BITS_OF_RUN);
    const tail = new GrowingFilter();
    countOf(run, (low, high) => addTo(inRun, low, high));
    return {
      add: (low, high) => (tail.add(low, high) ? IN_TAIL : mayHold(inRun, low, high) ? IN_RUN : NEW),
    };
  }

  it('are listed, with those that the tail may have', () => {
    const state = known(hashesOf('old ', 10));
    expect(findSuspects(state, [hashesOf('new ', 100)])).toEqual({ hashes: [], tail: [], repeated: false });
    const [old, recent] = [hashesOf('old ', 3), hashesOf('new ', 2)];
    const values = (hashes: IdHashes): bigint[] =>
      Array.from({ length: hashes.length }, (_, index) => hashes.value(index));
    expect(findSuspects(state, [hashesOf('other ', 50), old, recent])).toEqual({
      hashes: [...values(old), ...values(recent)],
      tail: values(recent),
      repeated: false,
    });
  });

  it('tell when one comes twice in the commit', () => {
    const state = known(hashesOf('old ', 10));
    const twice = [hashesOf('twice ', 5), hashesOf('twice ', 1)];
    expect(findSuspects(state, twice)).toMatchObject({ repeated: true });
    const old = hashesOf('old ', 3);
    expect(findSuspects(state, [hashesOf('x ', 5), old, old])).toMatchObject({ repeated: true });
  });

  it('are not listed when they are many', () => {
    const all = hashesOf('', 20_001);
    const state = known(hashesOf('', 0));
    findSuspects(state, [all]);
    expect(findSuspects(state, [all])).toEqual({ hashes: 'many', tail: [], repeated: true });
  });
});
