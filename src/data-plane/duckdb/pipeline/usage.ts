// Owns reading of usage records: lists, one record, history, and export as a file.
import type { UsageExport, UsageFilter, UsagePort, UsageRow } from '../../usage-port.ts';
import type { Connection, Row } from '../connection.ts';
import { readableTextSql } from '../stored-events.ts';
import { copyStream } from '../copy-stream.ts';
import type { Database } from '../database.ts';
import { canonicalSql } from '../layout.ts';
import { LiteralStatement, Statement } from './statement.ts';
import { quantityTextSql } from './usage-target-sql.ts';

const instant = (column: string): string => canonicalSql(column, { type: 'datetime' });

/** A row of usage_records or usage_former as UsageRow has it. */
const text = (column: string): string => `${readableTextSql(column)} AS ${column}`;
const ROW = `owner, record, ${['ukey', 'account', 'subscription', 'charge', 'uom', 'description'].map(text).join(', ')},
  ${quantityTextSql('quantity')} AS quantity, ${instant('start_at')} AS start_at, ${instant('end_at')} AS end_at, tz, custom, final,
  retracted, revision, ${quantityTextSql('previous')} AS previous, run, reason, ${instant('made_at')} AS made_at, change`;

const COPY_OPTIONS = {
  csv: 'FORMAT csv, HEADER true',
  ndjson: 'FORMAT json',
  parquet: 'FORMAT parquet, COMPRESSION zstd',
} as const;

export class DuckdbUsage implements UsagePort {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get timeline(): string {
    return this.#database.timeline;
  }

  list(filter: UsageFilter, limit: number, after?: string): Promise<readonly UsageRow[]> {
    const statement = new Statement();
    const beyond = after === undefined ? '' : `AND record > ${BigInt(after)}`;
    return this.#rows(
      `SELECT ${ROW} FROM usage_records WHERE ${conditionSql(filter, statement)} ${beyond} ORDER BY usage_records.record LIMIT ${limit}`,
      statement.values,
    );
  }

  async get(record: string): Promise<UsageRow | undefined> {
    const [row] = await this.#rows(`SELECT ${ROW} FROM usage_records WHERE record = ${BigInt(record)}`, []);
    return row;
  }

  history(record: string): Promise<readonly UsageRow[]> {
    const where = `WHERE record = ${BigInt(record)}`;
    return this.#rows(
      `SELECT ${ROW} FROM (SELECT * FROM usage_records ${where} UNION ALL SELECT * FROM usage_former ${where}) AS u ORDER BY u.revision DESC`,
      [],
    );
  }

  async lastChange(): Promise<bigint> {
    const [row] = await this.#database.withConnection((connection: Connection) =>
      connection.rows(`SELECT value FROM pipeline_counters WHERE name = 'change'`),
    );
    return BigInt(row?.['value'] ?? '0');
  }

  export(request: UsageExport): AsyncIterable<Uint8Array> {
    const { format, signal } = request;
    return copyStream(
      this.#database,
      exportSql(request, new LiteralStatement()),
      format,
      COPY_OPTIONS[format],
      signal,
    );
  }

  #rows(sql: string, values: readonly (string | null)[]): Promise<UsageRow[]> {
    return this.#database.withConnection(async (connection) =>
      (await connection.rows(sql, values)).map(fromRow),
    );
  }
}

function conditionSql(filter: UsageFilter, statement: Statement): string {
  const time = (text: string): string => statement.parameter(text, { type: 'datetime' });
  const parts = [
    ...(filter.owners ? [`owner IN (${[-1, ...filter.owners].join(', ')})`] : []),
    ...(filter.account === undefined ? [] : [`account = ${statement.text(filter.account)}`]),
    ...(filter.from === undefined ? [] : [`usage_records.start_at >= ${time(filter.from)}`]),
    ...(filter.to === undefined ? [] : [`usage_records.start_at < ${time(filter.to)}`]),
    ...(filter.state === undefined ? [] : [filter.state === 'retracted' ? 'retracted' : 'NOT retracted']),
  ];
  return parts.length === 0 ? 'TRUE' : parts.join(' AND ');
}

/**
 * Current revisions in the order of records, or every revision above a change number in that order. Column
 * names are the API's field names.
 */
function exportSql(request: UsageExport, statement: Statement): string {
  const condition = [
    conditionSql(request.filter, statement),
    ...(request.final === undefined ? [] : [request.final ? 'final' : 'NOT final']),
    `change <= ${request.upTo}`,
    ...(request.changesSince === undefined ? [] : [`change > ${request.changesSince}`]),
  ].join(' AND ');
  const meters = [...request.meters].map(([owner, name]) => `WHEN ${owner} THEN ${statement.text(name)}`);
  const meter = meters.length === 0 ? 'CAST(NULL AS VARCHAR)' : `CASE owner ${meters.join(' ')} END`;
  // A record that was revised since `upTo` was read is told as of then.
  const replaced = `SELECT record, revision - 1 FROM (SELECT * FROM usage_records UNION ALL SELECT * FROM usage_former) WHERE change > ${request.upTo}`;
  const former = request.changesSince === undefined ? `WHERE (record, revision) IN (${replaced})` : '';
  const source = `(SELECT * FROM usage_records UNION ALL SELECT * FROM usage_former ${former}) AS usage_records`;
  const columns = `'ur_' || record AS "id", ${meter} AS "meter", account AS "accountNumber", subscription AS "subscriptionNumber",
    charge AS "chargeNumber", ${quantityTextSql('quantity')} AS "quantity", uom AS "unitOfMeasure", ${instant('start_at')} AS "startDateTime",
    ${instant('end_at')} AS "endDateTime", tz AS "timeZone", description AS "description", CAST(custom AS JSON) AS "custom", ukey AS "uniqueKey",
    revision AS "revision", ${quantityTextSql('previous')} AS "previousQuantity",
    CASE WHEN retracted THEN 'retracted' ELSE 'current' END AS "state", final AS "final", run AS "run", reason AS "reason",
    ${instant('made_at')} AS "at", change AS "changeNumber"`;
  const order = request.changesSince === undefined ? 'record' : 'change';
  return `SELECT ${columns} FROM ${source} WHERE ${condition} ORDER BY ${order}`;
}

const fromRow = (row: Row): UsageRow => ({
  owner: Number(row['owner']),
  record: String(row['record']),
  uniqueKey: String(row['ukey']),
  accountNumber: row['account'] ?? null,
  subscriptionNumber: row['subscription'] ?? null,
  chargeNumber: row['charge'] ?? null,
  quantity: String(row['quantity']),
  unitOfMeasure: row['uom'] ?? null,
  startDateTime: row['start_at'] ?? null,
  endDateTime: row['end_at'] ?? null,
  timeZone: row['tz'] ?? null,
  description: row['description'] ?? null,
  custom: row['custom'] ?? null,
  final: row['final'] === 'true',
  state: row['retracted'] === 'true' ? 'retracted' : 'current',
  revision: Number(row['revision']),
  previousQuantity: row['previous'] ?? null,
  run: String(row['run']),
  reason: String(row['reason']),
  at: String(row['made_at']),
  changeNumber: String(row['change']),
});
