// Owns what is remembered of the commits of a backfill: how far it is, what it did, what it left alone. Written
// in the transaction of the commit itself, so that a crash finds either both or neither.
import type { CanonicalValue } from '../../definitions/types.ts';
import { BACKFILL_LISTED_MAX } from '../backfill-port.ts';
import type { BackfillDirection, BackfillOutcome } from '../backfill-port.ts';
import type { StoreTable } from '../event-store-port.ts';
import type { Connection } from './connection.ts';
import { idColumnsOf } from './id-columns.ts';
import { canonicalSql } from './layout.ts';

/** One direction of one backfill of a store. */
export interface BackfillWork {
  readonly store: StoreTable;
  readonly backfill: string;
  /** A preview of a file notes the last sequence that it saw, as its position. */
  readonly direction: BackfillDirection | 'preview';
}

/** What one commit did: it took the sequences after < sequence <= upTo. */
export interface BackfillCommit {
  readonly after: bigint;
  readonly upTo: bigint;
  /** Where the next commit goes on, where the kind of work needs to know. */
  readonly position?: bigint;
  readonly deleted?: number;
  readonly inserted?: number;
  readonly replaced?: number;
  readonly skipped?: number;
  readonly done: boolean;
}

const keyOf = ({ store, backfill, direction }: BackfillWork): (string | number)[] => [
  store.number,
  backfill,
  direction,
];
const SAME_WORK = 'store = $1 AND backfill = $2 AND direction = $3';

/** Notes a commit, in its transaction. */
export async function noteCommit(
  connection: Connection,
  work: BackfillWork,
  commit: BackfillCommit,
): Promise<void> {
  const { after, upTo, position = 0n, deleted = 0, inserted = 0 } = commit;
  const { replaced = 0, skipped = 0, done } = commit;
  await connection.run(
    `INSERT INTO backfill_commits VALUES ($1, $2, $3, ${after}, ${upTo}, ${position}, ${deleted}, ${inserted},
      ${replaced}, ${skipped}, ${done})`,
    keyOf(work),
  );
}

/** How far a backfill is. */
export interface BackfillState {
  readonly done: boolean;
  /** The last one noted; 0 before the first commit. */
  readonly position: bigint;
}

export async function readState(connection: Connection, work: BackfillWork): Promise<BackfillState> {
  const [row] = await connection.lists(
    `SELECT coalesce(bool_or(done), FALSE), coalesce(max(position), 0) FROM backfill_commits WHERE ${SAME_WORK}`,
    keyOf(work),
  );
  return { done: row?.[0] === 'true', position: BigInt(row?.[1] ?? 0) };
}

/** The sequences that the commits of one direction took, in order, each span after < sequence <= upTo. */
export async function spansOf(
  connection: Connection,
  work: BackfillWork,
): Promise<{ readonly after: bigint; readonly upTo: bigint }[]> {
  const rows = await connection.lists(
    `SELECT after_seq, up_to_seq FROM backfill_commits WHERE ${SAME_WORK} AND up_to_seq > after_seq ORDER BY after_seq`,
    keyOf(work),
  );
  return rows.map(([after, upTo]) => ({ after: BigInt(after!), upTo: BigInt(upTo!) }));
}

/**
 * Notes ids that were left alone: `rows` is a FROM with the id columns. The first ones are kept; the answer is how
 * many they are, for `noteCommit`.
 */
export async function noteSkipped(connection: Connection, work: BackfillWork, rows: string): Promise<number> {
  const texts = idColumnsOf(work.store).map((column) => canonicalSql(column.column, column));
  const kept = await connection.run(
    `INSERT INTO backfill_skipped SELECT $1, $2, $3, CAST(to_json([${texts.join(', ')}]) AS VARCHAR) FROM ${rows}
      LIMIT ${BACKFILL_LISTED_MAX}`,
    keyOf(work),
  );
  if (kept < BACKFILL_LISTED_MAX) return kept;
  const [count] = await connection.lists(`SELECT count(*) FROM ${rows}`);
  return Number(count?.[0]);
}

/** Read from what the commits noted, so that it is the same whenever it is asked for. */
export async function outcomeOf(connection: Connection, work: BackfillWork): Promise<BackfillOutcome> {
  const [sums] = await connection.lists(
    `SELECT coalesce(bool_or(done), FALSE), coalesce(CAST(sum(deleted) AS BIGINT), 0),
      coalesce(CAST(sum(inserted) AS BIGINT), 0), coalesce(CAST(sum(replaced) AS BIGINT), 0),
      coalesce(CAST(sum(skipped) AS BIGINT), 0),
      min(after_seq) FILTER (up_to_seq > after_seq), max(up_to_seq) FILTER (up_to_seq > after_seq)
      FROM backfill_commits WHERE ${SAME_WORK}`,
    keyOf(work),
  );
  const [done, deleted, inserted, replaced, skipped, after, upTo] = sums!;
  const listed = await connection.lists(
    `SELECT id FROM backfill_skipped WHERE ${SAME_WORK} LIMIT ${BACKFILL_LISTED_MAX}`,
    keyOf(work),
  );
  return {
    done: done === 'true',
    deleted: Number(deleted),
    inserted: Number(inserted),
    replaced: Number(replaced),
    skipped: Number(skipped),
    skippedIds: listed.map(([id]) => JSON.parse(id!) as CanonicalValue[]),
    ...(after === null || upTo === null || after === undefined || upTo === undefined
      ? {}
      : { span: { after: BigInt(after), upTo: BigInt(upTo) } }),
  };
}
