// Owns the choice of the thread for a body, and feeding it.
import { availableParallelism } from 'node:os';
import type { DecodedBatch, EventBody, StoreTable } from '../../event-store-port.ts';
import { Intake } from '../intake.ts';
import { DoorJob, type DoorPlan, type DoorRequest } from './door-job.ts';
import { inPushes } from './pushes.ts';
import { WorkerThread, type WorkerJob } from './worker-thread.ts';

/** A smaller body is done here: about 200 events, a millisecond or two. */
const INLINE_BYTES_MAX = 64 * 1024;
export interface DoorOptions {
  /** Worker threads; 0 does everything on the main thread. */
  readonly threads?: number;
}

/**
 * Compiled sources can be run by a worker; TypeScript as it stands, which the tests run, cannot (Node 20). There
 * the same jobs run on the main thread.
 */
const ENTRY = import.meta.url.endsWith('.js') ? new URL('./door-worker.js', import.meta.url) : undefined;

export class Door {
  readonly #intake: Intake;
  readonly #threads: WorkerThread[] = [];
  readonly #threadsMax: number;
  readonly #plans = new WeakMap<StoreTable, DoorPlan>();

  constructor(
    intake = new Intake(),
    { threads = Math.max(1, availableParallelism() - 1) }: DoorOptions = {},
  ) {
    this.#intake = intake;
    this.#threadsMax = ENTRY === undefined ? 0 : threads;
  }

  /** Reads a body, batch by batch; the bytes are asked for no quicker than they are worked on. */
  async *read(store: StoreTable, body: EventBody): AsyncGenerator<DecodedBatch, void, undefined> {
    const ticket = this.#intake.body();
    let job: WorkerJob | undefined;
    let here: DoorJob | undefined;
    try {
      for await (const { bytes, last } of inPushes(body.bytes, ticket)) {
        if (job || !this.#isDoneHere(body, bytes, last)) {
          job ??= this.#thread().open(this.#planOf(store, body), requestOf(body));
          yield* await job.push(bytes, last);
        } else {
          here ??= new DoorJob(this.#planOf(store, body), body);
          yield* here.push(bytes, last);
        }
        ticket.letGo(bytes.length);
      }
    } finally {
      job?.close();
      ticket.end();
    }
  }

  /** Ends the threads; no body may be on its way. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.close()));
  }

  /** A compressed block of Avro may be a thousand times its bytes, too many batches for one answer of a thread. */
  #isDoneHere({ format }: EventBody, bytes: Uint8Array, last: boolean): boolean {
    return this.#threadsMax === 0 || format === 'avro' || (last && bytes.length <= INLINE_BYTES_MAX);
  }

  /** The plan of a store, the same object as long as its table is, which is how threads know it again. */
  #planOf(store: StoreTable, { definition }: EventBody): DoorPlan {
    const known = this.#plans.get(store);
    if (known?.definition === definition) return known;
    const plan = { definition, columns: store.columns, idFields: store.idFields };
    this.#plans.set(store, plan);
    return plan;
  }

  /** The thread with the fewest bodies; threads are made when they are first needed. */
  #thread(): WorkerThread {
    const alive = this.#threads.filter(({ dead }) => !dead);
    const idle = alive.find(({ load }) => load === 0);
    if (idle) return idle;
    if (alive.length < this.#threadsMax) {
      const thread = new WorkerThread(ENTRY!);
      this.#threads.splice(0, this.#threads.length, ...alive, thread);
      return thread;
    }
    return alive.reduce((least, thread) => (thread.load < least.load ? thread : least));
  }
}

/** What a thread needs of a body: its bytes come by and by. */
const requestOf = ({ format, options, retainedFrom }: EventBody): DoorRequest => ({
  format,
  options,
  retainedFrom,
});
