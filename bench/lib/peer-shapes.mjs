// Owns tables and queries of other usage products, written from their published schemas for the ClickHouse
// engine: OpenMeter (JSON text parsed by the query), Lago (typed decimal, ReplacingMergeTree, three ways to
// deduplicate), Flexprice (raw events, and quantities evaluated per meter), Meteroid (LIMIT 1 BY). Each is
// filled with the same events, one in a hundred of them sent twice, and asked for the month's sum of units.
import { MONTH } from './events.mjs';

const CUSTOMER = 'customer-7';

/** The staging table has the columns id, at, customer, region, model, units (text). */
const STAGED = 'staged';

const properties = `concat('{"value":"', units, '","region":"', region, '","model":"', model, '"}')`;
const map = `map('value', units, 'region', region, 'model', model)`;
const between = (column) => `${column} >= '${MONTH.from} 00:00:00' AND ${column} < '${MONTH.to} 00:00:00'`;

/** Makes a table and says how rows come into it; `rows` is a subquery over the staged events. */
const TABLES = {
  openmeter: {
    create: `CREATE TABLE openmeter (namespace String, id String, type LowCardinality(String), subject String,
        source String, time DateTime('UTC'), data String, ingested_at DateTime, stored_at DateTime,
        store_row_id String, INDEX stored stored_at TYPE minmax GRANULARITY 4)
      ENGINE = MergeTree PARTITION BY toYYYYMM(time)
      ORDER BY (namespace, type, subject, toStartOfHour(time))`,
    fill: (rows) => `INSERT INTO openmeter
      SELECT 'default', id, 'api', customer, 'source', at, ${properties}, now(), now(), id FROM ${rows}`,
  },
  lago: {
    create: `CREATE TABLE lago (organization_id String, external_subscription_id String, code String,
        timestamp DateTime64(3, 'UTC'), transaction_id String, properties Map(String, String),
        sorted_properties Map(String, String) DEFAULT mapSort(properties), value Nullable(String),
        decimal_value Nullable(Decimal(38, 26)) DEFAULT toDecimal128OrZero(value, 26),
        enriched_at DateTime64(3) DEFAULT now64(3), precise_total_amount_cents Nullable(Decimal(40, 15)))
      ENGINE = ReplacingMergeTree(timestamp)
      PRIMARY KEY (organization_id, code, external_subscription_id, toDate(timestamp))
      ORDER BY (organization_id, code, external_subscription_id, toDate(timestamp), timestamp, transaction_id)`,
    fill: (rows) => `INSERT INTO lago
        (organization_id, external_subscription_id, code, timestamp, transaction_id, properties, value)
      SELECT 'org', customer, 'api', at, id, ${map}, units FROM ${rows}`,
  },
  flexprice: {
    create: `CREATE TABLE flexprice (id String, tenant_id String, external_customer_id String,
        environment_id String, event_name String, customer_id Nullable(String), source Nullable(String),
        timestamp DateTime64(3, 'UTC') DEFAULT now(), ingested_at DateTime64(3) DEFAULT now(), properties String)
      ENGINE = ReplacingMergeTree(ingested_at) PARTITION BY toYYYYMMDD(timestamp)
      PRIMARY KEY (tenant_id, environment_id) ORDER BY (tenant_id, environment_id, timestamp, id)
      SETTINGS index_granularity = 16384`,
    fill: (rows) => `INSERT INTO flexprice
        (id, tenant_id, external_customer_id, environment_id, event_name, timestamp, properties)
      SELECT id, 't', customer, 'e', 'api', at, ${properties} FROM ${rows}`,
  },
  flexprice_meter: {
    create: `CREATE TABLE flexprice_meter (id String CODEC(ZSTD(1)), tenant_id LowCardinality(String),
        environment_id LowCardinality(String), external_customer_id LowCardinality(String),
        meter_id LowCardinality(String), event_name LowCardinality(String),
        timestamp DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
        ingested_at DateTime64(3) DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
        qty_total Decimal(25, 15) CODEC(ZSTD(1)), unique_hash String DEFAULT '',
        source LowCardinality(String) DEFAULT '', properties String DEFAULT '' CODEC(ZSTD(3)))
      ENGINE = ReplacingMergeTree(ingested_at) PARTITION BY toYYYYMMDD(timestamp)
      PRIMARY KEY (tenant_id, environment_id, external_customer_id, meter_id, timestamp)
      ORDER BY (tenant_id, environment_id, external_customer_id, meter_id, timestamp, id)`,
    fill: (
      rows,
    ) => `INSERT INTO flexprice_meter (id, tenant_id, environment_id, external_customer_id, meter_id,
        event_name, timestamp, qty_total, properties)
      SELECT id, 't', 'e', customer, 'm1', 'api', at, toDecimal128(units, 15), '{"region":"r1"}' FROM ${rows}`,
  },
  meteroid: {
    create: `CREATE TABLE meteroid (id String, code String, customer_id String, tenant_id String,
        timestamp DateTime64(9, 'UTC'), ingested_at DateTime64(9, 'UTC'), properties Map(String, String),
        INDEX times timestamp TYPE minmax GRANULARITY 1)
      ENGINE = MergeTree PARTITION BY toYYYYMM(timestamp) ORDER BY (tenant_id, code, timestamp, customer_id)`,
    fill: (rows) => `INSERT INTO meteroid SELECT id, 'api', customer, 't', at, now64(9), ${map} FROM ${rows}`,
  },
};

