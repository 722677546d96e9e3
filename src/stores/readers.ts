// Owns who reads stores over a longer time: runs. What they read does not expire until they have ended.

/** Kept in memory: after a crash nobody reads. */
export class StoreReaders {
  readonly #readers = new Map<string, number>();
  readonly #alone = new Map<string, Promise<unknown>>();

  /** Notes a reader of these stores, after waiting for who is alone with one; call what it returns at the end. */
  async enter(storeIds: readonly string[]): Promise<() => void> {
    for (;;) {
      const alone = storeIds.flatMap((id) => this.#alone.get(id) ?? []);
      if (alone.length === 0) break;
      await Promise.allSettled(alone);
    }
    this.#add(storeIds, 1);
    let inside = true;
    return () => {
      if (inside) this.#add(storeIds, -1);
      inside = false;
    };
  }

  /** Does the work while nobody reads the store; those who come wait. Undefined, without doing it: somebody reads. */
  async alone<T>(storeId: string, work: () => Promise<T>): Promise<T | undefined> {
    while (this.#alone.has(storeId)) await Promise.allSettled([this.#alone.get(storeId)]);
    if ((this.#readers.get(storeId) ?? 0) > 0) return undefined;
    const working = work().finally(() => this.#alone.delete(storeId));
    this.#alone.set(storeId, working);
    return working;
  }

  #add(storeIds: readonly string[], change: number): void {
    for (const id of storeIds) {
      const count = (this.#readers.get(id) ?? 0) + change;
      if (count === 0) this.#readers.delete(id);
      else this.#readers.set(id, count);
    }
  }
}
