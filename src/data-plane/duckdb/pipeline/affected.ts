// Owns which outputs of a meter depend on events that somebody is about to change.
import { isKeyed } from '../../../pipeline/keyed.ts';
import type { Plan, ScanNode } from '../../../pipeline/plan.ts';
import type { EventSelection } from '../../backfill-port.ts';
import type { StoreTable } from '../../event-store-port.ts';
import { matchingSql } from '../backfill-delete.ts';
import { hasStaged } from '../backfill-staged.ts';
import type { Connection } from '../connection.ts';
import { eventTable, formerTable, stagedTable } from '../layout.ts';
import { bySequenceSql, sequenceSet } from '../read-by-sequence.ts';
import { scannedStores } from './coverage.ts';
import { currentRows } from './relation.ts';
import type { ScanFrom } from './row-chain.ts';
import { TOUCHED_KEYS, columnsOfStore, findTouched } from './touched.ts';

const ASKED = 'weir_asked';
const ASKED_SEQUENCES = 'weir_asked_sequences';

/**
 * How many current usage records of the plan depend on these events, or would. For a keyed plan exactly those whose
 * key the events touch; for another those whose window holds one of the events, which may be more.
 */
export async function countAffected(
  connection: Connection,
  plan: Plan,
  storeId: string,
  selection: EventSelection,
): Promise<number> {
  const affected = await findAffected(connection, plan, storeId, selection);
  if (!affected) return 0;
  const [row] = await connection.rows(
    `SELECT count(*) AS n FROM usage_records AS u WHERE ${affected.records}`,
  );
  return Number(row?.['n'] ?? 0);
}

/** Conditions on usage_records `u`, and on rows `u` of a store that the plan writes into. */
export interface Affected {
  readonly records: string;
  readonly rows: string;
}

/** The outputs of the plan that depend on these events, or would; undefined: none can. */
export async function findAffected(
  connection: Connection,
  plan: Plan,
  storeId: string,
  selection: EventSelection,
): Promise<Affected | undefined> {
  const owners = plan.nodes.flatMap((node) => (node.node === 'usage-records' ? [node.owner] : []));
  const scan = scannedStores(plan).find((node) => node.storeId === storeId);
  if (!scan) return undefined;
  const asked = await askedRows(connection, scan, selection);
  const from: ScanFrom = (node) => (node.storeId === storeId ? asked : currentRows(node, 'FALSE'));
  const touched = await touchedSql(connection, plan, from);
  return {
    records: `owner IN (${[-1, ...owners].join(', ')}) AND NOT retracted AND ${touched}`,
    rows: overlapSql(plan, from),
  };
}

/** FROM of the events: what a preview remembers is few, and read once; what a condition chooses may be everything. */
async function askedRows(connection: Connection, scan: ScanNode, selection: EventSelection): Promise<string> {
  const { store } = scan;
  if ('matching' in selection) return currentRows(scan, matchingSql(store, selection.matching));
  const key = [store.number, selection.backfill];
  const staged = (await hasStaged(connection, store)) ? stagedTable(store.number) : undefined;
  const found = 'SELECT seq FROM backfill_items WHERE store = $1 AND backfill = $2';
  const corrected = staged === undefined ? '' : ` UNION ALL SELECT held FROM ${staged} WHERE backfill = $2`;
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${ASKED_SEQUENCES} AS ${found}${corrected}`, key);
  const held = await sequenceSet(connection, ASKED_SEQUENCES);
  const tables = [eventTable(store.number), ...(selection.former ? [formerTable(store.number)] : [])];
  const versions = tables.map((table) => bySequenceSql(table, columnsOfStore(scan), held));
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${ASKED} AS ${versions.join(' UNION ALL ')}`);
  if (staged !== undefined) await addStaged(connection, store, staged, selection.backfill);
  return ASKED;
}

/** The events of a file count with the content that they will have. */
async function addStaged(
  connection: Connection,
  store: StoreTable,
  staged: string,
  backfill: string,
): Promise<void> {
  const columns = ['h', ...store.columns.map(({ column }) => column)].join(', ');
  await connection.run(
    `INSERT INTO ${ASKED} (seq, ${columns}) SELECT ord, ${columns} FROM ${staged} WHERE backfill = $1`,
    [backfill],
  );
}

async function touchedSql(connection: Connection, plan: Plan, asked: ScanFrom): Promise<string> {
  if (isKeyed(plan)) {
    await findTouched(connection, plan, asked);
    return `ukey IN (SELECT key FROM ${TOUCHED_KEYS})`;
  }
  return overlapSql(plan, asked);
}

/** Condition that the window, or the row time, of an output `u` holds one of the events. */
function overlapSql(plan: Plan, asked: ScanFrom): string {
  const times = scannedStores(plan).map((scan) => `SELECT t FROM ${asked(scan)}`);
  return `EXISTS (SELECT 1 FROM (${times.join(' UNION ALL ')}) AS e
    WHERE u.sf IS NULL OR (e.t >= u.sf AND (e.t < u.st OR e.t = u.sf)))`;
}
