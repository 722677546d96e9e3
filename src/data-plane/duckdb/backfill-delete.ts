// Owns the commits that delete events: the previewed versions of ids, or the versions that meet a condition.
import type { BackfillChange, MatchingEvents } from '../backfill-port.ts';
import type { StoreTable } from '../event-store-port.ts';
import { idNames } from './backfill-ids.ts';
import { noteCommit, noteSkipped } from './backfill-steps.ts';
import type { BackfillWork } from './backfill-steps.ts';
import type { Connection } from './connection.ts';
import { literalSql } from './export-sql.ts';
import { keepFormer, takeVersions } from './end-versions.ts';
import type { ChangeCause } from './end-versions.ts';
import { eventTable, formerTable, pinTable } from './layout.ts';
import { filterCondition, rangeConditions } from './read-events.ts';
import { LiteralStatement } from './pipeline/statement.ts';
import { sequenceSet, sequencesOf } from './read-by-sequence.ts';
import type { SequenceSet } from './read-by-sequence.ts';
import type { WriterTicket } from './store-writers.ts';

const HELD = 'weir_held';
const ENDED = 'weir_ended';
const CHOSEN = 'weir_chosen';

/** Condition on the columns of events or former versions. Values stand in it as literals. */
export function matchingSql(store: StoreTable, { range, filters, upTo }: MatchingEvents): string {
  const statement = new LiteralStatement();
  const conditions = [
    `seq <= ${upTo}`,
    ...rangeConditions(statement, range),
    ...filters.map((filter) => filterCondition(statement, store, filter)),
  ];
  return conditions.join(' AND ');
}

/** Deletes what the preview found and pins the ids: at most 1,000, in one commit. */
export async function deleteFound(
  connection: Connection,
  ticket: WriterTicket,
  work: BackfillWork,
  cause: ChangeCause,
): Promise<void> {
  const { store, backfill } = work;
  const items = await connection.lists('SELECT seq FROM backfill_items WHERE store = $1 AND backfill = $2', [
    store.number,
    backfill,
  ]);
  const sequences = items.map(([sequence]) => BigInt(sequence!));
  const after = ticket.next - 1n;
  const deleted = await deleteVersions(connection, ticket, sequencesOf(sequences), cause);
  const ids = idNames(store).join(', ');
  await connection.run(
    `INSERT INTO ${pinTable(store.number)} (h, ${ids}, backfill) SELECT h, ${ids}, $1 FROM ${HELD}`,
    [backfill],
  );
  const gone = sequences.length === deleted ? 'FALSE' : `seq IN (${sequences.join(', ')})`;
  const changed = `(SELECT * FROM ${formerTable(store.number)} WHERE ${gone} AND change_seq <= ${after})`;
  const skipped = await noteSkipped(connection, work, changed);
  await noteCommit(connection, work, { after, upTo: ticket.next - 1n, deleted, skipped, done: true });
}

/**
 * Deletes the next `rowsMax` events that meet the condition. Those that are deleted meet it no more, so it needs no
 * place to go on from; the last commit notes which ones had been changed before their turn came.
 */
export async function deleteMatching(
  connection: Connection,
  ticket: WriterTicket,
  work: BackfillWork,
  { matching }: Extract<BackfillChange, { change: 'delete-matching' }>,
  cause: ChangeCause,
  rowsMax: number,
): Promise<void> {
  const { store, backfill } = work;
  const condition = matchingSql(store, matching);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${CHOSEN} AS SELECT seq FROM ${eventTable(store.number)} WHERE ${condition} LIMIT ${rowsMax}`,
  );
  const after = ticket.next - 1n;
  const deleted = await deleteVersions(connection, ticket, await sequenceSet(connection, CHOSEN), cause);
  const done = deleted < rowsMax;
  const changed = `(SELECT * FROM ${formerTable(store.number)}
    WHERE ${condition} AND change_seq > ${matching.upTo} AND cause <> ${literalSql(backfill)})`;
  const skipped = done ? await noteSkipped(connection, work, changed) : 0;
  await noteCommit(connection, work, { after, upTo: ticket.next - 1n, deleted, skipped, done });
}

/** Ends the versions of the set that still hold, each by a sequence of its own; they are in HELD then. */
async function deleteVersions(
  connection: Connection,
  ticket: WriterTicket,
  set: SequenceSet,
  cause: ChangeCause,
): Promise<number> {
  const { store } = ticket;
  const deleted = await takeVersions(connection, store, set, HELD);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${ENDED} AS
      SELECT seq, ${ticket.next} + row_number() OVER (ORDER BY seq) - 1 AS change_seq, 'delete' AS change FROM ${HELD}`,
  );
  await keepFormer(connection, store, { held: HELD, ended: ENDED }, cause);
  ticket.next += BigInt(deleted);
  return deleted;
}
