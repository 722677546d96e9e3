// Owns the filters that say of almost every event that its id is certainly new: split-block Bloom filters (the
// ones of the Parquet format). A filter never forgets, and an id too many does no harm: what it suspects is
// looked up.

/** A full filter of this many bits takes 0.02 % of new ids for known ones: for what is costly to look up. */
const BITS_OF_TAIL = 24;
const BLOCK_BITS = 256;
const BLOCK_WORDS = 8;
const CAPACITY_MIN = 16_384;
/** Each layer is this much larger than the one before: a million ids are four layers. */
const GROWTH = 4;

const SALTS = [
  0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31,
] as const;

/** The words of an empty filter for this many ids. */
export const filterWords = (ids: number, bitsPerId: number): Uint32Array<ArrayBuffer> =>
  new Uint32Array(Math.max(1, Math.ceil((ids * bitsPerId) / BLOCK_BITS)) * BLOCK_WORDS);

/**
 * The first word of the block that an id belongs to. It goes by the higher half of the hash, so that ids in the
 * order of their hashes fill a filter from its beginning to its end; the lower half chooses the bits.
 */
const blockOf = (words: Uint32Array, high: number): number =>
  Math.floor((high / 0x1_0000_0000) * (words.length / BLOCK_WORDS)) * BLOCK_WORDS;

/** Whether an id, by the halves of its hash, may be in a filter. False: certainly not. */
export function mayHold(words: Uint32Array, low: number, high: number): boolean {
  const block = blockOf(words, high);
  for (let index = 0; index < BLOCK_WORDS; index++) {
    if ((words[block + index]! & (1 << (Math.imul(low, SALTS[index]!) >>> 27))) === 0) return false;
  }
  return true;
}

/** Adds an id to a filter. False: certainly not there before. True: perhaps there before. */
export function addTo(words: Uint32Array, low: number, high: number): boolean {
  const block = blockOf(words, high);
  let seen = true;
  for (let index = 0; index < BLOCK_WORDS; index++) {
    const mask = 1 << (Math.imul(low, SALTS[index]!) >>> 27);
    const word = words[block + index]!;
    if ((word & mask) === 0) {
      seen = false;
      words[block + index] = word | mask;
    }
  }
  return seen;
}

/** A filter for a number of ids that nobody knows yet: it grows by layers. */
export class GrowingFilter {
  readonly #layers: { readonly words: Uint32Array; readonly capacity: number; count: number }[] = [];
  #count = 0;

  /** Adds an id by the halves of its hash. False: certainly not there before. True: perhaps there before. */
  add(low: number, high: number): boolean {
    // Opened first: a full layer that a new one follows is one of those before.
    const layer = this.#open();
    if (this.#mayHoldBefore(low, high)) return true;
    if (addTo(layer.words, low, high)) return true;
    layer.count += 1;
    this.#count += 1;
    return false;
  }

  /** Whether an id may have been added. */
  has(low: number, high: number): boolean {
    return this.#layers.some(({ words }) => mayHold(words, low, high));
  }

  /** How many ids it took for new. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#layers.reduce((sum, { words }) => sum + words.byteLength, 0);
  }

  /** By index: this runs for every event, and a closure per event costs more than the look. */
  #mayHoldBefore(low: number, high: number): boolean {
    for (let index = this.#layers.length - 2; index >= 0; index--) {
      if (mayHold(this.#layers[index]!.words, low, high)) return true;
    }
    return false;
  }

  #open(): { readonly words: Uint32Array; readonly capacity: number; count: number } {
    const last = this.#layers.at(-1);
    if (last && last.count < last.capacity) return last;
    const capacity = last ? last.capacity * GROWTH : CAPACITY_MIN;
    const layer = { words: filterWords(capacity, BITS_OF_TAIL), capacity, count: 0 };
    this.#layers.push(layer);
    return layer;
  }
}
