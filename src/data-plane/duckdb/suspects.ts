// Owns asking what is known of the ids of a commit, in the order of arrival, and adding them to it.
import { hashOf } from './id-hash.ts';
import { IN_TAIL, NEW, type KnownIds } from './known-ids.ts';

/** Hashes of ids, as halves. */
export interface Hashes {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

/** More than this (only a staged request has more) are not listed: the hashes of all events are read instead. */
const SUSPECTS_LISTED_MAX = 20_000;

export interface Suspects {
  /** Hashes of ids that may be in the store, or come twice. */
  readonly hashes: readonly bigint[] | 'many';
  /** Those of them that may be among the newest events. */
  readonly tail: readonly bigint[];
  /** Whether a suspect comes more than once in this commit. */
  readonly repeated: boolean;
}

/** Adds all ids to what is known; an id that comes twice is a suspect when it comes again. */
export function findSuspects(known: Pick<KnownIds, 'add'>, groups: readonly Hashes[]): Suspects {
  const hashes: bigint[] = [];
  const tail: bigint[] = [];
  let count = 0;
  for (const { low, high } of groups) {
    for (let index = 0; index < low.length; index++) {
      const knowledge = known.add(low[index]!, high[index]!);
      if (knowledge === NEW) continue;
      count += 1;
      if (count > SUSPECTS_LISTED_MAX) continue;
      const hash = hashOf(low[index]!, high[index]!);
      hashes.push(hash);
      if (knowledge === IN_TAIL) tail.push(hash);
    }
  }
  if (count > SUSPECTS_LISTED_MAX) return { hashes: 'many', tail: [], repeated: true };
  return { hashes, tail, repeated: count > 0 && isRepeated(hashes, groups) };
}

/** By the lower half alone: a rare yes too many costs a join. */
function isRepeated(suspects: readonly bigint[], groups: readonly Hashes[]): boolean {
  const wanted = new Set(suspects.map((hash) => Number(hash & 0xffff_ffffn)));
  let found = 0;
  for (const { low } of groups) {
    for (let index = 0; index < low.length; index++) if (wanted.has(low[index]!)) found += 1;
  }
  return found > wanted.size;
}
