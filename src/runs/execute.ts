// Owns what a run does, step by step, against the pipeline port. Everything it needs to go on after a crash
// is in the data plane: the list of slices and the result of each.
import type {
  ChangeSpan,
  Changes,
  CommitContext,
  MicrosRange,
  PipelinePort,
  SliceResult,
} from '../data-plane/pipeline-port.ts';
import { isKeyed } from '../pipeline/keyed.ts';
import type { Plan } from '../pipeline/plan.ts';
import { closedBetween, closedRanges, cutSlices, growScope, join } from '../pipeline/scope.ts';

export interface ExecuteRun {
  readonly plan: Plan;
  readonly context: CommitContext;
  readonly mode: 'batch' | 'replay';
  readonly dryRun: boolean;
  /** Rows of a slice (pipeline/scope.ts). */
  readonly sliceRows?: number | undefined;
  /** What was asked for, before it is grown. */
  readonly ranges: readonly MicrosRange[];
  /** Last sequences of the sources when the run started, by store: later changes are looked at again at the end. */
  readonly startedAt: ReadonlyMap<string, bigint>;
  /** Follow these changes and no others (a backfill). */
  readonly changes?: readonly ChangeSpan[];
}

export interface RunListener {
  /** Before the first slice. */
  readonly planned: (slices: number, effective: readonly MicrosRange[]) => Promise<void>;
  readonly committed: (result: SliceResult) => void;
  /** Asked between slices. */
  readonly stopped: () => boolean;
}

/** Does the run; returns whether it came to its end (false: it was stopped between slices). */
export async function executeRun(
  pipeline: PipelinePort,
  run: ExecuteRun,
  listener: RunListener,
): Promise<boolean> {
  const done = await pipeline.committedSlices(run.context.run);
  if (run.changes) {
    return executeChanges(pipeline, run, { spans: run.changes, complete: false }, listener, done, true);
  }
  const touched = run.mode === 'batch' && !run.dryRun ? await pipeline.uncovered(run.plan) : undefined;
  // A meter that has covered nothing yet is evaluated in slices, like a replay of everything. A run that died
  // after some of them goes on with the others, although those have covered the first changes.
  const begun = [...done.keys()].some((index) => index < CHANGES_FROM);
  if (touched && !begun && touched.every((span) => span.after > 0n)) {
    const followed = await executeChanges(
      pipeline,
      run,
      { spans: touched, complete: true },
      listener,
      done,
      true,
    );
    return followed && executeClosed(pipeline, run, listener);
  }
  const ended = await executeSlices(pipeline, run, listener, done);
  if (!ended || run.dryRun) return ended;
  return executeChanges(pipeline, run, await changedSince(pipeline, run), listener, done, false);
}

/** Indexes of commits that follow changes start here, so that they never meet the index of a slice. */
const CHANGES_FROM = 1_000_000;
/** And those of windows that have closed since. */
const CLOSED_FROM = 2_000_000;

type Done = ReadonlyMap<number, SliceResult>;

async function executeSlices(
  pipeline: PipelinePort,
  run: ExecuteRun,
  listener: RunListener,
  done: Done,
): Promise<boolean> {
  const slices = await slicesOf(pipeline, run, listener);
  for (const [index, range] of slices.entries()) {
    const known = done.get(index);
    if (!known && listener.stopped()) return false;
    const commit = run.dryRun ? pipeline.previewSlice.bind(pipeline) : pipeline.commitSlice.bind(pipeline);
    listener.committed(known ?? (await commit(run.plan, run.context, index, range)));
  }
  return true;
}

async function slicesOf(
  pipeline: PipelinePort,
  run: ExecuteRun,
  listener: RunListener,
): Promise<readonly MicrosRange[]> {
  const { held } = await pipeline.outline(run.plan, { from: 0n, to: 0n });
  const effective = run.ranges.map((range) => growScope(range, run.plan, held));
  const cut: MicrosRange[] = [];
  for (const range of merged(effective)) {
    cut.push(...cutSlices(range, run.plan, await pipeline.outline(run.plan, range), run.sliceRows));
  }
  // A run that died has stored its slices: the list stays what it was.
  const slices = await pipeline.storeSlices(run.context.run, cut);
  await listener.planned(slices.length, effective);
  return slices;
}

