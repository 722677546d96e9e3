import { isKeyed } from '../../../pipeline/keyed.ts';
import type { Plan } from '../../../pipeline/plan.ts';
import type { Connection } from '../connection.ts';
import { scannedStores } from './coverage.ts';
import { currentRows } from './relation.ts';
import type { ScanFrom } from './row-chain.ts';
import { TOUCHED_KEYS, findTouched } from './touched.ts';

/**
 * How many current usage records of the plan depend on these events. For a keyed plan exactly those whose key
 * the events touch; for another those whose window holds one of the events, which may be more.
 */
export async function countAffected(
  connection: Connection,
  plan: Plan,
  storeId: string,
  sequences: readonly bigint[],
): Promise<number> {
  const owners = plan.nodes.flatMap((node) => (node.node === 'usage-records' ? [node.owner] : []));
  if (owners.length === 0 || sequences.length === 0) return 0;
  await connection.run('CREATE OR REPLACE TEMP TABLE weir_asked (seq BIGINT)');
  await connection.run(
    `INSERT INTO weir_asked VALUES ${sequences.map((sequence) => `(${sequence})`).join(', ')}`,
  );
  const asked: ScanFrom = (node) =>
    currentRows(node, node.storeId === storeId ? 'seq IN (SELECT seq FROM weir_asked)' : 'FALSE');
  const [row] = await connection.rows(
    `SELECT count(*) AS n FROM usage_records AS u WHERE owner IN (${owners.join(', ')}) AND NOT retracted
      AND ${await touchedSql(connection, plan, asked)}`,
  );
  return Number(row?.['n'] ?? 0);
}

async function touchedSql(connection: Connection, plan: Plan, asked: ScanFrom): Promise<string> {
  if (isKeyed(plan)) {
    await findTouched(connection, plan, asked);
    return `ukey IN (SELECT key FROM ${TOUCHED_KEYS})`;
  }
  const times = scannedStores(plan).map((scan) => `SELECT t FROM ${asked(scan)}`);
  return `EXISTS (SELECT 1 FROM (${times.join(' UNION ALL ')}) AS e
    WHERE u.sf IS NULL OR (e.t >= u.sf AND (e.t < u.st OR e.t = u.sf)))`;
}
