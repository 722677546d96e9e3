// Owns what a meter's runs have covered: per store and span of event time, the sequence up to which changes
// are in its figures. A change newer than that, at that time, makes the meter stale. Coverage is of one version:
// what another has evaluated says nothing about the figures of this one.
import type { Plan, ScanNode } from '../../../pipeline/plan.ts';
import type { ChangeSpan, Changes, MicrosRange } from '../../pipeline-port.ts';
import type { Connection } from '../connection.ts';
import { eventTable, formerTable } from '../layout.ts';

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

/** The scans of a plan, one per store. */
export function scannedStores(plan: Plan): ScanNode[] {
  const scans = plan.nodes.filter((node): node is ScanNode => node.node === 'scan');
  return [...new Map(scans.map((scan) => [scan.storeId, scan])).values()];
}

/** The last sequence that the store has committed, as this transaction sees it. */
async function lastSequence(connection: Connection, store: number): Promise<bigint> {
  const [row] = await connection.rows('SELECT next_seq - 1 AS last FROM store_state WHERE store = $1', [
    store,
  ]);
  return BigInt(row?.['last'] ?? 0);
}

/** Records that [from, to) is covered as of an instant, up to what this transaction sees of each source. */
export async function coverRange(
  connection: Connection,
  plan: Plan,
  range: MicrosRange,
  asOf: bigint,
): Promise<void> {
  const low = range.from ?? LOWEST;
  const high = range.to ?? HIGHEST;
  await forgetOtherVersions(connection, plan);
  for (const scan of scannedStores(plan)) {
    const sequence = await lastSequence(connection, scan.store.number);
    const key = [plan.meterId, scan.storeId];
    await connection.run(
      `DELETE FROM coverage WHERE meter = $1 AND store = $2 AND low >= ${low} AND high <= ${high}`,
      key,
    );
    await connection.run(
      `INSERT INTO coverage VALUES ($1, $2, ${plan.meterVersion}, ${low}, ${high}, ${sequence}, ${asOf})`,
      key,
    );
  }
}

/** Figures of this version replace those of the others, so that theirs cover no more what they covered. */
async function forgetOtherVersions(connection: Connection, { meterId, meterVersion }: Plan): Promise<void> {
  await connection.run(`DELETE FROM coverage WHERE meter = $1 AND version <> ${meterVersion}`, [meterId]);
}

/**
 * Records that the changes are covered: everywhere, if nothing else was uncovered, else wherever everything
 * before them was covered already.
 */
export async function coverChanges(connection: Connection, plan: Plan, changes: Changes): Promise<void> {
  await forgetOtherVersions(connection, plan);
  for (const { storeId, after, upTo } of changes.spans) {
    const key = [plan.meterId, storeId];
    if (changes.complete) {
      const [known] = await connection.rows(
        'SELECT min(as_of) AS as_of FROM coverage WHERE meter = $1 AND store = $2',
        key,
      );
      // What a run of a time frame has covered beyond these changes stays covered.
      await connection.run(`DELETE FROM coverage WHERE meter = $1 AND store = $2 AND seq <= ${upTo}`, key);
      await connection.run(
        `INSERT INTO coverage VALUES ($1, $2, ${plan.meterVersion}, ${LOWEST}, ${HIGHEST}, ${upTo}, ${known?.['as_of'] ?? 'NULL'})`,
        key,
      );
    } else {
      const behind = `FROM coverage WHERE meter = $1 AND store = $2 AND seq >= ${after} AND seq < ${upTo}`;
      await connection.run(`INSERT INTO coverage SELECT * REPLACE (${upTo} AS seq) ${behind}`, key);
      await connection.run(`DELETE ${behind}`, key);
    }
  }
}

/** The instant as of which everything that this version has covered was evaluated; undefined: nothing was. */
export async function coveredAsOf(
  connection: Connection,
  { meterId, meterVersion }: Plan,
): Promise<bigint | undefined> {
  const [row] = await connection.rows(
    `SELECT min(as_of) AS as_of FROM coverage WHERE meter = $1 AND version = ${meterVersion}`,
    [meterId],
  );
  const asOf = row?.['as_of'];
  return asOf === null || asOf === undefined ? undefined : BigInt(asOf);
}

/** Records that the windows that have closed until then were evaluated. */
export async function coverAsOf(
  connection: Connection,
  { meterId, meterVersion }: Plan,
  asOf: bigint,
): Promise<void> {
  const earlier = `FROM coverage WHERE meter = $1 AND version = ${meterVersion} AND as_of < ${asOf}`;
  await connection.run(`INSERT INTO coverage SELECT * REPLACE (${asOf} AS as_of) ${earlier}`, [meterId]);
  await connection.run(`DELETE ${earlier}`, [meterId]);
}

/** Removes what is known of a meter. */
export async function forgetCoverage(connection: Connection, meterId: string): Promise<void> {
  await connection.run('DELETE FROM coverage WHERE meter = $1', [meterId]);
}

/** The oldest covered sequence if every instant is covered, else 0: some event may never have been looked at. */
async function coveredEverywhere(
  connection: Connection,
  version: number,
  key: readonly string[],
): Promise<bigint> {
  const spans = await connection.rows(
    `SELECT low, high, seq FROM coverage WHERE meter = $1 AND store = $2 AND version = ${version} ORDER BY low`,
    key,
  );
  let reached = LOWEST;
  let oldest = HIGHEST;
  for (const span of spans) {
    if (BigInt(String(span['low'])) > reached) return 0n;
    const high = BigInt(String(span['high']));
    const sequence = BigInt(String(span['seq']));
    reached = high > reached ? high : reached;
    oldest = sequence < oldest ? sequence : oldest;
  }
  return reached === HIGHEST ? oldest : 0n;
}

/**
 * The span of changes of one store, at event times from `since` on, that the meter has not covered. It begins at 0 unless all of time is covered:
 * where it is not, records of an earlier version may be held under keys that this one does not give. A meter that covers all of time reads
 * only the rows behind its oldest covered sequence, so looking is cheap when it keeps up.
 */
export async function uncoveredSpan(
  connection: Connection,
  { meterId, meterVersion }: Plan,
  scan: ScanNode,
  since = LOWEST,
): Promise<ChangeSpan | undefined> {
  const key = [meterId, scan.storeId];
  const after = await coveredEverywhere(connection, meterVersion, key);
  const [found] = await connection.rows(
    `SELECT ${after === 0n ? '0' : 'min(s) - 1'} AS after, max(s) AS up_to FROM (
      SELECT seq AS s, t FROM ${eventTable(scan.store.number)} WHERE seq > ${after}
      UNION ALL
      SELECT change_seq AS s, t FROM ${formerTable(scan.store.number)} WHERE change_seq > ${after}) AS c
    WHERE NOT EXISTS (SELECT 1 FROM coverage AS v WHERE v.meter = $1 AND v.store = $2 AND v.version = ${meterVersion}
      AND v.low <= epoch_us(c.t) AND epoch_us(c.t) < v.high AND v.seq >= c.s)
      AND epoch_us(c.t) >= ${since}`,
    key,
  );
  const upTo = found?.['up_to'];
  if (upTo === null || upTo === undefined) return undefined;
  return { storeId: scan.storeId, after: BigInt(found?.['after'] ?? 0), upTo: BigInt(upTo) };
}
