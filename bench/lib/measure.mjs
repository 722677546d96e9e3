// Owns clocks and the figures made of them.

/** Runs `work`; its result and how many milliseconds it took. */
export async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

/** Milliseconds that `work` took. */
export const elapsed = async (work) => (await timed(work)).ms;

const ascending = (values) => [...values].sort((left, right) => left - right);

/** The value below which the given share of the values lies. */
export function quantile(values, share) {
  const sorted = ascending(values);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values) {
  const sorted = ascending(values);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
