// Owns erasing a subject: every version of its events, current and former, keeps only what orders and identifies it.
// Nothing remembers the value that was searched for: the preview notes the sequences of the versions, an id that was
// itself the value gives way to a marker. The rows keep their sequences, so the change feed has no entry.
import type { Column } from '../../definitions/types.ts';
import type { BackfillChange, ErasePreview } from '../backfill-port.ts';
import type { FieldFilter, StoreTable } from '../event-store-port.ts';
import { hasStaged } from './backfill-staged.ts';
import { noteCommit, readState } from './backfill-steps.ts';
import type { BackfillWork } from './backfill-steps.ts';
import type { Connection } from './connection.ts';
import { eventColumns } from './end-versions.ts';
import { idColumnsOf } from './id-columns.ts';
import { idHashSql } from './id-hash.ts';
import { eventTable, formerTable, sqlType, stagedTable } from './layout.ts';
import { freezeOutputs } from './pipeline/freeze-outputs.ts';
import { Statement } from './pipeline/statement.ts';
import { filterCondition } from './read-events.ts';
import { bySequenceSql, deleteBySequence, sequenceSet } from './read-by-sequence.ts';
import type { SequenceSet } from './read-by-sequence.ts';
import type { WriterTicket } from './store-writers.ts';

export type EraseChange = Extract<BackfillChange, { change: 'erase' }>;

/** Positions of an erasure: its versions and their outputs are marked; then all versions are blanked. */
const MARKED = 1n;
export const BLANKED = 2n;

const CHUNK = 'weir_chunk';
const BLANK = 'weir_blank';
const CHANGE_COLUMNS = ['change_seq', 'change', 'cause', 'changed_at'] as const;

/** Finds the versions whose field has the value and remembers their sequences, in the caller's transaction. */
export async function previewErase(
  connection: Connection,
  store: StoreTable,
  backfill: string,
  subject: FieldFilter,
): Promise<ErasePreview> {
  const found = async (table: string): Promise<number> => {
    const statement = new Statement();
    const name = statement.text(backfill);
    const condition = filterCondition(statement, store, subject);
    return connection.run(
      `INSERT INTO backfill_items SELECT ${store.number}, ${name}, seq FROM ${table} WHERE ${condition}`,
      statement.values,
    );
  };
  return { events: await found(eventTable(store.number)), former: await found(formerTable(store.number)) };
}

/**
 * The next commit of an erasure. The first one marks all versions and freezes what was made from them, while their
 * fields still tell what that is; the others blank `rowsMax` versions each.
 */
export async function eraseNext(
  connection: Connection,
  { next }: WriterTicket,
  work: BackfillWork,
  change: EraseChange,
  rowsMax: number,
): Promise<void> {
  const { position } = await readState(connection, work);
  const none = { after: next - 1n, upTo: next - 1n };
  if (position === 0n) {
    await markVersions(connection, work);
    for (const plan of change.dependents) {
      await freezeOutputs(connection, plan, change.storeId, { backfill: work.backfill, former: true });
    }
    await noteCommit(connection, work, { ...none, position: MARKED, done: false });
  } else if (position === MARKED) {
    const { taken, blanked } = await blankChunk(connection, work, change.field, rowsMax);
    const isLast = taken < rowsMax;
    const done = isLast && !isIdField(work.store, change.field);
    await noteCommit(connection, work, {
      ...none,
      position: isLast ? BLANKED : MARKED,
      replaced: blanked,
      done,
    });
  } else {
    await noteCommit(connection, work, { ...none, position: BLANKED, done: true });
  }
}

/** Whether erasing by this field replaces event ids, so that their index is to be made again. */
export const isIdField = ({ idFields }: StoreTable, field: string): boolean => idFields.includes(field);

/** All versions of one id get one marker, the sequence of the first of them: no other id of the store has it. */
async function markVersions(
  connection: Connection,
  { store, backfill }: Pick<BackfillWork, 'store' | 'backfill'>,
): Promise<void> {
  const ids = idColumnsOf(store)
    .map(({ column }) => column)
    .join(', ');
  const items = '(SELECT seq FROM backfill_items WHERE store = $1 AND backfill = $2)';
  const key = [store.number, backfill];
  await connection.run(`DELETE FROM erased_events WHERE store = $1 AND seq IN ${items}`, key);
  const versions = [eventTable(store.number), formerTable(store.number)].map(
    (table) => `SELECT seq, ${ids} FROM ${table} WHERE seq IN ${items}`,
  );
  await connection.run(
    `INSERT INTO erased_events SELECT $1, seq, min(seq) OVER (PARTITION BY ${ids})
      FROM (${versions.join(' UNION ALL ')})`,
    key,
  );
}

/** Blanks the next versions, and forgets what other previewed backfills would write in their place. */
async function blankChunk(
  connection: Connection,
  { store, backfill }: BackfillWork,
  field: string,
  rowsMax: number,
): Promise<{ taken: number; blanked: number }> {
  const key = [store.number, backfill];
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${CHUNK} AS SELECT i.seq, m.marker FROM backfill_items AS i
      LEFT JOIN erased_events AS m ON m.store = i.store AND m.seq = i.seq
      WHERE i.store = $1 AND i.backfill = $2 ORDER BY i.seq LIMIT ${rowsMax}`,
    key,
  );
  const set = await sequenceSet(connection, CHUNK);
  const blanked =
    (await blankRows(connection, store, field, eventTable(store.number), [], set)) +
    (await blankRows(connection, store, field, formerTable(store.number), CHANGE_COLUMNS, set));
  if (await hasStaged(connection, store)) {
    await connection.run(`DELETE FROM ${stagedTable(store.number)} WHERE held IN (SELECT seq FROM ${CHUNK})`);
  }
  const taken = await connection.run(
    `DELETE FROM backfill_items WHERE store = $1 AND backfill = $2 AND seq IN (SELECT seq FROM ${CHUNK})`,
    key,
  );
  return { taken, blanked };
}

/** Replaces the rows of the chunk in one table by blank ones; deleted and inserted, not updated (docs/adr/0014). */
async function blankRows(
  connection: Connection,
  store: StoreTable,
  field: string,
  table: string,
  more: readonly string[],
  set: SequenceSet,
): Promise<number> {
  const columns = [...eventColumns(store), ...more];
  const values = store.columns.map((column) => `${blankSql(store, column, field)} AS ${column.column}`);
  const kept = ['seq', 'h', 'owner', 'sf', 'st', ...more].map((column) => `e.${column}`);
  const hash = isIdField(store, field) ? `* REPLACE (${idHashSql(idColumnsOf(store))} AS h)` : '*';
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${BLANK} AS SELECT ${hash} FROM (
      SELECT ${[...kept, ...values].join(', ')}
      FROM (${bySequenceSql(table, columns.join(', '), set)}) AS e JOIN ${CHUNK} AS c ON c.seq = e.seq)`,
  );
  await deleteBySequence(connection, table, set);
  const list = columns.join(', ');
  return connection.run(`INSERT INTO ${table} (${list}) SELECT ${list} FROM ${BLANK} ORDER BY seq`);
}

/** What is left of a field: the event time and the id stay, but not an id that is the subject itself. */
function blankSql(store: StoreTable, { column, name, type, ...rest }: Column, field: string): string {
  if (isIdField(store, name)) return name === field ? "'erased-' || c.marker" : `e.${column}`;
  return column === 't' ? 'e.t' : `CAST(NULL AS ${sqlType({ type, ...rest })})`;
}
