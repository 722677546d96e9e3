// Owns undoing a backfill, whatever it did. Every change of it has a sequence of its own, in spans that its
// commits noted; a revert walks through them, oldest first, a part at a time. A change is undone if it is still
// the last one of its id; otherwise somebody has changed the event since, and it stays. So does a change of an event
// that was erased, on either side of it.
import type { StoreTable } from '../event-store-port.ts';
import { noteCommit, noteSkipped, readState, spansOf } from './backfill-steps.ts';
import type { BackfillCommit, BackfillWork } from './backfill-steps.ts';
import type { Connection } from './connection.ts';
import { endVersions, eventColumns, qualified } from './end-versions.ts';
import type { ChangeCause } from './end-versions.ts';
import { erasedSql } from './erased.ts';
import { sameIdSql } from './id-columns.ts';
import { eventTable, formerTable, pinTable } from './layout.ts';
import type { WriterTicket } from './store-writers.ts';

/** Events that the backfill wrote and that still hold. */
const HELD = 'weir_held';
/** Versions that the backfill ended; `n` is the sequence of its change. */
const OLD = 'weir_old';
/** Changes to undo: n, whether there is an event to end, whether there is a version to restore, the new sequence. */
const UNDO = 'weir_undo';
const ENDED = 'weir_ended';

/** Undoes the next changes, at most `rowsMax`; the last commit unpins the ids. */
export async function revertChanges(
  connection: Connection,
  ticket: WriterTicket,
  work: BackfillWork,
  cause: ChangeCause,
  rowsMax: number,
): Promise<void> {
  const after = ticket.next - 1n;
  const part = await nextPart(connection, work, rowsMax);
  const counts = await undoPart(connection, ticket, work, cause, part);
  if (part.isLast) {
    await connection.run(`DELETE FROM ${pinTable(work.store.number)} WHERE backfill = $1`, [work.backfill]);
  }
  const upTo = ticket.next - 1n;
  await noteCommit(connection, work, { after, upTo, position: part.upTo, ...counts, done: part.isLast });
}

