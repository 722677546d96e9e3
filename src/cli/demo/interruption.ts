// Owns Ctrl-C during the demo: it ends after the current step, so that no server and no temporary folder
// stay behind. A second one ends the process at once.

/** What a shell reports for a program ended by SIGINT. */
export const EXIT_INTERRUPTED = 130;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Thrown by the step that does not begin any more. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Listens from the moment it is made until it is forgotten. */
export class Interruption {
  readonly happened: Promise<void>;
  private reached = false;
  private listener: () => void = () => undefined;

  constructor() {
    this.happened = new Promise((resolve) => {
      this.listener = () => {
        this.reached = true;
        resolve();
      };
    });
    for (const signal of SIGNALS) process.once(signal, this.listener);
  }

  throwIfReached(): void {
    if (this.reached) throw new Interrupted();
  }

  forget(): void {
    for (const signal of SIGNALS) process.off(signal, this.listener);
  }
}
