// Owns one worker thread from the side of the main thread: its jobs, its plans, and what happens if it dies.
import { Worker } from 'node:worker_threads';
import { WeirError } from '../../../errors.ts';
import type { DecodedBatch } from '../../event-store-port.ts';
import type { DoorPlan, DoorRequest } from './door-job.ts';
import { toError, type FromWorker, type ToWorker } from './protocol.ts';

/** A store is a plan or two; a worker keeps those of so many. */
const PLANS_MAX = 64;
/**
 * The young generation holds what one push makes; with the default of 16 MB half of it is copied at every
 * collection, which took a tenth of the worker's time.
 */
const YOUNG_MEGABYTES = 64;

interface Waiting {
  readonly resolve: (batches: readonly DecodedBatch[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A job in a worker: pushes are answered in their order, and the next one waits for the answer. */
export interface WorkerJob {
  push(bytes: Uint8Array, last: boolean): Promise<readonly DecodedBatch[]>;
  close(): void;
}

export class WorkerThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #plans = new Map<DoorPlan, number>();
  #made = 0;
  #jobs = 0;
  #dead = false;

  constructor(entry: URL) {
    this.#worker = new Worker(entry, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES } });
    this.#worker.unref();
    this.#worker.on('message', (answer: FromWorker) => this.#answered(answer));
    this.#worker.on('error', (error) => this.#died(error));
    this.#worker.on('exit', () => this.#died(new Error('the worker ended')));
  }

  /** Jobs that are open. */
  get load(): number {
    return this.#jobs;
  }

  get dead(): boolean {
    return this.#dead;
  }

  open(plan: DoorPlan, request: DoorRequest): WorkerJob {
    const job = (this.#made += 1);
    this.#jobs += 1;
    this.#send({ kind: 'open', job, plan: this.#planNumber(plan), request });
    return {
      push: (bytes, last) =>
        new Promise((resolve, reject) => {
          if (this.#dead) return reject(lost(undefined));
          this.#waiting.set(job, { resolve, reject });
          this.#send({ kind: 'push', job, bytes, last }, [bytes.buffer as ArrayBuffer]);
        }),
      close: () => {
        this.#jobs -= 1;
        this.#send({ kind: 'close', job });
      },
    };
  }

  async close(): Promise<void> {
    this.#dead = true;
    await this.#worker.terminate();
  }

  #planNumber(plan: DoorPlan): number {
    const known = this.#plans.get(plan);
    // Used last, so forgotten last.
    this.#plans.delete(plan);
    const number = known ?? (this.#made += 1);
    this.#plans.set(plan, number);
    if (known !== undefined) return number;
    this.#send({ kind: 'plan', plan: number, content: plan });
    const [[oldest, oldNumber]] = [...this.#plans] as [[DoorPlan, number]];
    if (this.#plans.size > PLANS_MAX) {
      this.#plans.delete(oldest);
      this.#send({ kind: 'forget', plan: oldNumber });
    }
    return number;
  }

  #answered(answer: FromWorker): void {
    const waiting = this.#waiting.get(answer.job);
    this.#waiting.delete(answer.job);
    if ('batches' in answer) waiting?.resolve(answer.batches);
    else waiting?.reject(toError(answer.failure));
  }

  #died(cause: Error): void {
    this.#dead = true;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(lost(cause));
  }

  #send(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

/** Nothing of the request has been written, so it may come again. */
const lost = (cause: Error | undefined): WeirError =>
  new WeirError('unavailable', 'DECODER_FAILED', 'The thread that read the events ended; send them again.', {
    cause,
    retryAfterSeconds: 1,
  });
