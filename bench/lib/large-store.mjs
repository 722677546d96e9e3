// Owns a store of many events in a data directory without a server: filled by the engine, then opened by the
// product's own data plane.
import { join } from 'node:path';
import { openEngine } from './engine.mjs';

const server = (path) => import(new URL(`../../dist/server/${path}`, import.meta.url).href);
const { openDataPlane } = await server('data-plane/duckdb/index.js');
const { idColumnsOf } = await server('data-plane/duckdb/id-columns.js');
const { IdHashes, idHashSql } = await server('data-plane/duckdb/id-hash.js');
const { columnsOf } = await server('definitions/types.js');

export const BATCH_ROWS = 1_000;
const PIECE_EVENTS = 5_000_000;
const START = Date.UTC(2026, 0, 1);

const field = (name, type, scale) => ({
  name,
  type,
  required: true,
  ...(scale === undefined ? {} : { scale }),
});

const DEFINITION = {
  fields: [
    field('id', 'string'),
    field('at', 'datetime'),
    field('account', 'string'),
    field('region', 'string'),
    field('units', 'decimal', 6),
    field('duration', 'integer'),
  ],
  eventIdFields: ['id'],
  eventTimeField: 'at',
};

const table = (number) => ({ number, columns: columnsOf(DEFINITION), idFields: DEFINITION.eventIdFields });

/** The store that is filled, and one to compare with. */
export const FULL = table(1);
export const EMPTY = table(2);

/** The values of event `n` as the door gives them; `eventSql` makes the same. */
const eventOf = (n) => [
  `event-${n}`,
  new Date(START + n).toISOString().replace('Z', '000Z'),
  `account-${n % 10_007}`,
  `region-${n % 7}`,
  String(n % 1_000),
  String(n % 60_000),
];

const EVENT_SQL = [
  `'event-' || n`,
  `TIMESTAMP '2026-01-01' + to_milliseconds(n)`,
  `'account-' || (n % 10007)`,
  `'region-' || (n % 7)`,
  `CAST(n % 1000 AS DECIMAL(38,6))`,
  `n % 60000`,
];

/** The events of these numbers, as a request. */
export const batchOf = (numbers) => numbers.map((n, index) => ({ index, values: eventOf(n) }));

/** The hashes of their ids. */
export function hashesOf(numbers) {
  const hashes = new IdHashes(Math.max(1, numbers.length));
  for (const n of numbers) hashes.add(`event-${n}`);
  return hashes;
}

/** The data plane of the directory; what fails in its background fails the bench. */
export const openPlane = (directory, options = {}) =>
  openDataPlane({
    ...options,
    directory,
    report: (error) => {
      throw error;
    },
  });

/** Writes a request; what became of its events. */
export async function append(plane, store, rows) {
  return plane.events.append(
    store,
    (async function* () {
      yield rows;
    })(),
  );
}

/** Makes both stores, and the events 0 to `count` - 1 in the first. */
export async function fillStore(directory, count) {
  const plane = await openPlane(directory);
  for (const store of [FULL, EMPTY]) await plane.events.createStore(store);
  await plane.close();
  const columns = FULL.columns.map(({ column }) => column);
  const typed = EVENT_SQL.map((sql, index) => `${sql} AS ${columns[index]}`).join(', ');
  const engine = await openEngine(join(directory, 'data.duckdb'), join(directory, 'spill'));
  for (let first = 0; first < count; first += PIECE_EVENTS) {
    const end = Math.min(count, first + PIECE_EVENTS);
    await engine.run(
      `INSERT INTO ev_${FULL.number} (seq, h, ${columns.join(', ')})
        SELECT n + 1, ${idHashSql(idColumnsOf(FULL))}, ${columns.join(', ')}
        FROM (SELECT n, ${typed} FROM range(${first}, ${end}) AS numbers(n))`,
    );
  }
  await engine.run(
    `UPDATE store_state SET next_seq = ${count + 1}, last_write = TIMESTAMP '2026-01-01' WHERE store = ${FULL.number}`,
  );
  await engine.run('CHECKPOINT');
  engine.close();
}