/** Statements that make and fill the tables; events whose id hashes so are sent again. */
export const PEER_TABLES = Object.values(TABLES).map(({ create, fill }) => [
  create,
  `${fill(STAGED)} SETTINGS max_partitions_per_insert_block = 1000`,
  `${fill(`(SELECT * FROM ${STAGED} WHERE cityHash64(id) % 100 = 0)`)} SETTINGS max_partitions_per_insert_block = 1000`,
]);

export const stageSql = (parquet) => `CREATE TABLE ${STAGED} ENGINE = MergeTree ORDER BY tuple() AS
  SELECT id, toTimeZone(at, 'UTC') AS at, customer, region, model, units FROM file('${parquet}', Parquet)`;

const LAGO_KEY = 'code, organization_id, external_subscription_id, transaction_id, timestamp';
const lagoWhere = (customer, prefix = '') =>
  `${prefix}organization_id = 'org' AND ${prefix}code = 'api' AND ${between(`${prefix}timestamp`)}` +
  (customer === undefined ? '' : ` AND ${prefix}external_subscription_id = '${customer}'`);

function lagoTwoPass(customer) {
  const same = LAGO_KEY.split(', ').map((column) => `e.${column} = last.${column}`);
  return `WITH last AS (SELECT ${LAGO_KEY}, max(enriched_at) AS enriched FROM lago
      WHERE ${lagoWhere(customer)} GROUP BY ${LAGO_KEY})
    SELECT last.external_subscription_id AS customer, e.decimal_value AS value FROM last
    INNER ANY JOIN lago AS e ON ${same.join(' AND ')} AND e.enriched_at = last.enriched
    WHERE ${lagoWhere(customer, 'e.')}`;
}

const openmeter = (value) => (customer) =>
  `SELECT subject AS customer, ${value} AS value FROM openmeter
    WHERE namespace = 'default' AND type = 'api' AND ${between('time')}
    ${customer === undefined ? '' : `AND subject IN ('${customer}')`}`;

const JSON_VALUE = `JSON_VALUE(data, '$.value')`;

/** Per shape: customer and value of every event that counts, of all customers or of one. */
const VALUES = [
  ['JSON text, float sum', openmeter(`ifNotFinite(toFloat64OrNull(${JSON_VALUE}), null)`)],
  ['JSON text, decimal sum', openmeter(`toDecimal128OrNull(nullIf(${JSON_VALUE}, 'null'), 19)`)],
  [
    'typed decimal, no dedupe',
    (customer) => `SELECT external_subscription_id AS customer, decimal_value AS value FROM lago
      WHERE ${lagoWhere(customer)}`,
  ],
  [
    'typed decimal, FINAL',
    (customer) => `SELECT external_subscription_id AS customer, decimal_value AS value FROM lago FINAL
      WHERE ${lagoWhere(customer)}`,
  ],
  [
    'typed decimal, argMax',
    (customer) => `SELECT external_subscription_id AS customer, argMax(decimal_value, enriched_at) AS value
      FROM lago WHERE ${lagoWhere(customer)} GROUP BY ${LAGO_KEY}`,
  ],
  ['typed decimal, two-pass join', lagoTwoPass],
  [
    'JSON text, float, last by id',
    (customer) => `SELECT any(external_customer_id) AS customer,
        anyLast(JSONExtractFloat(assumeNotNull(properties), 'value')) AS value
      FROM flexprice PREWHERE tenant_id = 't' AND environment_id = 'e' AND event_name = 'api'
        AND ${between('timestamp')} ${customer === undefined ? '' : `AND external_customer_id = '${customer}'`}
      GROUP BY id`,
  ],
  [
    'pre-evaluated per meter, FINAL',
    (customer) => `SELECT external_customer_id AS customer, qty_total AS value FROM flexprice_meter FINAL
      WHERE tenant_id = 't' AND environment_id = 'e' AND meter_id = 'm1' AND ${between('timestamp')}
      ${customer === undefined ? '' : `AND external_customer_id = '${customer}'`}`,
  ],
  [
    'LIMIT 1 BY id',
    (customer) => `SELECT customer_id AS customer, toDecimal128OrNull(properties['value'], 10) AS value FROM (
      SELECT id, customer_id, timestamp, properties FROM meteroid
      WHERE tenant_id = 't' AND code = 'api' AND ${between('timestamp')}
      ${customer === undefined ? '' : `AND customer_id = '${customer}'`}
      ORDER BY timestamp DESC LIMIT 1 BY id, customer_id)`,
  ],
];

/** FINAL need not merge across days, which both products' keys allow. */
const SETTINGS = 'SETTINGS do_not_merge_across_partitions_select_final = 1';

/**
 * The queries: `all` gives the total over the sums of all customers, so that the answer itself costs nothing;
 * `one` gives the sum of one customer. Both give its type first: a float is not exact even when it happens to be.
 */
export const PEER_SHAPES = VALUES.map(([name, values]) => ({
  name,
  all: `SELECT toTypeName(sum(total)), sum(total) FROM
    (SELECT customer, sum(value) AS total FROM (${values()}) GROUP BY customer) ${SETTINGS}`,
  one: `SELECT toTypeName(sum(value)), sum(value) FROM (${values(CUSTOMER)}) ${SETTINGS}`,
}));

export { CUSTOMER };
