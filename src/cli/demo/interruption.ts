// Owns Ctrl-C during the demo: it ends in order, so that no server and no temporary folder stay behind.

/** What a shell reports for a program ended by SIGINT. */
export const EXIT_INTERRUPTED = 130;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Listens from the moment it is made until it is forgotten. */
export class Interruption {
  readonly happened: Promise<void>;
  private listener: () => void = () => undefined;

  constructor() {
    this.happened = new Promise((resolve) => {
      this.listener = resolve;
    });
    for (const signal of SIGNALS) process.once(signal, this.listener);
  }

  forget(): void {
    for (const signal of SIGNALS) process.off(signal, this.listener);
  }
}
