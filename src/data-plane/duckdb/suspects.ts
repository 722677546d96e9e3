// Owns asking the filter about the ids of a commit, in the order of arrival, and adding them to it.
import type { IdFilter } from './id-filter.ts';
import type { IdHashes } from './id-hash.ts';

/** More suspects than this are not looked up one by one: the whole load is joined instead. */
const SUSPECTS_LISTED_MAX = 200;

export interface Suspects {
  /** Hashes of ids that may be in the store, or come twice. */
  readonly suspects: readonly bigint[] | 'many';
  /** Whether a suspect comes more than once in this commit. */
  readonly repeated: boolean;
}

/** Adds all ids to the filter; an id that comes twice is a suspect when it comes again. */
export function findSuspects(filter: IdFilter, groups: readonly IdHashes[]): Suspects {
  const suspects: bigint[] = [];
  let count = 0;
  for (const hashes of groups) {
    const { low, high, length } = hashes;
    for (let index = 0; index < length; index++) {
      if (!filter.add(low[index]!, high[index]!)) continue;
      count += 1;
      if (count <= SUSPECTS_LISTED_MAX) suspects.push(hashes.value(index));
    }
  }
  if (count > SUSPECTS_LISTED_MAX) return { suspects: 'many', repeated: true };
  return { suspects, repeated: count > 0 && isRepeated(suspects, groups) };
}

/** By the lower half alone: a rare yes too many costs a join. */
function isRepeated(suspects: readonly bigint[], groups: readonly IdHashes[]): boolean {
  const wanted = new Set(suspects.map((hash) => Number(hash & 0xffff_ffffn)));
  let found = 0;
  for (const { low, length } of groups) {
    for (let index = 0; index < length; index++) if (wanted.has(low[index]!)) found += 1;
  }
  return found > wanted.size;
}