/** Ranges that overlap made one: no event is evaluated twice. */
function merged(ranges: readonly MicrosRange[]): MicrosRange[] {
  const lowest = (a: MicrosRange, b: MicrosRange): number => {
    if (a.from === undefined || b.from === undefined) return a.from === undefined ? -1 : 1;
    return a.from < b.from ? -1 : 1;
  };
  const joined: MicrosRange[] = [];
  for (const range of ranges.toSorted(lowest)) {
    const last = joined.at(-1);
    const apart = last?.to !== undefined && range.from !== undefined && range.from > last.to;
    if (!last || apart) {
      joined.push(range);
      continue;
    }
    joined[joined.length - 1] = join(last, range);
  }
  return joined;
}

/** Changes that came while the slices were being committed, and that no slice has seen. */
async function changedSince(pipeline: PipelinePort, run: ExecuteRun): Promise<Changes> {
  const uncovered = await pipeline.uncovered(run.plan);
  // After slices over all of time nothing else can be uncovered.
  if (isWholeTime(run)) return { spans: uncovered, complete: true };
  const spans = uncovered.flatMap((span) => {
    const started = run.startedAt.get(span.storeId) ?? span.after;
    return span.upTo > started ? [{ ...span, after: span.after > started ? span.after : started }] : [];
  });
  return { spans, complete: false };
}

/**
 * Evaluates what the changes touched. What a run that died has committed of it is counted, and new commits get
 * new indexes: by now the same index would stand for other changes.
 */
async function executeChanges(
  pipeline: PipelinePort,
  run: ExecuteRun,
  changes: Changes,
  listener: RunListener,
  done: Done,
  isWholeRun: boolean,
): Promise<boolean> {
  const before = [...done].filter(([index]) => index >= CHANGES_FROM && index < CLOSED_FROM);
  const next = before.reduce((free, [index]) => Math.max(free, index + 1), CHANGES_FROM);
  const planned = async (commits: number, ranges: readonly MicrosRange[]): Promise<void> => {
    if (isWholeRun) await listener.planned(before.length + commits, ranges);
    for (const [, result] of before) listener.committed(result);
  };
  const wholeTime = isWholeTime(run);
  if (changes.spans.length > 0 && wholeTime && isKeyed(run.plan)) {
    await planned(1, [{}]);
    listener.committed(await pipeline.commitTouched(run.plan, run.context, next, changes));
    return true;
  }
  const ranges = await touchedRanges(pipeline, run, changes.spans);
  await planned(ranges.length, ranges);
  for (const [index, range] of ranges.entries()) {
    if (listener.stopped()) return false;
    listener.committed(await pipeline.commitSlice(run.plan, run.context, next + index, range));
  }
  if (wholeTime) await pipeline.coverChanges(run.plan, changes);
  return true;
}

/** Evaluates the windows that have become final since they were evaluated, although no event of theirs changed. */
async function executeClosed(
  pipeline: PipelinePort,
  run: ExecuteRun,
  listener: RunListener,
): Promise<boolean> {
  const { asOf } = run.context;
  const since = await pipeline.coveredAsOf(run.plan);
  if (since === undefined || since >= asOf) return true;
  const { held } = await pipeline.outline(run.plan, { from: 0n, to: 0n });
  for (const [index, closed] of closedBetween(run.plan, since, asOf).entries()) {
    if (listener.stopped()) return false;
    const range = growScope(closed, run.plan, held);
    listener.committed(await pipeline.commitSlice(run.plan, run.context, CLOSED_FROM + index, range));
  }
  await pipeline.coverAsOf(run.plan, asOf);
  return true;
}

const isWholeTime = (run: ExecuteRun): boolean =>
  run.ranges.some((range) => range.from === undefined && range.to === undefined);

/** Closed ranges around the touched days; of a time frame only what is inside its grown scope. */
async function touchedRanges(
  pipeline: PipelinePort,
  run: ExecuteRun,
  changes: readonly ChangeSpan[],
): Promise<MicrosRange[]> {
  if (changes.length === 0) return [];
  const { held } = await pipeline.outline(run.plan, { from: 0n, to: 0n });
  const scopes = run.ranges.map((range) => growScope(range, run.plan, held));
  const touched = closedRanges(await pipeline.touchedDays(run.plan, changes), run.plan, held);
  return touched.flatMap((range) => scopes.flatMap((scope) => common(range, scope)));
}

/** What two ranges have in common, if anything. Of closed ranges it is closed. */
function common(left: MicrosRange, right: MicrosRange): MicrosRange[] {
  const from =
    left.from === undefined || (right.from !== undefined && right.from > left.from) ? right.from : left.from;
  const to = left.to === undefined || (right.to !== undefined && right.to < left.to) ? right.to : left.to;
  if (from !== undefined && to !== undefined && from >= to) return [];
  return [{ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
}
