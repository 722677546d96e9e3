// Owns the commits that write the staged events of a backfill: new ones, and corrections of versions that still
// hold. Both pin their ids. What a commit has done with leaves the stage, so the next one goes on with the rest.
import type { StoreTable } from '../event-store-port.ts';
import { idNames } from './backfill-ids.ts';
import { noteCommit, noteSkipped, readState } from './backfill-steps.ts';
import type { BackfillCommit, BackfillWork } from './backfill-steps.ts';
import type { Connection } from './connection.ts';
import { eventColumns, keepFormer, qualified, takeVersions } from './end-versions.ts';
import type { ChangeCause } from './end-versions.ts';
import { erasedSql } from './erased.ts';
import { sameIdSql } from './id-columns.ts';
import { eventTable, pinTable, stagedTable } from './layout.ts';
import { bySequenceSql, sequenceSet } from './read-by-sequence.ts';
import type { WriterTicket } from './store-writers.ts';

const CHUNK = 'weir_chunk';
const HOLDING = 'weir_holding';
const HELD = 'weir_held';
const ENDED = 'weir_ended';
const WANTED_HELD = 'weir_wanted_held';

/** Inserts the next `rowsMax` staged events whose id has not come since the preview. */
export async function insertStaged(
  connection: Connection,
  ticket: WriterTicket,
  work: BackfillWork,
  rowsMax: number,
): Promise<void> {
  const { store, backfill } = work;
  const rows = await takeChunk(connection, store, backfill, rowsMax);
  const { position: seen } = await readState(connection, { ...work, direction: 'preview' });
  // An id that has come since the preview has a newer sequence than it saw: nothing older needs to be read.
  const come = `EXISTS (SELECT 1 FROM ${eventTable(store.number)} AS e WHERE e.seq > ${seen} AND ${sameIdSql(store, 'e', 'c')})`;
  const after = ticket.next - 1n;
  const names = store.columns.map(({ column }) => column).join(', ');
  const skipped = await noteSkipped(connection, work, `(SELECT c.* FROM ${CHUNK} AS c WHERE ${come})`);
  const inserted = await connection.run(
    `INSERT INTO ${eventTable(store.number)} (seq, h, ${names})
      SELECT ${ticket.next} + row_number() OVER (ORDER BY ord) - 1 AS seq, h, ${names} FROM ${CHUNK} AS c
      WHERE NOT ${come} ORDER BY seq`,
  );
  ticket.next += BigInt(inserted);
  await pinIds(connection, store, backfill, `${eventTable(store.number)} WHERE seq > ${after}`);
  const upTo = ticket.next - 1n;
  await finish(connection, work, { after, upTo, inserted, skipped, done: rows < rowsMax });
}

/** Corrects the next `rowsMax` staged events of which the previewed version still holds. */
export async function correctStaged(
  connection: Connection,
  ticket: WriterTicket,
  work: BackfillWork,
  cause: ChangeCause,
  rowsMax: number,
): Promise<void> {
  const { store, backfill } = work;
  const rows = await takeChunk(connection, store, backfill, rowsMax);
  await findHolding(connection, store);
  const after = ticket.next - 1n;
  const lost = `(SELECT c.* FROM ${CHUNK} AS c WHERE held NOT IN (SELECT seq FROM ${HOLDING}))`;
  const skipped = await noteSkipped(connection, work, lost);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${ENDED} AS SELECT c.held AS seq,
      ${ticket.next} + row_number() OVER (ORDER BY c.ord) - 1 AS change_seq, 'replace' AS change
      FROM ${CHUNK} AS c JOIN ${HOLDING} AS e ON e.seq = c.held WHERE NOT c.same`,
  );
  const replaced = await takeVersions(connection, store, await sequenceSet(connection, ENDED), HELD);
  await keepFormer(connection, store, { held: HELD, ended: ENDED }, cause);
  const names = store.columns.map(({ column }) => column);
  // It stays the event of the meter that wrote it, in its scope; the pin keeps that meter from writing it again.
  await connection.run(
    `INSERT INTO ${eventTable(store.number)} (${eventColumns(store).join(', ')})
      SELECT x.change_seq, c.h, e.owner, e.sf, e.st, ${qualified(names, 'c')} FROM ${ENDED} AS x
      JOIN ${CHUNK} AS c ON c.held = x.seq JOIN ${HELD} AS e ON e.seq = x.seq ORDER BY x.change_seq`,
  );
  ticket.next += BigInt(replaced);
  await pinIds(connection, store, backfill, `${CHUNK} WHERE held IN (SELECT seq FROM ${HOLDING})`);
  const upTo = ticket.next - 1n;
  await finish(connection, work, { after, upTo, replaced, skipped, done: rows < rowsMax });
}

/** The sequences of the versions that the chunk corrects, where they still hold and were not erased, in HOLDING. */
async function findHolding(connection: Connection, store: StoreTable): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${WANTED_HELD} AS SELECT held AS seq FROM ${CHUNK}
      WHERE held NOT IN ${erasedSql(store.number)}`,
  );
  const set = await sequenceSet(connection, WANTED_HELD);
  const rows = bySequenceSql(eventTable(store.number), 'seq', set);
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${HOLDING} AS ${rows}`);
}

/** The first `rowsMax` staged events of the backfill, in the order of its file; says how many they are. */
async function takeChunk(
  connection: Connection,
  store: StoreTable,
  backfill: string,
  rowsMax: number,
): Promise<number> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${CHUNK} AS SELECT * FROM ${stagedTable(store.number)}
      WHERE backfill = $1 ORDER BY ord LIMIT ${rowsMax}`,
    [backfill],
  );
  const [row] = await connection.lists(`SELECT count(*) FROM ${CHUNK}`);
  return Number(row?.[0]);
}

async function pinIds(
  connection: Connection,
  store: StoreTable,
  backfill: string,
  rows: string,
): Promise<void> {
  const ids = idNames(store).join(', ');
  await connection.run(
    `INSERT INTO ${pinTable(store.number)} (h, ${ids}, backfill) SELECT h, ${ids}, $1 FROM ${rows}`,
    [backfill],
  );
}

/** Takes the chunk off the stage and notes the commit. */
async function finish(connection: Connection, work: BackfillWork, commit: BackfillCommit): Promise<void> {
  await connection.run(
    `DELETE FROM ${stagedTable(work.store.number)} WHERE backfill = $1 AND ord <= (SELECT max(ord) FROM ${CHUNK})`,
    [work.backfill],
  );
  await noteCommit(connection, work, commit);
}