async function undoPart(
  connection: Connection,
  ticket: WriterTicket,
  work: BackfillWork,
  cause: ChangeCause,
  part: Part,
): Promise<Pick<BackfillCommit, 'deleted' | 'inserted' | 'replaced' | 'skipped'>> {
  const { store } = work;
  await findChanges(connection, store, part);
  const skipped = await noteSkipped(connection, work, changedSinceSql(store, part));
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${UNDO} AS
      SELECT *, ${ticket.next} + row_number() OVER (ORDER BY n) - 1 AS new_seq FROM (
        SELECT e.seq AS n, TRUE AS written, o.n IS NOT NULL AS former FROM ${HELD} AS e LEFT JOIN ${OLD} AS o ON o.n = e.seq
        UNION ALL SELECT n, FALSE, TRUE FROM ${OLD} AS o WHERE change = 'delete' AND NOT ${renewedSql(store, part)})`,
  );
  const [row] = await connection.lists(
    `SELECT count(*) FILTER (written AND NOT former), count(*) FILTER (NOT written), count(*) FILTER (written AND former)
      FROM ${UNDO}`,
  );
  const [deleted = 0, inserted = 0, replaced = 0] = row!.map(Number);
  await restore(connection, store, cause);
  ticket.next += BigInt(deleted + inserted + replaced);
  return { deleted, inserted, replaced, skipped };
}

/** Changes of the backfill: after < sequence <= upTo. */
interface Part {
  readonly after: bigint;
  readonly upTo: bigint;
  readonly isLast: boolean;
}

/** The first part that no commit of the revert has done, within one span; empty if there is nothing to undo. */
async function nextPart(connection: Connection, work: BackfillWork, rowsMax: number): Promise<Part> {
  const { position } = await readState(connection, work);
  const spans = await spansOf(connection, { ...work, direction: 'confirm' });
  const span = spans.find(({ upTo }) => upTo > position);
  if (!span) return { after: position, upTo: position, isLast: true };
  const after = position > span.after ? position : span.after;
  const end = after + BigInt(rowsMax);
  const upTo = end < span.upTo ? end : span.upTo;
  return { after, upTo, isLast: upTo === spans.at(-1)?.upTo };
}

/** Both tables are in the order of these sequences, so that only their own rows are read. */
async function findChanges(connection: Connection, store: StoreTable, part: Part): Promise<void> {
  const columns = eventColumns(store).join(', ');
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${HELD} AS SELECT ${columns} FROM ${eventTable(store.number)}
      WHERE ${within('seq', part)} AND seq NOT IN ${erasedChangesSql(store, part)}`,
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${OLD} AS SELECT change_seq AS n, change, ${columns} FROM ${formerTable(store.number)}
      WHERE ${within('change_seq', part)} AND change_seq NOT IN ${erasedChangesSql(store, part)}`,
  );
}

/** SQL set of the changes of which the version that was ended, or the one that was written, is erased. */
const erasedChangesSql = ({ number }: StoreTable, part: Part): string =>
  `(SELECT change_seq FROM ${formerTable(number)} WHERE ${within('change_seq', part)} AND seq IN ${erasedSql(number)}
    UNION SELECT seq FROM ${eventTable(number)} WHERE ${within('seq', part)} AND seq IN ${erasedSql(number)})`;

const within = (column: string, { after, upTo }: Part): string =>
  `${column} > ${after} AND ${column} <= ${upTo}`;

/** Whether the id of a deleted version `o` has come again since: then it has a version that is newer. */
function renewedSql(store: StoreTable, { after }: Part): string {
  const newer = (table: string, bound: string): string =>
    `EXISTS (SELECT 1 FROM ${table} AS e WHERE ${bound} AND e.seq > o.n AND ${sameIdSql(store, 'e', 'o')})`;
  const former = newer(formerTable(store.number), `e.change_seq > ${after} AND e.seq > ${after}`);
  return `(${newer(eventTable(store.number), `e.seq > ${after}`)} OR ${former})`;
}

/** FROM of the ids that stay: what the backfill wrote is gone, what it deleted is back, or either is erased. */
function changedSinceSql(store: StoreTable, part: Part): string {
  const columns = ['h', ...store.columns.map(({ column }) => column)].join(', ');
  const [events, former] = [eventTable(store.number), formerTable(store.number)];
  const erased = erasedChangesSql(store, part);
  return `(SELECT ${columns} FROM ${former} WHERE change_seq > ${part.after} AND ${within('seq', part)}
    UNION ALL SELECT ${columns} FROM ${events} WHERE ${within('seq', part)} AND seq IN ${erased}
    UNION ALL SELECT ${columns} FROM ${former} WHERE change = 'delete' AND ${within('change_seq', part)} AND change_seq IN ${erased}
    UNION ALL SELECT ${columns} FROM ${OLD} AS o WHERE change = 'delete' AND ${renewedSql(store, part)})`;
}

/** Ends what the backfill wrote and writes what it ended, each under the new sequence of its change. */
async function restore(connection: Connection, store: StoreTable, cause: ChangeCause): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${ENDED} AS SELECT n AS seq, new_seq AS change_seq,
      CASE WHEN former THEN 'replace' ELSE 'delete' END AS change FROM ${UNDO} WHERE written`,
  );
  await endVersions(connection, store, { held: HELD, ended: ENDED }, cause);
  const columns = eventColumns(store);
  await connection.run(
    `INSERT INTO ${eventTable(store.number)} (${columns.join(', ')})
      SELECT u.new_seq, ${qualified(columns.slice(1), 'o')} FROM ${UNDO} AS u JOIN ${OLD} AS o ON o.n = u.n
      WHERE u.former ORDER BY u.new_seq`,
  );
}
