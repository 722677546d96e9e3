// Entry of a worker thread: runs jobs of the door, one push after the other.
import { parentPort } from 'node:worker_threads';
import type { DecodedBatch } from '../../event-store-port.ts';
import { RowEncoder } from '../load/index.ts';
import { DoorJob, type DoorPlan, type DoorRequest } from './door-job.ts';
import { toFailure, type FromWorker, type ToWorker } from './protocol.ts';

const plans = new Map<number, DoorPlan>();
const jobs = new Map<number, EncodingJob>();

interface EncodingJob {
  readonly job: DoorJob;
  readonly encoder: RowEncoder;
}

function receive(message: ToWorker): void {
  switch (message.kind) {
    case 'plan':
      plans.set(message.plan, message.content);
      return;
    case 'forget':
      plans.delete(message.plan);
      return;
    case 'open':
      jobs.set(message.job, open(plans.get(message.plan)!, message.request));
      return;
    case 'close':
      jobs.delete(message.job);
      return;
    case 'push':
      push(message.job, message.bytes, message.last);
  }
}

const open = (plan: DoorPlan, request: DoorRequest): EncodingJob => ({
  job: new DoorJob(plan, request),
  encoder: new RowEncoder(plan),
});

function push(job: number, bytes: Uint8Array, last: boolean): void {
  try {
    const { job: reading, encoder } = jobs.get(job)!;
    const batches = Array.from(reading.push(bytes, last), ({ rows, ...rest }) => ({
      ...rest,
      rows: encoder.encode(rows),
    }));
    answer({ job, batches }, batches.flatMap(buffersOf));
  } catch (error) {
    answer({ job, failure: toFailure(error) }, []);
  }
}

/** Handed over, not copied. */
function buffersOf({ rows }: DecodedBatch): ArrayBufferLike[] {
  if (!('pages' in rows)) return [];
  const [page] = rows.pages;
  return [rows.positions.buffer, rows.low.buffer, rows.high.buffer, ...(page ? [page.buffer] : [])];
}

function answer(message: FromWorker, transfer: readonly ArrayBufferLike[]): void {
  parentPort!.postMessage(message, transfer as ArrayBuffer[]);
}

parentPort!.on('message', receive);
