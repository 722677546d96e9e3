// Owns the set operation that makes a target's usage records say what the evaluation says: insert, revise,
// retract, each a new revision; what is the same is left alone, so doing it twice changes nothing.
import type { UsageTargetNode } from '../../../pipeline/plan.ts';
import type { CommitContext, ReconcileCounts } from '../../pipeline-port.ts';
import type { Connection } from '../connection.ts';
import { frozenRecordsSql } from '../erased.ts';
import { frozenSql } from './frozen.ts';
import { Statement, instantSql } from './statement.ts';
import { USAGE_COLUMNS } from './usage-tables.ts';
import { USAGE_CONTENT } from './usage-target-sql.ts';

export interface UsageReconcile {
  readonly node: UsageTargetNode;
  /** Temporary table of the rows that should be there. */
  readonly rows: string;
  /** Condition on usage_records `h`: the records that this evaluation speaks for; absent ones are retracted. */
  readonly scope: string;
  /**
   * Whether a row's key can be held outside the scope (an event that moved in time, a key of the user's):
   * then all records of the owner are compared.
   */
  readonly keysMove: boolean;
  /** Whether two rows can have one key. */
  readonly keysRepeat: boolean;
  /** Outputs that start before it are frozen, microseconds; absent: none are. */
  readonly frozenBefore?: bigint | undefined;
  /** Whether the owner has records that counted events which were erased: they are frozen too. */
  readonly countedErased: boolean;
}

const canFreeze = ({ frozenBefore, countedErased }: UsageReconcile): boolean =>
  frozenBefore !== undefined || countedErased;

/** The view of what differs, and the table behind it where there is something to compare with. */
export const DIFFERENCE = 'weir_difference';
const COMPARED = 'weir_compared';
/** Keys that this evaluation gave or speaks for and that are left alone: (ukey VARCHAR). */
const FROZEN = 'weir_frozen';

/** The rows that may be written: without error, and not frozen. */
export const writableRows = (work: UsageReconcile): string =>
  `(SELECT * FROM ${work.rows} WHERE error IS NULL${canFreeze(work) ? ` AND ukey NOT IN (SELECT ukey FROM ${FROZEN})` : ''})`;

/** The current records in the scope that are left alone. */
export const frozenRecords = (work: UsageReconcile): string =>
  `(SELECT * FROM usage_records WHERE owner = ${work.node.owner} AND ${work.scope} AND NOT retracted
    AND ${canFreeze(work) ? `ukey IN (SELECT ukey FROM ${FROZEN})` : 'FALSE'})`;

/** Marks rows that share a unique key: neither can be billed. */
export async function markRepeatedKeys(
  connection: Connection,
  { rows, keysRepeat }: UsageReconcile,
): Promise<void> {
  if (!keysRepeat) return;
  await connection.run(
    `UPDATE ${rows} SET error = 'USAGE_KEY_NOT_UNIQUE' WHERE error IS NULL AND ukey IN
      (SELECT ukey FROM ${rows} WHERE error IS NULL GROUP BY ukey HAVING count(*) > 1)`,
  );
}

/**
 * Makes the view of what differs: action `insert`, `revise` or `retract`, the new content, the held row. Where
 * nothing is held yet, that is the rows themselves: joining and storing them once more cost a tenth of a first
 * replay. Time and memory grow with the rows of the evaluation plus the records compared.
 */
export async function findDifference(connection: Connection, work: UsageReconcile): Promise<void> {
  const { node, scope, keysMove } = work;
  const owned = keysMove ? `owner = ${node.owner}` : `owner = ${node.owner} AND ${scope}`;
  const held = (await findFrozen(connection, work, owned))
    ? `${owned} AND ukey NOT IN (SELECT ukey FROM ${FROZEN})`
    : owned;
  const [any] = await connection.rows(`SELECT 1 AS held FROM usage_records AS h WHERE ${held} LIMIT 1`);
  if (any) await compareWithHeld(connection, work, held);
  const none = `CAST(NULL AS BIGINT) AS held, CAST(NULL AS BIGINT) AS record, CAST(NULL AS INTEGER) AS revision,
    CAST(NULL AS DECIMAL(38,18)) AS previous`;
  const difference = any
    ? `SELECT * FROM ${COMPARED}`
    : `SELECT 'insert' AS action, ukey, ${USAGE_CONTENT.join(', ')}, ${none} FROM ${writableRows(work)}`;
  await connection.run(`CREATE OR REPLACE TEMP VIEW ${DIFFERENCE} AS ${difference}`);
}

/**
 * Notes the keys that are frozen, by what the evaluation gives or by what is held, if any can be: a key that a
 * frozen record holds stays with it, wherever a new row of that key would be. Says whether any can be.
 */
