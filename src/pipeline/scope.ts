// Owns the scope of a run: what a person asked for, grown until it cuts no window and no held record, and
// cut into slices that are closed in the same way.
import { WeirError } from '../errors.ts';
import type { MicrosRange, Outline } from '../data-plane/pipeline-port.ts';
import { DAY_MICROS, windowContaining } from './calendar.ts';
import { keysSpanTime } from './keyed.ts';
import type { Plan } from './plan.ts';
import type { Window } from './windows.ts';

/** Rows that one slice holds at most, unless told otherwise; one window that has more is not cut. */
export const slice_rows_target = 2_000_000;
/** Days that one slice spans at most, so that time zone transitions in it stay few. */
export const slice_days_max = 3_660n;
/** Steps after which growing is given up: windows that never fall together, such as weeks and months. */
const GROWTH_STEPS_MAX = 1_000;

/** The windows of a plan's aggregates. */
export const windowsOf = (plan: Plan): Window[] =>
  plan.nodes.flatMap((node) => (node.node === 'aggregate' ? [node.window] : []));

/** Throws SCOPE_CUTS_WINDOW when a time frame is asked of a plan with a window over all of time. */
export function refuseTimeFrameOverAll(plan: Plan): void {
  if (windowsOf(plan).every((window) => window.unit !== 'all')) return;
  throw new WeirError(
    'invalid',
    'SCOPE_CUTS_WINDOW',
    'A window over all time cannot be evaluated for a time frame; run it for all time.',
    {
      problems: [
        { pointer: '/scope', code: 'SCOPE_CUTS_WINDOW', message: 'the meter has a window over all time' },
      ],
    },
  );
}

type Held = Outline['held'];

/** The nearest instant at or after this one that cuts neither a window nor a held record; undefined: there is none. */
export function closedAtOrAfter(instant: bigint, windows: readonly Window[], held: Held): bigint | undefined {
  return settle(instant, (at) => {
    const ends = windows.flatMap((window) => cut(windowBounds(window, at), at));
    const records = held.filter((span) => span.from < at && at < span.to);
    return [...ends.map((span) => span.to), ...records.map((span) => span.to)].reduce(
      (a, b) => (b > a ? b : a),
      at,
    );
  });
}

/** The nearest instant at or before this one that cuts neither a window nor a held record. */
export function closedAtOrBefore(
  instant: bigint,
  windows: readonly Window[],
  held: Held,
): bigint | undefined {
  return settle(instant, (at) => {
    const starts = windows.flatMap((window) => cut(windowBounds(window, at), at));
    const records = held.filter((span) => span.from < at && at < span.to);
    return [...starts.map((span) => span.from), ...records.map((span) => span.from)].reduce(
      (a, b) => (b < a ? b : a),
      at,
    );
  });
}

const windowBounds = (window: Window, at: bigint): { from: bigint; to: bigint } | undefined => {
  const { start, end } = windowContaining(window, at);
  return start === null || end === null ? undefined : { from: start, to: end };
};

const cut = (span: { from: bigint; to: bigint } | undefined, at: bigint) =>
  span && span.from < at ? [span] : [];

function settle(instant: bigint, step: (at: bigint) => bigint): bigint | undefined {
  let at = instant;
  for (let steps = 0; steps < GROWTH_STEPS_MAX; steps += 1) {
    const next = step(at);
    if (next === at) return at;
    at = next;
  }
  return undefined;
}

/**
 * The scope grown to whole windows and whole records. A side that cannot be closed is opened; both are where
 * rows of any time can share a key.
 */
export function growScope(range: MicrosRange, plan: Plan, held: Held): MicrosRange {
  if (keysSpanTime(plan)) return {};
  const windows = windowsOf(plan);
  const from = range.from === undefined ? undefined : closedAtOrBefore(range.from, windows, held);
  const to = range.to === undefined ? undefined : closedAtOrAfter(range.to, windows, held);
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/**
 * Cuts a grown scope into slices of about `rowsTarget` rows, at instants that cut no window and no
 * held record. The slices cover the scope without gaps, so that records whose events are gone are seen too.
 */
export function cutSlices(
  range: MicrosRange,
  plan: Plan,
  outline: Outline,
  rowsTarget: number = slice_rows_target,
): MicrosRange[] {
  const windows = windowsOf(plan);
  if (windows.some((window) => window.unit === 'all') || keysSpanTime(plan)) return [range];
  const cuts: bigint[] = [];
  let rows = 0;
  let start: bigint | undefined;
  for (const { day, rows: load } of outline.days) {
    start ??= day;
    const full = rows > 0 && rows + load > rowsTarget;
    if (full || day - start > slice_days_max * DAY_MICROS) {
      const at = closedAtOrAfter(day, windows, outline.held);
      const inside =
        at !== undefined &&
        (range.from === undefined || at > range.from) &&
        (range.to === undefined || at < range.to);
      const last = cuts.at(-1);
      if (inside && (last === undefined || at > last)) {
        cuts.push(at);
        rows = 0;
        start = day;
      }
    }
    rows += load;
  }
  const bounds = [range.from, ...cuts, range.to];
  return bounds.slice(1).map((to, index) => {
    const from = bounds[index];
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  });
}

/** Per aggregate, the windows that became final after `since` and until `asOf`, as one range, if any did. */
export function closedBetween(plan: Plan, since: bigint, asOf: bigint): MicrosRange[] {
  return plan.nodes.flatMap((node) => {
    if (node.node !== 'aggregate') return [];
    const first = windowContaining(node.window, since - node.graceMicros);
    const open = windowContaining(node.window, asOf - node.graceMicros);
    if (first.start === null || open.start === null || first.start === open.start) return [];
    return [{ from: first.start, to: open.start }];
  });
}

/** Closed ranges around the given days, those that touch or overlap made one. */
export function closedRanges(days: readonly bigint[], plan: Plan, held: Held): MicrosRange[] {
  const ranges: MicrosRange[] = [];
  for (const day of days.toSorted((a, b) => (a < b ? -1 : 1))) {
    const grown = growScope({ from: day, to: day + DAY_MICROS }, plan, held);
    const last = ranges.at(-1);
    const joins = last && (last.to === undefined || grown.from === undefined || grown.from <= last.to);
    if (!joins) ranges.push(grown);
    else ranges[ranges.length - 1] = join(last, grown);
  }
  return ranges;
}

/** The smallest range that holds both. */
export function join(left: MicrosRange, right: MicrosRange): MicrosRange {
  const from =
    left.from === undefined || right.from === undefined
      ? undefined
      : left.from < right.from
        ? left.from
        : right.from;
  const to =
    left.to === undefined || right.to === undefined ? undefined : left.to > right.to ? left.to : right.to;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
