// Owns the SQL that a person would write by hand for what the replay does: the month's units per account and
// day, as the rows of usage_records, in one transaction.
import { storeColumn } from './events.mjs';

const COLUMNS = `owner, record, ukey, account, subscription, charge, quantity, uom, start_at, end_at, tz, description,
  custom, final, sf, st, retracted, revision, previous, run, reason, made_at, change`;

/** Name of the server's one table of events in its data file. */
export async function eventTable(engine) {
  const rows = await engine.rows(
    `SELECT table_name FROM duckdb_tables() WHERE regexp_matches(table_name, '^ev_[0-9]+$')`,
  );
  if (rows.length !== 1) throw new Error(`the data file has ${rows.length} tables of events`);
  return rows[0][0];
}

/** Evaluates the events and writes the records of a new owner. */
export async function writeUsageByHand(engine, events, owner) {
  await engine.run('BEGIN TRANSACTION');
  await engine.run(
    `INSERT INTO usage_records (${COLUMNS})
      SELECT ${owner}, number, '["' || account || '","' || strftime(day, '%Y-%m-%dT%H:%M:%S.%fZ') || '"]',
        account, NULL, NULL, quantity, 'unit', day, day + INTERVAL 1 DAY, 'UTC', NULL, NULL,
        day + INTERVAL 1 DAY <= now()::TIMESTAMP, day, day + INTERVAL 1 DAY, FALSE, 1, NULL, 'by-hand', 'replay',
        now()::TIMESTAMP, number
      FROM (SELECT *, (SELECT value FROM pipeline_counters WHERE name = 'change') + row_number() OVER () AS number
        FROM (SELECT ${storeColumn('account')} AS account, date_trunc('day', t) AS day,
            sum(${storeColumn('units')}) AS quantity FROM ${events} GROUP BY ALL))`,
  );
  await engine.run(
    `UPDATE pipeline_counters SET value = (SELECT max(change) FROM usage_records) WHERE name = 'change'`,
  );
  await engine.run('COMMIT');
}

/** What makes a record, apart from which run wrote it and when. */
const SAID = `ukey, account, subscription, charge, quantity, uom, start_at, end_at, tz, description, custom, final, sf,
  st, retracted, revision, previous, reason`;

/** How many records of the last owner in one data file differ from those of the last owner in another. */
export async function differingRecords(engine, otherFile) {
  await engine.run(`ATTACH '${otherFile.replaceAll("'", "''")}' AS other (READ_ONLY)`);
  const ofLast = (table) => `SELECT ${SAID} FROM ${table} WHERE owner = (SELECT max(owner) FROM ${table})`;
  const here = ofLast('usage_records');
  const there = ofLast('other.usage_records');
  const [[count]] = await engine.rows(
    `SELECT (SELECT count(*) FROM (${here} EXCEPT ALL ${there})) + (SELECT count(*) FROM (${there} EXCEPT ALL ${here}))`,
  );
  await engine.run('DETACH other');
  return Number(count);
}
