// Owns taking turns at what may not overlap.

/** Pieces of work that run one after the other, in the order in which they came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when all that came before it has ended, however it did. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.settled().then(work);
    this.#last = turn;
    return turn;
  }

  /** Resolves when all that has come until now has ended. */
  async settled(): Promise<void> {
    // Who asked for the work is told of its failure; those who wait behind it need not know.
    await this.#last.catch(() => undefined);
  }
}
