// Owns the events of the benches: a month of calls to an API, made by the engine from row numbers, so that
// every run and every machine has the same ones.
import { createHash } from 'node:crypto';

/** April 2026, UTC. */
export const MONTH = { from: '2026-04-01', to: '2026-05-01', days: 30 };
export const ACCOUNTS = 10_000;
/** Every customer has ten accounts. */
export const CUSTOMERS = 1_000;

/** Fields in order: name, type in the definition, type in a table of the engine. */
const FIELDS = [
  { name: 'id', type: 'string', sql: 'VARCHAR' },
  { name: 'at', type: 'datetime', sql: 'TIMESTAMP' },
  { name: 'customer', type: 'string', sql: 'VARCHAR' },
  { name: 'account', type: 'string', sql: 'VARCHAR' },
  { name: 'region', type: 'string', sql: 'VARCHAR' },
  { name: 'model', type: 'string', sql: 'VARCHAR' },
  { name: 'units', type: 'decimal', scale: 6, sql: 'DECIMAL(38,6)' },
  { name: 'cost', type: 'decimal', scale: 6, sql: 'DECIMAL(38,6)' },
  { name: 'duration', type: 'integer', sql: 'BIGINT' },
  { name: 'request', type: 'string', sql: 'VARCHAR' },
];

/** The definition as the API takes it. */
export const EVENT_DEFINITION = {
  name: 'calls',
  fields: FIELDS.map(({ name, type, scale }) => ({
    name,
    type,
    required: true,
    ...(scale === undefined ? {} : { scale }),
  })),
  eventIdFields: ['id'],
  eventTimeField: 'at',
};

/** Columns of a table of the engine with these fields, typed as the server types them. */
export const TABLE_COLUMNS = FIELDS.map(({ name, sql }) => `"${name}" ${sql}`).join(', ');

/**
 * The same columns for the engine's reader. Read as DECIMAL(18, s) and widened on insert the bulk load is a
 * quarter faster than read as DECIMAL(38, s); it is compared at its best.
 */
export const READER_COLUMNS = `{${FIELDS.map(
  ({ name, sql }) => `"${name}": '${sql.replace('DECIMAL(38,', 'DECIMAL(18,')}'`,
).join(', ')}}`;

/** The physical column of a field in the server's table of events (src/definitions/types.ts). */
export function storeColumn(name) {
  if (name === EVENT_DEFINITION.eventTimeField) return 't';
  return `f${FIELDS.findIndex((field) => field.name === name) + 1}`;
}

/** The id of the event with this row number. */
export const eventId = (row) => createHash('md5').update(String(row)).digest('hex');

const decimal = (salt, digits) =>
  `CAST(CAST(hash(i, ${salt}) % ${10 ** digits} AS DECIMAL(18,0)) * 0.01 AS DECIMAL(18,2))`;

/** SELECT of the events with row numbers from `first` to before `end`, of `total` over the month. */
function eventsSql(first, end, total) {
  const step = Math.floor((MONTH.days * 86_400_000_000) / total);
  // Rows come in the order of their times, but one in a hundred is up to a day late.
  const micros = `i * ${step} - CASE WHEN hash(i, 1) % 100 = 0
    THEN CAST(hash(i, 2) % least(86400000000, i * ${step} + 1) AS BIGINT) ELSE 0 END`;
  const at = `make_timestamp(epoch_us(TIMESTAMP '${MONTH.from}') + ${micros})`;
  return `SELECT md5(CAST(i AS VARCHAR)) AS id,
      strftime(${at}, '%Y-%m-%dT%H:%M:%S.%fZ') AS "at",
      'customer-' || (hash(i) % ${ACCOUNTS} % ${CUSTOMERS}) AS customer,
      'account-' || (hash(i) % ${ACCOUNTS}) AS account,
      ['eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2', 'ap-south-1'][CAST(1 + hash(i, 3) % 5 AS BIGINT)] AS region,
      'model-' || (hash(i, 4) % 20) AS model,
      ${decimal(5, 5)} AS units,
      ${decimal(6, 4)} AS cost,
      CAST(hash(i, 7) % 60000 AS BIGINT) AS duration,
      CAST(md5('request' || i) AS UUID)::VARCHAR AS request
    FROM range(${first}, ${end}) AS rows(i)`;
}

const pathSql = (file) => `'${file.replaceAll("'", "''")}'`;

/** SELECT of all events as rows of the server's table, the hidden columns that exports read among them. */
export function storeEventsSql(total) {
  const columns = FIELDS.map(({ name, sql }) => `CAST("${name}" AS ${sql}) AS ${storeColumn(name)}`);
  return `SELECT row_number() OVER () AS seq, md5_number_lower(id) AS h, ${columns.join(', ')}
    FROM (${eventsSql(0, total, total)})`;
}

/** Writes events as NDJSON, one object per line with its numbers bare. */
export const writeNdjson = (engine, file, { first, end, total }) =>
  engine.run(`COPY (${eventsSql(first, end, total)}) TO ${pathSql(file)} (FORMAT json)`);

/** Writes what the queries of other products need, typed. */
export const writeParquet = (engine, file, { first, end, total }) =>
  engine.run(
    `COPY (SELECT id, CAST("at" AS TIMESTAMP) AS "at", customer, region, model, CAST(units AS VARCHAR) AS units
      FROM (${eventsSql(first, end, total)})) TO ${pathSql(file)} (FORMAT parquet)`,
  );
