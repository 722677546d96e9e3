// Owns the same set operation for a target that is an event store: insert, replace, delete the events that
// this owner wrote. What others wrote, and what a backfill has pinned, is left alone.
import type { StoreTargetNode } from '../../../pipeline/plan.ts';
import type { ReconcileCounts } from '../../pipeline-port.ts';
import type { Connection } from '../connection.ts';
import { idColumnsOf, sameIdSql } from '../id-columns.ts';
import { eventTable, formerTable, pinTable } from '../layout.ts';
import { keptRowsSql } from '../erased.ts';
import { frozenSql } from './frozen.ts';
import { Statement, instantSql } from './statement.ts';

export interface StoreReconcile {
  readonly node: StoreTargetNode;
  readonly rows: string;
  /** Condition on the store's rows `h` that this evaluation speaks for. */
  readonly scope: string;
  /** Outputs that start before it are frozen, microseconds; absent: none are. */
  readonly frozenBefore?: bigint | undefined;
}

const EVENTS = 'weir_event_difference';

/**
 * Marks the rows that cannot be written: an id twice in one evaluation; an id that another owner wrote with
 * other content (with the same content it is a duplicate).
 */
export async function findEventDifference(connection: Connection, work: StoreReconcile): Promise<void> {
  const { node, rows, scope, frozenBefore } = work;
  const ids = idColumnsOf(node.store).map((column) => column.column);
  await connection.run(
    `UPDATE ${rows} SET error = 'EVENT_ID_NOT_UNIQUE' WHERE error IS NULL AND (${ids.join(', ')}) IN
      (SELECT (${ids.join(', ')}) FROM ${rows} WHERE error IS NULL GROUP BY ${ids.join(', ')} HAVING count(*) > 1)`,
  );
  const sameId = (left: string, right: string): string => sameIdSql(node.store, left, right);
  const content = node.store.columns.map((column) => column.column);
  const same = [...content, 'sf', 'st']
    .map((column) => `o.${column} IS NOT DISTINCT FROM e.${column}`)
    .join(' AND ');
  const sameContent = content.map((column) => `o.${column} IS NOT DISTINCT FROM e.${column}`).join(' AND ');
  const pinned = (row: string): string =>
    `EXISTS (SELECT 1 FROM ${pinTable(node.store.number)} AS p WHERE ${sameId('p', row)})`;
  const isFrozen = (row: string): string =>
    frozenBefore === undefined ? 'FALSE' : frozenSql(row, frozenBefore);
  // What the target store itself no longer retains is not written into it again.
  const expired = `EXISTS (SELECT 1 FROM store_retention AS r WHERE r.store = ${node.store.number} AND o.t < r.retained_from)`;
  const kept = (row: string): string => `coalesce(${row}.seq IN ${keptRowsSql(node.store.number)}, FALSE)`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${EVENTS} AS
      SELECT o.*, e.seq AS held, CASE
        WHEN ${isFrozen('o')} OR ${expired} OR ${kept('e')} OR (e.owner = ${node.owner} AND ${isFrozen('e')}) THEN 'frozen'
        WHEN ${pinned('o')} THEN 'pinned' WHEN e.seq IS NULL THEN 'insert'
        WHEN e.owner IS DISTINCT FROM ${node.owner} THEN CASE WHEN ${sameContent} THEN 'same' ELSE 'foreign' END
        WHEN ${same} THEN 'same' ELSE 'revise' END AS action
      FROM (SELECT * FROM ${rows} WHERE error IS NULL) AS o
      LEFT JOIN ${eventTable(node.store.number)} AS e ON ${sameId('e', 'o')}`,
  );
  const own = `h.owner = ${node.owner} AND ${scope} AND NOT EXISTS (SELECT 1 FROM ${rows} AS o WHERE o.error IS NULL AND ${sameId('o', 'h')})`;
  await connection.run(
    `INSERT INTO ${EVENTS} BY NAME SELECT ${['h', ...content].map((column) => `h.${column}`).join(', ')}, h.sf, h.st, h.seq AS held,
      CASE WHEN ${isFrozen('h')} OR ${kept('h')} THEN 'frozen' WHEN ${pinned('h')} THEN 'pinned' ELSE 'retract' END AS action
    FROM ${eventTable(node.store.number)} AS h WHERE ${own}`,
  );
  await connection.run(
    `UPDATE ${rows} AS o SET error = 'EVENT_OWNED_BY_OTHER' WHERE error IS NULL AND EXISTS
      (SELECT 1 FROM ${EVENTS} AS d WHERE d.action = 'foreign' AND ${sameId('d', 'o')})`,
  );
}

export async function countEventDifference(connection: Connection): Promise<ReconcileCounts> {
  const count = (action: string): string => `count(*) FILTER (action = '${action}')`;
  const [found] = await connection.rows(
    `SELECT ${count('insert')} AS inserted, ${count('revise')} AS revised, ${count('retract')} AS retracted,
      ${count('same')} AS unchanged, ${count('frozen')} AS frozen, ${count('pinned')} AS pinned FROM ${EVENTS}`,
  );
  const number = (name: string): number => Number(found?.[name]);
  return {
    inserted: number('inserted'),
    revised: number('revised'),
    retracted: number('retracted'),
    unchanged: number('unchanged'),
    frozen: number('frozen'),
    pinned: number('pinned'),
  };
}

/**
 * Writes the difference into the store's tables, from the sequence `next` on. Returns the next free
 * sequence. The caller holds the store's writer and tells its id filter what was written.
 */
export async function applyEventDifference(
  connection: Connection,
  node: StoreTargetNode,
  cause: string,
  next: bigint,
  at: bigint,
): Promise<bigint> {
  const events = eventTable(node.store.number);
  const columns = ['seq', 'h', 'owner', 'sf', 'st', ...node.store.columns.map((column) => column.column)];
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE weir_event_changes AS SELECT *, ${next} + row_number() OVER () - 1 AS new_seq
      FROM ${EVENTS} WHERE action IN ('insert', 'revise', 'retract')`,
  );
  const statement = new Statement();
  const change = `CASE WHEN d.action = 'retract' THEN 'delete' ELSE 'replace' END`;
  await connection.run(
    `INSERT INTO ${formerTable(node.store.number)} (${columns.join(', ')}, change_seq, change, cause, changed_at)
      SELECT ${columns.map((column) => `e.${column}`).join(', ')}, d.new_seq, ${change}, ${statement.text(cause)}, ${instantSql(at)}
      FROM ${events} AS e JOIN weir_event_changes AS d ON e.seq = d.held`,
    statement.values,
  );
  await connection.run(
    `DELETE FROM ${events} WHERE seq IN (SELECT held FROM weir_event_changes WHERE held IS NOT NULL)`,
  );
  const written = columns.map((column) =>
    column === 'seq' ? 'new_seq' : column === 'owner' ? String(node.owner) : column,
  );
  await connection.run(
    `INSERT INTO ${events} (${columns.join(', ')}) SELECT ${written.join(', ')} FROM weir_event_changes WHERE action <> 'retract'`,
  );
  const [row] = await connection.rows('SELECT count(*) AS changed FROM weir_event_changes');
  return next + BigInt(String(row?.['changed']));
}
