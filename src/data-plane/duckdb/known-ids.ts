// Owns what the writer of a store knows of its ids without looking them up: the filters of the index's runs, and
// filters of the ids that came after them.
import { GrowingFilter } from './id-filter.ts';
import type { IdIndex } from './id-index.ts';

/** What is known of an id: certainly new; perhaps in a run; perhaps in the tail, and perhaps in a run. */
export const NEW = 0;
export const IN_RUN = 1;
export const IN_TAIL = 2;
export type Knowledge = typeof NEW | typeof IN_RUN | typeof IN_TAIL;

/** Finding a recent duplicate reads the hashes of the tail: a million take about 2 ms. */
const TAIL_IDS_MAX = 1_000_000;
const TAIL_IDS_MIN = 262_144;
/** The tail may grow with the store, so that small runs are not written again and again. */
const TAIL_SHARE = 1 / 16;
/** One row group of the engine: when nothing else is going on. */
const IDLE_TAIL_IDS_MIN = 122_880;

export class KnownIds {
  readonly index: IdIndex;
  /** The last one takes the ids; those before it wait for a run to cover them. */
  #tails: GrowingFilter[] = [new GrowingFilter()];

  constructor(index: IdIndex) {
    this.index = index;
  }

  /** Adds an id by the halves of its hash, and says what was known of it before. */
  add(low: number, high: number): Knowledge {
    const seen = this.#tails.at(-1)!.add(low, high);
    if (seen || (this.#tails.length > 1 && this.#isWaiting(low, high))) return IN_TAIL;
    return this.index.mayHold(low, high) ? IN_RUN : NEW;
  }

  /** Whether the tail should become a run: sooner when nothing else is going on. */
  needsRun(idle: boolean): boolean {
    return this.#tails.at(-1)!.count >= (idle ? IDLE_TAIL_IDS_MIN : tailIdsMax(this.index.count));
  }

  /** Makes a run of the committed events up to `upTo`, which all must have been added. */
  async extendIndex(upTo: bigint): Promise<void> {
    const covered = this.#tails.length;
    this.#tails.push(new GrowingFilter());
    await this.index.extend(upTo);
    this.#tails = this.#tails.slice(covered);
  }

  /** What all this keeps in memory. */
  get bytes(): number {
    return this.#tails.reduce((sum, { bytes }) => sum + bytes, this.index.bytes);
  }

  #isWaiting(low: number, high: number): boolean {
    for (let index = this.#tails.length - 2; index >= 0; index--) {
      if (this.#tails[index]!.has(low, high)) return true;
    }
    return false;
  }
}

/** How long the tail of a store with so many indexed events may become. */
export const tailIdsMax = (indexed: number): number =>
  Math.min(TAIL_IDS_MAX, Math.max(TAIL_IDS_MIN, Math.floor(indexed * TAIL_SHARE)));