async function findFrozen(connection: Connection, work: UsageReconcile, owned: string): Promise<boolean> {
  const { node, rows, scope, frozenBefore, countedErased } = work;
  if (!canFreeze(work)) return false;
  const expired = (row: string): string =>
    frozenBefore === undefined ? 'FALSE' : frozenSql(row, frozenBefore);
  const erased = countedErased ? `h.record IN ${frozenRecordsSql(node.owner)}` : 'FALSE';
  const spoken = `(${scope} OR ukey IN (SELECT ukey FROM ${rows} WHERE error IS NULL))`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${FROZEN} AS
      SELECT ukey FROM ${rows} AS o WHERE error IS NULL AND ${expired('o')}
      UNION SELECT ukey FROM usage_records AS h WHERE ${owned} AND NOT retracted AND (${expired('h')} OR ${erased})
        AND ${spoken}`,
  );
  return true;
}

async function compareWithHeld(connection: Connection, work: UsageReconcile, held: string): Promise<void> {
  const same = USAGE_CONTENT.map((column) => `o.${column} IS NOT DISTINCT FROM h.${column}`).join(' AND ');
  const content = USAGE_CONTENT.map((column) =>
    column === 'quantity'
      ? 'CASE WHEN o.ukey IS NULL THEN 0 ELSE o.quantity END AS quantity'
      : `CASE WHEN o.ukey IS NULL THEN h.${column} ELSE o.${column} END AS ${column}`,
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${COMPARED} AS SELECT * FROM (
      SELECT CASE WHEN o.ukey IS NULL THEN CASE WHEN h.retracted OR NOT h.in_scope THEN 'same' ELSE 'retract' END
          WHEN h.ukey IS NULL OR h.retracted THEN 'insert'
          WHEN ${same} THEN 'same' ELSE 'revise' END AS action,
        coalesce(o.ukey, h.ukey) AS ukey, ${content.join(', ')},
        h.held, h.record, h.revision, CASE WHEN h.retracted THEN 0 ELSE h.quantity END AS previous
      FROM ${writableRows(work)} AS o
      FULL OUTER JOIN (SELECT *, rowid AS held, ${work.keysMove ? work.scope : 'TRUE'} AS in_scope FROM usage_records AS h WHERE ${held}) AS h
        ON o.ukey = h.ukey)
    WHERE action <> 'same'`,
  );
}

/** Counts of the difference; `unchanged` is what the evaluation gave and the target already held, unless frozen. */
export async function countDifference(
  connection: Connection,
  work: UsageReconcile,
): Promise<ReconcileCounts> {
  const [found] = await connection.rows(
    `SELECT count(*) FILTER (action = 'insert') AS inserted, count(*) FILTER (action = 'revise') AS revised,
      count(*) FILTER (action = 'retract') AS retracted,
      (SELECT count(*) FROM ${writableRows(work)}) AS total,
      ${canFreeze(work) ? `(SELECT count(*) FROM ${FROZEN})` : '0'} AS frozen FROM ${DIFFERENCE}`,
  );
  const inserted = Number(found?.['inserted']);
  const revised = Number(found?.['revised']);
  const unchanged = Number(found?.['total']) - inserted - revised;
  return {
    inserted,
    revised,
    retracted: Number(found?.['retracted']),
    unchanged,
    frozen: Number(found?.['frozen']),
    pinned: 0,
  };
}

/** Writes the difference as revisions. Change numbers are taken in the commit, so they rise as they appear. */
export async function applyDifference(
  connection: Connection,
  owner: number,
  context: CommitContext,
  at: bigint,
): Promise<void> {
  const columns = USAGE_COLUMNS.join(', ');
  await connection.run(
    `INSERT INTO usage_former SELECT ${columns} FROM usage_records WHERE rowid IN (SELECT held FROM ${DIFFERENCE} WHERE held IS NOT NULL)`,
  );
  await connection.run(
    `DELETE FROM usage_records WHERE rowid IN (SELECT held FROM ${DIFFERENCE} WHERE held IS NOT NULL)`,
  );
  const statement = new Statement();
  const run = statement.text(context.run);
  const reason = statement.text(context.reason);
  const base = `(SELECT value FROM pipeline_counters WHERE name = 'change')`;
  await connection.run(
    `INSERT INTO usage_records (${columns}) SELECT ${owner}, coalesce(record, number), ukey,
      ${USAGE_CONTENT.join(', ')}, action = 'retract', coalesce(revision, 0) + 1, previous, ${run}, ${reason},
      ${instantSql(at)}, number
    FROM (SELECT *, ${base} + row_number() OVER () AS number FROM ${DIFFERENCE})`,
    statement.values,
  );
  await connection.run(
    `INSERT INTO pipeline_counters SELECT 'change', ${base} + count(*) FROM ${DIFFERENCE} HAVING count(*) > 0`,
  );
  await connection.run(
    `DELETE FROM pipeline_counters WHERE name = 'change'
      AND value < (SELECT max(value) FROM pipeline_counters WHERE name = 'change')`,
  );
}
