// Owns the data plane on DuckDB: events, their change feed, and what is evaluated from them. Does not own what
// they mean (stores/, meters/) nor the control plane's documents.
import { DuckDbBackfills } from './backfill-commits.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { Door } from './door/index.ts';
import { DuckDbEventStore } from './event-store.ts';
import { Intake } from './intake.ts';
import { StoreWriters } from './store-writers.ts';

export { DuckDbBackfills } from './backfill-commits.ts';
export { logBytes } from './data-file.ts';
export { Database, type DatabaseOptions } from './database.ts';
export { DuckDbEventStore } from './event-store.ts';
export { StoreWriters, type WriterTicket } from './store-writers.ts';

export interface DataPlaneOptions extends DatabaseOptions {
  /** Of events that are in memory on their way into stores; see intake.ts. */
  readonly intake_bytes_max?: number | undefined;
}

export interface DataPlane {
  readonly database: Database;
  /** Takes turns at writing a store; what else writes events by SQL goes through `withWriters`. */
  readonly writers: StoreWriters;
  readonly events: DuckDbEventStore;
  readonly backfills: DuckDbBackfills;
  /** What keeps writes to some stores waiting after the start; empty when all are loaded. */
  missing(): string[];
  /** Lets the writers finish, writes the log into the file. */
  close(): Promise<void>;
}

/**
 * Opens the data plane of a data directory, whose lock the caller holds. It can be read at once; the ids of large
 * stores are loaded in the background.
 */
export async function openDataPlane(options: DataPlaneOptions): Promise<DataPlane> {
  const database = await Database.open(options);
  const writers = new StoreWriters(database);
  const intake = new Intake(options.intake_bytes_max);
  const door = new Door(intake);
  const warmed = writers.warmAll(await writers.large());
  return {
    database,
    writers,
    events: new DuckDbEventStore(database, writers, intake, door),
    backfills: new DuckDbBackfills(database, writers),
    missing: () => (writers.warming === 0 ? [] : [stillLoading(writers.warming)]),
    async close() {
      await door.close();
      await writers.close();
      await warmed;
      await database.close();
    },
  };
}

const stillLoading = (stores: number): string =>
  `The event ids of ${stores === 1 ? 'one event store' : `${stores} event stores`} are being loaded.`;
