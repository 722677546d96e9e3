// Owns the event store port on DuckDB: which file does which promise.
import type { CanonicalValue } from '../../definitions/types.ts';
import type {
  AppendOutcome,
  DecodedBatch,
  EventBody,
  EventStorePort,
  Expiry,
  ExportFormat,
  FormerEvent,
  HistogramBucket,
  HistogramRequest,
  ReadEvents,
  RowBatch,
  StoreStatistics,
  StoreTable,
  StoredEvent,
  TimeRange,
} from '../event-store-port.ts';
import { gatherRequest, releaseRequest } from './append-request.ts';
import type { Database } from './database.ts';
import { Door } from './door/index.ts';
import { exportEvents } from './export-events.ts';
import { histogram } from './histogram.ts';
import { eventsBySequence, formerVersions, getEvent, readEvents } from './read-events.ts';
import { expire, isExpiryDue, readRetainedFrom, timeAfterEvents } from './retention.ts';
import { StoreStatisticsReader } from './store-statistics.ts';
import { Intake } from './intake.ts';
import { createStoreTables, dropStoreTables, extendStoreTables } from './store-tables.ts';
import type { StoreWriters } from './store-writers.ts';

export class DuckDbEventStore implements EventStorePort {
  readonly #database: Database;
  readonly #writers: StoreWriters;
  readonly #statistics: StoreStatisticsReader;
  /** By store number, so that a write reads nothing more. */
  readonly #retained = new Map<number, Promise<string | null>>();
  readonly #intake: Intake;
  readonly #door: Door;

  constructor(database: Database, writers: StoreWriters, intake = new Intake(), door = new Door(intake)) {
    this.#database = database;
    this.#writers = writers;
    this.#statistics = new StoreStatisticsReader(database, writers);
    this.#intake = intake;
    this.#door = door;
  }

  async createStore(store: StoreTable): Promise<void> {
    await this.#database.transaction((connection) => createStoreTables(connection, store));
  }

  async extendStore(store: StoreTable): Promise<void> {
    // An ALTER fails an append that is under way, so it takes its turn with them.
    await this.#writers.exclusive(store.number, () =>
      this.#database.transaction((connection) => extendStoreTables(connection, store)),
    );
  }

  async dropStore(number: number): Promise<void> {
    await this.#writers.forget(number);
    this.#retained.delete(number);
    await this.#database.transaction((connection) => dropStoreTables(connection, number));
    await this.#database.indexes.remove(number);
    this.#statistics.forget(number);
  }

  decode(store: StoreTable, body: EventBody): AsyncIterable<DecodedBatch> {
    return this.#door.read(store, body);
  }

  async append(store: StoreTable, rows: AsyncIterable<RowBatch>): Promise<AppendOutcome> {
    const writer = await this.#writers.writer(store.number);
    const ticket = this.#intake.admit();
    try {
      const { scratchDirectory } = this.#database;
      const request = await gatherRequest(store, rows, { scratchDirectory, intake: this.#intake, ticket });
      if (request.rowCount > 0) return await writer.append(request);
      releaseRequest(request);
      const lastSequence = writer.state.next - 1n;
      return { accepted: 0, duplicates: 0, replaced: 0, rejected: [], lastSequence };
    } finally {
      ticket.end();
    }
  }

  async statistics(store: StoreTable): Promise<StoreStatistics> {
    return (await this.statisticsOf([store]))[0]!;
  }

  statisticsOf(stores: readonly StoreTable[]): Promise<readonly StoreStatistics[]> {
    return this.#statistics.of(stores);
  }

  readEvents(store: StoreTable, request: ReadEvents): Promise<readonly StoredEvent[]> {
    return this.#database.withConnection((connection) => readEvents(connection, store, request));
  }

  async getEvent(store: StoreTable, id: readonly CanonicalValue[]): Promise<StoredEvent | undefined> {
    const index = await this.#database.indexes.of(store.number);
    return this.#database.withConnection((connection) => getEvent(connection, index, store, id));
  }

  eventsBySequence(store: StoreTable, sequences: readonly bigint[]): Promise<readonly StoredEvent[]> {
    return this.#database.withConnection((connection) => eventsBySequence(connection, store, sequences));
  }

  formerVersions(store: StoreTable, id: readonly CanonicalValue[]): Promise<readonly FormerEvent[]> {
    return this.#database.withConnection((connection) => formerVersions(connection, store, id));
  }

  histogram(store: StoreTable, request: HistogramRequest): Promise<readonly HistogramBucket[]> {
    return this.#database.withConnection((connection) => histogram(connection, store, request));
  }

  exportEvents(
    store: StoreTable,
    range: TimeRange,
    format: ExportFormat,
    signal?: AbortSignal,
  ): AsyncIterable<Uint8Array> {
    return exportEvents(this.#database, store, range, format, { signal });
  }

  retainedFrom({ number }: StoreTable): Promise<string | null> {
    const known = this.#retained.get(number);
    if (known) return known;
    const reading = this.#database.withConnection((connection) => readRetainedFrom(connection, number));
    this.#retained.set(number, reading);
    reading.catch(() => this.#retained.delete(number));
    return reading;
  }

  async expire(store: StoreTable, before: string): Promise<Expiry> {
    const expiry = await this.#writers.withWriters([store], (connection) =>
      expire(connection, store, before),
    );
    this.#retained.set(store.number, Promise.resolve(expiry.retainedFrom));
    return expiry;
  }

  isExpiryDue({ number }: StoreTable, before: string): Promise<boolean> {
    return this.#database.withConnection((connection) => isExpiryDue(connection, number, before));
  }

  timeAfterEvents({ number }: StoreTable, before: string, events: number): Promise<string | undefined> {
    return this.#database.withConnection((connection) => timeAfterEvents(connection, number, before, events));
  }
}
