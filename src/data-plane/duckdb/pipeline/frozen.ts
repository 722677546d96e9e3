// Owns which outputs are frozen: those whose window (or row time) starts before what the sources of their plan
// retain. A run leaves them as they are, whatever it evaluates, since the events behind them may be gone.
import { textOf } from '../../../pipeline/calendar.ts';
import { frozenUntil } from '../../../pipeline/frozen.ts';
import type { Plan } from '../../../pipeline/plan.ts';
import { WeirError } from '../../../errors.ts';
import type { Connection, Text } from '../connection.ts';
import { frozenRecordsSql } from '../erased.ts';
import { scannedStores, uncoveredSpan } from './coverage.ts';
import { instantSql } from './statement.ts';

/** The latest instant that a source store of the plan retains events from, microseconds; undefined: all keep all. */
export async function retainedFrom(connection: Connection, plan: Plan): Promise<bigint | undefined> {
  const stores = scannedStores(plan).map((scan) => scan.store.number);
  const [row] = await connection.rows(
    `SELECT epoch_us(max(retained_from)) AS retained FROM store_retention WHERE store IN (${[-1, ...stores].join(', ')})`,
  );
  const retained = row?.['retained'];
  return retained === null || retained === undefined ? undefined : BigInt(retained);
}

/** Condition that a row with the coordinate `sf` is frozen; the window over all time starts before everything. */
export const frozenSql = (row: string, before: bigint): string =>
  `coalesce(${row}.sf < ${instantSql(before)}, TRUE)`;

/** Whether a change that no run of this version has covered could change an output that is not frozen. */
export async function isStale(connection: Connection, plan: Plan): Promise<boolean> {
  const before = await retainedFrom(connection, plan);
  const since = before === undefined ? undefined : frozenUntil(plan, before);
  if (before !== undefined && since === undefined) return false;
  for (const scan of scannedStores(plan)) {
    if (await uncoveredSpan(connection, plan, scan, since)) return true;
  }
  return false;
}

/** Throws LINEAGE_NOT_KEPT if a record that starts at `low` (microseconds) is frozen. */
export function refuseFrozenLineage(low: Text | undefined, before: bigint | undefined): void {
  if (before === undefined || (low !== null && low !== undefined && BigInt(low) >= before)) return;
  throw new WeirError(
    'conflict',
    'LINEAGE_NOT_KEPT',
    `The record is frozen: it starts before ${textOf(before)}, and the events behind it may have expired.`,
  );
}

/** Throws LINEAGE_NOT_KEPT if a record of the owner counted events that were erased. */
export async function refuseErasedLineage(
  connection: Connection,
  owner: number,
  record: string,
): Promise<void> {
  const [row] = await connection.lists(`SELECT ${BigInt(record)} IN ${frozenRecordsSql(owner)}`);
  if (row?.[0] !== 'true') return;
  const detail = 'The record is frozen: events behind it were erased.';
  throw new WeirError('conflict', 'LINEAGE_NOT_KEPT', detail);
}
