// Owns cutting the events of a store into slices of bounded size, in (event time, sequence) order, so that each can
// be sorted on its own.
import type { Connection } from './connection.ts';
import { instantSql } from './pipeline/statement.ts';

/** Parts that one statement counts: a slice of a store cut into 256 is filled to within a sixteenth. */
const PARTS = 4_096n;
/** However large a store is: a slice of events that came in no order reads the event times of all of them. */
const SLICES_MAX = 256;

/** What events are cut by: by time, and those of one instant by sequence. */
interface Axis {
  readonly value: string;
  /** The condition of the values from `from` to before `to`. */
  readonly within: (from: bigint, to: bigint) => string;
  /** How to cut events that have one value in common; undefined where they cannot. */
  readonly ties?: (value: bigint) => Axis;
}

const bySequence = (instant: bigint): Axis => ({
  value: 'seq',
  within: (from, to) => `t = ${instantSql(instant)} AND seq >= ${from} AND seq < ${to}`,
});

const BY_TIME: Axis = {
  value: 'epoch_us(t)',
  within: (from, to) => `t >= ${instantSql(from)} AND t < ${instantSql(to)}`,
  ties: bySequence,
};

/**
 * Conditions on the events of a table, one after the other in (event time, sequence) order: every event under
 * `condition` meets exactly one. None meets more than `rowsMax` events, or a 256th of them all where that is more.
 * The table is to be read in one transaction.
 */
export async function* eventSlices(
  connection: Connection,
  table: string,
  condition: string,
  rowsMax: number,
): AsyncGenerator<string> {
  const [[count] = []] = await connection.lists(`SELECT count(*) FROM ${table} WHERE ${condition}`);
  const rows = Math.max(rowsMax, Math.ceil(Number(count) / SLICES_MAX));
  yield* cut({ connection, table, rows }, BY_TIME, condition);
}

interface Cutting {
  readonly connection: Connection;
  readonly table: string;
  readonly rows: number;
}

async function* cut(cutting: Cutting, axis: Axis, condition: string): AsyncGenerator<string> {
  const { connection, table, rows } = cutting;
  const [bounds] = await connection.lists(
    `SELECT min(${axis.value}), max(${axis.value}), count(*) FROM ${table} WHERE ${condition}`,
  );
  const [first, last, count] = bounds ?? [];
  if (typeof first !== 'string' || typeof last !== 'string') return;
  if (Number(count) <= rows) return yield condition;
  const [from, to] = [BigInt(first), BigInt(last) + 1n];
  if (to - from === 1n && axis.ties) {
    const ties = axis.ties(from);
    return yield* cut(cutting, ties, condition);
  }
  const width = (to - from + PARTS - 1n) / PARTS;
  const parts = await connection.lists(
    `SELECT (${axis.value} - ${from}) // ${width} AS part, count(*) FROM ${table} WHERE ${condition}
      GROUP BY part ORDER BY part`,
  );
  for (const span of spans(parts, rows)) {
    const within = axis.within(from + span.first * width, from + span.end * width);
    if (span.count > rows) yield* cut(cutting, axis, within);
    else yield within;
  }
}

interface Span {
  /** Parts from `first` to before `end`. */
  readonly first: bigint;
  readonly end: bigint;
  readonly count: number;
}

/** Neighbouring parts taken together up to `rows`; a part that has more stands alone. */
function spans(parts: readonly (readonly (string | null)[])[], rows: number): Span[] {
  const found: Span[] = [];
  for (const [part, text] of parts) {
    const first = BigInt(part ?? 0);
    const span = { first, end: first + 1n, count: Number(text) };
    const before = found.at(-1);
    if (before && before.count + span.count <= rows) {
      found[found.length - 1] = { first: before.first, end: span.end, count: before.count + span.count };
    } else {
      found.push(span);
    }
  }
  return found;
}
