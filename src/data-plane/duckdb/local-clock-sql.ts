// Owns the clock of a time zone in SQL, piecewise over the offset changes within a range. The engine's own
// zone functions are not used: they shift hour windows on days when the clock goes back (design, Windows),
// and their zone rules would have to be the same version as those of pipeline/time-zones.ts.
import type { ZoneOffsets, ZoneTransition } from '../../pipeline/time-zones.ts';
import { DAY_MICROS } from '../../pipeline/calendar.ts';
import { letSql } from './let-sql.ts';
import { floorDivide } from '../../pipeline/time-zones.ts';

/** A value that holds below an instant; the last piece has no limit. */
interface Piece {
  readonly sql: string;
  readonly below?: bigint;
}

/** A TIMESTAMP constant; microseconds are ours and numeric, so they are written into the statement. */
export const timestampSql = (micros: bigint): string => `make_timestamp(${micros})`;

/** A DATE constant, by days since 1970-01-01. */
export const dateSql = (days: bigint): string => `(DATE '1970-01-01' + ${days})`;

/** Adding an interval to a timestamp costs the engine twice what the same shift of its microseconds does. */
const shifted = (timestamp: string, offset: bigint): string =>
  offset === 0n
    ? timestamp
    : `make_timestamp(epoch_us(${timestamp}) + ${offset < 0n ? `(${offset})` : offset})`;

/**
 * The local date (DATE) of a UTC TIMESTAMP expression. Where the clock goes back over midnight the later date
 * stays: days are what lies between the first instants of two dates.
 */
export function localDateSql(time: string, clock: ZoneOffsets): string {
  return clock.transitions.length === 0
    ? localDatePieces(time, clock)
    : letSql('utc', time, (utc) => localDatePieces(utc, clock));
}

function localDatePieces(timestamp: string, { initial, transitions }: ZoneOffsets): string {
  const date = (offset: bigint) => `CAST(${shifted(timestamp, offset)} AS DATE)`;
  const pieces = transitions.flatMap((transition): Piece[] => {
    const piece = { sql: date(transition.before), below: transition.instant };
    const stays = dateThatStays(transition);
    return stays === undefined ? [piece] : [piece, stays];
  });
  return pieceSql(timestamp, [...pieces, { sql: date(transitions.at(-1)?.after ?? initial) }]);
}

function dateThatStays({ instant, before, after }: ZoneTransition): Piece | undefined {
  // The last moment before the change: where it is midnight sharp, the next date has not begun yet.
  const day = floorDivide(instant + before - 1n, DAY_MICROS);
  if (floorDivide(instant + after, DAY_MICROS) >= day) return undefined;
  return { sql: dateSql(day), below: day * DAY_MICROS - after };
}

/** The first instant (UTC TIMESTAMP) of a local date given as SQL. */
export function startOfDateSql(date: string, clock: ZoneOffsets): string {
  const midnight = `CAST(${date} AS TIMESTAMP)`;
  return clock.transitions.length === 0
    ? startOfDatePieces(midnight, clock)
    : letSql('midnight', midnight, (named) => startOfDatePieces(named, clock));
}

function startOfDatePieces(midnight: string, { initial, transitions }: ZoneOffsets): string {
  const pieces = transitions.flatMap(({ instant, before, after }): Piece[] => {
    const piece = { sql: shifted(midnight, -before), below: instant + before };
    // Local times between the two do not exist: the date begins with the change.
    return after > before ? [piece, { sql: timestampSql(instant), below: instant + after }] : [piece];
  });
  return pieceSql(midnight, [...pieces, { sql: shifted(midnight, -(transitions.at(-1)?.after ?? initial)) }]);
}

/** A balanced tree of comparisons, so that a century of changes costs eight of them per row, not two hundred. */
function pieceSql(subject: string, pieces: readonly Piece[]): string {
  const [only] = pieces;
  if (pieces.length === 1) return only!.sql;
  const middle = Math.ceil(pieces.length / 2);
  const limit = pieces[middle - 1]!.below!;
  const [low, high] = [pieces.slice(0, middle), pieces.slice(middle)];
  return `CASE WHEN ${subject} < ${timestampSql(limit)} THEN ${pieceSql(subject, low)} ELSE ${pieceSql(subject, high)} END`;
}
