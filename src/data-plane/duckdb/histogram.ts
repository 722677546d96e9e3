// Owns counting events by calendar bucket of their event time, and by the value of a field.
import { WeirError } from '../../errors.ts';
import type { HistogramBucket, HistogramRequest, StoreTable } from '../event-store-port.ts';
import type { Connection } from './connection.ts';
import { canonicalSql, eventTable } from './layout.ts';
import { Statement } from './pipeline/statement.ts';
import { columnNamed, rangeConditions, whereSql } from './read-events.ts';
import { readableSql } from './stored-events.ts';
import { windowEndSql, windowStartSql } from './window-sql.ts';

const BUCKETS_MAX = 10_000;
const INSTANT = { type: 'datetime' } as const;

/**
 * The buckets that hold events, in order of time and then of group. Buckets are those of windows: days and
 * months of the zone's calendar, hours and minutes that begin anew at each local midnight. More than 10,000 are
 * refused (HISTOGRAM_TOO_LARGE).
 */
export async function histogram(
  connection: Connection,
  store: StoreTable,
  request: HistogramRequest,
): Promise<HistogramBucket[]> {
  const statement = new Statement();
  const where = whereSql(rangeConditions(statement, request.range));
  const events = `${eventTable(store.number)} ${where}`;
  const [bounds] = await connection.lists(
    `SELECT epoch_us(min(t)), epoch_us(max(t)) FROM ${events}`,
    statement.values,
  );
  const [from, to] = bounds ?? [];
  if (from === null || from === undefined || to === null || to === undefined) return [];
  const range = { from: BigInt(from), to: BigInt(to) };
  const window = { unit: request.bucket, count: 1, timeZone: request.timeZone };
  const group = request.groupBy === undefined ? undefined : columnNamed(store, request.groupBy);
  const counted = `SELECT ${windowStartSql(window, 't', range)} AS start,
    ${group ? readableSql(group) : 'NULL'} AS value, count(*) AS events FROM ${events} GROUP BY ALL`;
  const rows = await connection.lists(
    `SELECT ${canonicalSql('start', INSTANT)}, ${canonicalSql(windowEndSql(window, 'start', range), INSTANT)},
      events, value FROM (${counted}) ORDER BY start, value NULLS FIRST LIMIT ${BUCKETS_MAX + 1}`,
    statement.values,
  );
  if (rows.length > BUCKETS_MAX) {
    const message = `The histogram has more than ${BUCKETS_MAX} buckets; take larger ones or a shorter time.`;
    throw new WeirError('invalid', 'HISTOGRAM_TOO_LARGE', message);
  }
  return rows.map(([start, end, count, value]) => ({
    from: start!,
    to: end!,
    count: Number(count),
    ...(group ? { group: value ?? null } : {}),
  }));
}
