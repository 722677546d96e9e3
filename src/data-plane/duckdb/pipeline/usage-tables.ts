// Owns the tables of usage records. A record has one row in usage_records (its current revision, which may
// say that it is retracted) and one in usage_former per earlier revision.

const COLUMNS = {
  owner: 'INTEGER',
  /** Change number of the first revision: names the record for ever. */
  record: 'BIGINT',
  ukey: 'VARCHAR',
  account: 'VARCHAR',
  subscription: 'VARCHAR',
  charge: 'VARCHAR',
  quantity: 'DECIMAL(38,18)',
  uom: 'VARCHAR',
  start_at: 'TIMESTAMP',
  end_at: 'TIMESTAMP',
  tz: 'VARCHAR',
  description: 'VARCHAR',
  custom: 'VARCHAR',
  final: 'BOOLEAN',
  sf: 'TIMESTAMP',
  st: 'TIMESTAMP',
  retracted: 'BOOLEAN',
  revision: 'INTEGER',
  previous: 'DECIMAL(38,18)',
  run: 'VARCHAR',
  reason: 'VARCHAR',
  made_at: 'TIMESTAMP',
  change: 'BIGINT',
} as const;

const COLUMN_LIST = Object.entries(COLUMNS)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');

/** Names of the columns of usage_records and usage_former, in order. */
export const USAGE_COLUMNS: readonly string[] = Object.keys(COLUMNS);

/** Idempotent. */
export const PIPELINE_TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS usage_records (${COLUMN_LIST})`,
  `CREATE TABLE IF NOT EXISTS usage_former (${COLUMN_LIST})`,
  'CREATE TABLE IF NOT EXISTS pipeline_counters (name VARCHAR, value BIGINT)',
  `INSERT INTO pipeline_counters SELECT 'change', 0 WHERE NOT EXISTS (SELECT 1 FROM pipeline_counters WHERE name = 'change')`,
  'CREATE TABLE IF NOT EXISTS run_slices (run VARCHAR, slice INTEGER, low BIGINT, high BIGINT)',
  'CREATE TABLE IF NOT EXISTS slice_results (run VARCHAR, slice INTEGER, result VARCHAR)',
  `CREATE TABLE IF NOT EXISTS run_previews (run VARCHAR, slice INTEGER, account VARCHAR, uom VARCHAR,
    before DECIMAL(38,18), after DECIMAL(38,18), inserted BIGINT, revised BIGINT, retracted BIGINT)`,
  'CREATE TABLE IF NOT EXISTS coverage (meter VARCHAR, store VARCHAR, version INTEGER, low BIGINT, high BIGINT, seq BIGINT, as_of BIGINT)',
  `CREATE TABLE IF NOT EXISTS rejected_rows (meter VARCHAR, run VARCHAR, node VARCHAR, code VARCHAR, message VARCHAR,
    input VARCHAR, key VARCHAR, t TIMESTAMP, sf TIMESTAMP, position BIGINT)`,
];
