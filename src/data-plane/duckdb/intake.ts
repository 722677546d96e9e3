// Owns how much of what clients send is in memory at once: bytes on their way through the door, rows that are
// gathered or wait for their commit. Beyond its bounds nothing more is taken, until some of it is on disk.
import { WeirError } from '../../errors.ts';

/** Of all stores together. */
export const INTAKE_BYTES_MAX = 128 * 1024 * 1024;
/** Each may have a part of its body on its way, whatever the bytes say when it comes. */
const REQUESTS_MAX = 1_000;

export interface Ticket {
  /** So many more bytes of this request are in memory. */
  hold(bytes: number): void;
  /** So many bytes fewer. */
  letGo(bytes: number): void;
  /** The request has ended; what it still held is gone. */
  end(): void;
}

export class Intake {
  readonly #bytesMax: number;
  #bytes = 0;
  #requests = 0;

  constructor(bytesMax = INTAKE_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** No more fits: what is gathered should go to disk. */
  get isFull(): boolean {
    return this.#bytes >= this.#bytesMax;
  }

  /** Bytes in memory now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Begins a request; throws EVENT_STORE_OVERLOADED when too much is in memory already. */
  admit(): Ticket {
    if (this.isFull || this.#requests >= REQUESTS_MAX) {
      const message = 'More events are being sent than can be written; send them again later.';
      throw new WeirError('overloaded', 'EVENT_STORE_OVERLOADED', message, { retryAfterSeconds: 1 });
    }
    this.#requests += 1;
    return this.#ticket(() => (this.#requests -= 1));
  }

  /** The body of a request, while it is read. Whoever reads it has been admitted, or is the server itself. */
  body(): Ticket {
    return this.#ticket(() => undefined);
  }

  #ticket(ended: () => void): Ticket {
    let held = 0;
    const change = (bytes: number): void => {
      held += bytes;
      this.#bytes += bytes;
    };
    return {
      hold: change,
      letGo: (bytes) => change(-bytes),
      end: () => {
        change(-held);
        ended();
      },
    };
  }
}
