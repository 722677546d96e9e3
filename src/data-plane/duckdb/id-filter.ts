// Owns the filter that says of almost every event that its id is certainly new: split-block Bloom filters
// (the ones of the Parquet format), one layer after the other as the store grows. It never forgets, and an id
// too many does no harm: what it suspects is looked up.

/** A full layer takes 0.02 % of new ids for known ones (20 bits: 0.05 %); each costs a lookup of about 1 ms. */
const BITS_PER_ID = 24;
const BLOCK_BITS = 256;
const BLOCK_WORDS = 8;
const CAPACITY_MIN = 65_536;
/** Each layer is this much larger than the one before: 50 million ids are six layers. */
const GROWTH = 4;

const SALTS = [
  0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31,
] as const;

/** One layer: as many ids as it holds, and its words. */
export interface FilterLayer {
  readonly words: Uint32Array;
  count: number;
}

export class IdFilter {
  readonly layers: FilterLayer[];

  constructor(layers: FilterLayer[] = []) {
    this.layers = layers;
  }

  /** An empty filter with room for this many ids in its first layer. */
  static withRoomFor(ids: number): IdFilter {
    return new IdFilter([emptyLayer(Math.max(CAPACITY_MIN, ids))]);
  }

  /** Adds an id by the halves of its hash. False: certainly not there before. True: perhaps there before. */
  add(low: number, high: number): boolean {
    const last = this.layers.length - 1;
    for (let index = 0; index < last; index++) {
      if (isInLayer(this.layers[index]!.words, low, high)) return true;
    }
    const layer = this.#open();
    const seen = addToLayer(layer.words, low, high);
    if (!seen) layer.count += 1;
    return seen;
  }

  get count(): number {
    return this.layers.reduce((sum, layer) => sum + layer.count, 0);
  }

  #open(): FilterLayer {
    const last = this.layers.at(-1);
    if (last && last.count < capacityOf(last)) return last;
    const layer = emptyLayer(last ? capacityOf(last) * GROWTH : CAPACITY_MIN);
    this.layers.push(layer);
    return layer;
  }
}

const capacityOf = ({ words }: FilterLayer): number => Math.floor((words.length * 32) / BITS_PER_ID);

const emptyLayer = (capacity: number): FilterLayer => ({
  words: new Uint32Array(Math.ceil((capacity * BITS_PER_ID) / BLOCK_BITS) * BLOCK_WORDS),
  count: 0,
});

/** The first word of the block that an id belongs to; the other half of the hash chooses the bits. */
const blockOf = (words: Uint32Array, low: number): number =>
  Math.floor((low / 0x1_0000_0000) * (words.length / BLOCK_WORDS)) * BLOCK_WORDS;

function isInLayer(words: Uint32Array, low: number, high: number): boolean {
  const block = blockOf(words, low);
  for (let index = 0; index < BLOCK_WORDS; index++) {
    if ((words[block + index]! & (1 << (Math.imul(high, SALTS[index]!) >>> 27))) === 0) return false;
  }
  return true;
}

function addToLayer(words: Uint32Array, low: number, high: number): boolean {
  const block = blockOf(words, low);
  let seen = true;
  for (let index = 0; index < BLOCK_WORDS; index++) {
    const mask = 1 << (Math.imul(high, SALTS[index]!) >>> 27);
    const word = words[block + index]!;
    if ((word & mask) === 0) {
      seen = false;
      words[block + index] = word | mask;
    }
  }
  return seen;
}
