// Owns the demo's randomness: seeded, so that every machine makes the same sample, byte for byte.

export interface Random {
  /** A whole number from 0 up to, not including, `limit` (1 to 2^32). */
  below(limit: number): number;
  /** The index of one of `weights`, each as likely as its share of their sum (whole numbers). */
  weighted(weights: readonly number[]): number;
}

/** The generator sfc32 (32-bit integer steps only, so it is the same on every engine), warmed up on `seed`. */
export function seededRandom(seed: number): Random {
  const next = sfc32(seed);
  const below = (limit: number): number => {
    // Values above the last whole multiple of `limit` are drawn again, so that none is favoured.
    const fair = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const value = next();
      if (value < fair) return value % limit;
    }
  };
  const weighted = (weights: readonly number[]): number => {
    let left = below(weights.reduce((sum, weight) => sum + weight, 0));
    return weights.findIndex((weight) => (left -= weight) < 0);
  };
  return { below, weighted };
}

function sfc32(seed: number): () => number {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next();
  return next;
}
