import type { NodeCounts, ReconcileCounts, SliceResult } from '../data-plane/pipeline-port.ts';
import { addCounts, NO_COUNTS } from '../pipeline/counts.ts';
import { microsOf } from '../pipeline/calendar.ts';
import type { Run, RunProgress } from './types.ts';

/** Progress of a run that does not go on: it waits, or has ended. */
export function progressOf({ status, slicesTotal, rowsRead, startedAt, endedAt }: Run): RunProgress {
  const seconds = startedAt && endedAt ? Number(microsOf(endedAt) - microsOf(startedAt)) / 1e6 : 0;
  const ended = status === 'completed';
  return {
    slicesDone: ended ? (slicesTotal ?? 0) : 0,
    slicesTotal,
    rowsRead,
    rowsPerSecond: seconds > 0 ? Math.round(rowsRead / seconds) : null,
    secondsLeft: ended ? 0 : null,
  };
}

/** Adds up the results of slices while a run goes on. Kept in memory: the data plane knows the slices. */
export class ProgressMeter {
  readonly #now: () => number;
  #startedMs: number;
  #slicesDone = 0;
  #slicesTotal: number | null = null;
  #rowsRead = 0;
  #result: ReconcileCounts = NO_COUNTS;
  readonly #nodes = new Map<string, NodeCounts>();

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#startedMs = now();
  }

  planned(slices: number): void {
    this.#slicesTotal = slices;
    this.#startedMs = this.#now();
  }

  committed(slice: SliceResult): void {
    this.#slicesDone += 1;
    this.#rowsRead += slice.rowsRead;
    this.#result = addCounts(this.#result, slice.result);
    for (const node of slice.nodes) this.#nodes.set(node.id, addedNode(this.#nodes.get(node.id), node));
  }

  /** Records retracted outside of slices. */
  retracted(records: number): void {
    this.#result = addCounts(this.#result, { ...NO_COUNTS, retracted: records });
  }

  get result(): ReconcileCounts {
    return this.#result;
  }

  get nodes(): NodeCounts[] {
    return [...this.#nodes.values()];
  }

  get rowsRead(): number {
    return this.#rowsRead;
  }

  /** Speed and time left from the slices done so far; null until there is one. */
  snapshot(): RunProgress {
    const seconds = (this.#now() - this.#startedMs) / 1_000;
    const total = this.#slicesTotal;
    const done = total === null ? this.#slicesDone : Math.min(this.#slicesDone, total);
    const known = done > 0 && seconds > 0;
    return {
      slicesDone: done,
      slicesTotal: total,
      rowsRead: this.#rowsRead,
      rowsPerSecond: known ? Math.round(this.#rowsRead / seconds) : null,
      secondsLeft: known && total !== null ? Math.ceil((seconds / done) * (total - done)) : null,
    };
  }
}

const addedNode = (known: NodeCounts | undefined, more: NodeCounts): NodeCounts =>
  known
    ? {
        id: more.id,
        in: known.in + more.in,
        out: known.out + more.out,
        dropped: known.dropped + more.dropped,
        rejected: known.rejected + more.rejected,
      }
    : more;
