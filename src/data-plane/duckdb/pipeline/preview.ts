import type { PreviewRow } from '../../pipeline-port.ts';
import type { Connection } from '../connection.ts';
import type { UsageReconcile } from './reconcile-usage.ts';
import { DIFFERENCE, frozenRecords, writableRows } from './reconcile-usage.ts';
import { Statement } from './statement.ts';
import { quantityTextSql } from './usage-target-sql.ts';

/** Totals per account and unit before and after, of one evaluated target. */
export async function addToPreview(
  connection: Connection,
  run: string,
  slice: number,
  work: UsageReconcile,
): Promise<void> {
  const { node, scope } = work;
  const count = (action: string): string => `count(*) FILTER (action = '${action}')`;
  const statement = new Statement();
  const name = statement.text(run);
  await connection.run(
    `INSERT INTO run_previews SELECT ${name}, ${slice}, account, uom, coalesce(sum(before), 0), coalesce(sum(after), 0),
      sum(inserted), sum(revised), sum(retracted) FROM (
        SELECT account, uom, quantity AS before, NULL AS after, 0 AS inserted, 0 AS revised, 0 AS retracted
          FROM usage_records WHERE owner = ${node.owner} AND ${scope} AND NOT retracted
        UNION ALL BY NAME SELECT account, uom, quantity AS after FROM ${writableRows(work)}
        UNION ALL BY NAME SELECT account, uom, quantity AS after FROM ${frozenRecords(work)}
        UNION ALL BY NAME SELECT account, uom, ${count('insert')} AS inserted, ${count('revise')} AS revised,
          ${count('retract')} AS retracted FROM ${DIFFERENCE} GROUP BY account, uom)
      GROUP BY account, uom`,
    statement.values,
  );
}

/** A page of a run's preview, in the order of account and unit; `after` is the last key of the page before. */
export async function readPreview(
  connection: Connection,
  run: string,
  limit: number,
  after?: readonly [account: string, unit: string],
): Promise<PreviewRow[]> {
  const statement = new Statement();
  const name = statement.text(run);
  const beyond = after
    ? `WHERE (account, uom) > (${statement.text(after[0])}, ${statement.text(after[1])})`
    : '';
  const found = await connection.rows(
    `SELECT account, uom, ${quantityTextSql('before')} AS before, ${quantityTextSql('after')} AS after, inserted, revised, retracted
     FROM (SELECT account, uom, CAST(sum(before) AS DECIMAL(38,18)) AS before, CAST(sum(after) AS DECIMAL(38,18)) AS after,
        sum(inserted) AS inserted, sum(revised) AS revised, sum(retracted) AS retracted
        FROM run_previews WHERE run = ${name} GROUP BY account, uom)
     ${beyond} ORDER BY account, uom LIMIT ${limit}`,
    statement.values,
  );
  return found.map((row) => ({
    accountNumber: String(row['account']),
    unitOfMeasure: String(row['uom']),
    before: String(row['before']),
    after: String(row['after']),
    inserted: Number(row['inserted']),
    revised: Number(row['revised']),
    retracted: Number(row['retracted']),
  }));
}
