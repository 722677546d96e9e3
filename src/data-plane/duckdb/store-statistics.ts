// Owns how much stores hold. A list of stores asks for all of them again and again, so figures are kept as long
// as nothing writes to a store: 100 stores one by one took 530 ms, kept figures less than one.
import type { StoreStatistics, StoreTable } from '../event-store-port.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { canonicalSql, eventTable, formerTable } from './layout.ts';
import type { StoreWriters } from './store-writers.ts';

/** Stores that one statement reads: planning takes most of the time, and grows with the tables named. */
const STORES_PER_STATEMENT = 100;
/** A size needs the segments of every column (5 million rows of 23 columns: 70 ms), and moves at checkpoints only. */
const SIZE_KEPT_MS = 60_000;
/** The engine allocates its file in blocks of this size. */
const BLOCK_BYTES = 262_144;

type Figures = Omit<StoreStatistics, 'sizeBytes'>;

/** What was read, and whether only a write can change it. */
interface Read<T> {
  readonly value: T;
  readonly settled: boolean;
}

interface Kept<T> {
  readonly version: number;
  readonly value: T;
  readonly atMs: number;
}

export class StoreStatisticsReader {
  readonly #database: Database;
  readonly #writers: StoreWriters;
  readonly #figures = new Map<number, Kept<Figures>>();
  readonly #sizes = new Map<number, Kept<number>>();

  constructor(database: Database, writers: StoreWriters) {
    this.#database = database;
    this.#writers = writers;
  }

  /** The statistics of these stores, in their order. */
  async of(stores: readonly StoreTable[]): Promise<StoreStatistics[]> {
    const numbers = stores.map(({ number }) => number);
    const figures = await this.#read(numbers, this.#figures, 0, readFigures);
    const sizes = await this.#read(numbers, this.#sizes, SIZE_KEPT_MS, readSizes);
    return numbers.map((number) => ({ ...figures.get(number)!, sizeBytes: sizes.get(number)! }));
  }

  forget(store: number): void {
    this.#figures.delete(store);
    this.#sizes.delete(store);
  }

  /** What is kept and still holds, or is younger than `keptMs`; the rest is read and, if nothing writes, kept. */
  async #read<T>(
    stores: readonly number[],
    kept: Map<number, Kept<T>>,
    keptMs: number,
    read: (connection: Connection, stores: readonly number[]) => Promise<Map<number, Read<T>>>,
  ): Promise<Map<number, T>> {
    // Before reading: what is written meanwhile has another version.
    const versions = new Map(stores.map((store) => [store, this.#writers.versionOf(store)]));
    const now = performance.now();
    const values = new Map<number, T>();
    for (const store of stores) {
      const known = kept.get(store);
      if (known && (known.version === versions.get(store) || now - known.atMs < keptMs)) {
        values.set(store, known.value);
      }
    }
    const missing = [...new Set(stores)].filter((store) => !values.has(store));
    for (let at = 0; at < missing.length; at += STORES_PER_STATEMENT) {
      const part = missing.slice(at, at + STORES_PER_STATEMENT);
      const found = await this.#database.withConnection((connection) => read(connection, part));
      for (const [store, { value, settled }] of found) {
        values.set(store, value);
        // A version that no later look has: only age counts.
        const version = (settled ? versions.get(store) : undefined) ?? -1;
        kept.set(store, { version, value, atMs: now });
      }
    }
    return values;
  }
}

const INSTANT = { type: 'datetime' } as const;
const text = (sql: string): string => canonicalSql(sql, INSTANT);

async function readFigures(
  connection: Connection,
  stores: readonly number[],
): Promise<Map<number, Read<Figures>>> {
  const counts = stores.map(
    (store) =>
      `SELECT ${store} AS store, count(*) AS n, min(t) AS first, max(t) AS last FROM ${eventTable(store)}`,
  );
  const rows = await connection.lists(
    `SELECT e.store, n, ${text('first')}, ${text('last')}, s.next_seq - 1, ${text('s.last_write')},
        ${text('r.retained_from')}, coalesce(r.expired, 0)
      FROM (${counts.join(' UNION ALL ')}) e LEFT JOIN store_state s ON s.store = e.store
        LEFT JOIN store_retention r ON r.store = e.store`,
  );
  return new Map(
    rows.map(([store, eventCount, first, last, sequence, written, retainedFrom, expired]) => [
      Number(store),
      {
        settled: true,
        value: {
          eventCount: Number(eventCount),
          firstEventTime: first ?? null,
          lastEventTime: last ?? null,
          lastSequence: BigInt(sequence ?? '0'),
          lastWriteAt: written ?? null,
          retainedFrom: retainedFrom ?? null,
          expiredCount: Number(expired),
        },
      },
    ]),
  );
}

/**
 * The blocks that the tables of a store are in; small tables share a block, which then counts for each. Rows that
 * no checkpoint has written yet are in none: the size will change without a write.
 */
async function readSizes(
  connection: Connection,
  stores: readonly number[],
): Promise<Map<number, Read<number>>> {
  const tables = stores.flatMap((store) =>
    [eventTable(store), formerTable(store)].map(
      (table) => `SELECT ${store} AS store, block_id, persistent FROM pragma_storage_info('${table}')`,
    ),
  );
  const rows = await connection.lists(
    `SELECT store, count(DISTINCT block_id) FILTER (block_id >= 0), bool_and(persistent)
      FROM (${tables.join(' UNION ALL ')}) GROUP BY store`,
  );
  const sizes = new Map(
    rows.map(([store, blocks, written]) => [
      Number(store),
      { value: Number(blocks) * BLOCK_BYTES, settled: written === 'true' },
    ]),
  );
  // A table without rows has no segments.
  return new Map(stores.map((store) => [store, sizes.get(store) ?? { value: 0, settled: true }]));
}
