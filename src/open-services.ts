// Owns the order in which the parts of a server are opened, put together, and closed.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';
import type { ControlPlane } from './control-plane/port.ts';
import { openControlPlane } from './control-plane/sqlite/control-plane.ts';
import { Database } from './data-plane/duckdb/database.ts';
import { DuckDbEventStore } from './data-plane/duckdb/event-store.ts';
import { StoreWriters } from './data-plane/duckdb/store-writers.ts';
import { openLocalFiles } from './data-plane/local/local-files.ts';
import { DefinitionService } from './definitions/service.ts';
import type { Log } from './log.ts';
import { ApiKeyService } from './security/api-keys.ts';
import type { Services } from './services.ts';
import {
  BackfillFollowerRegistry,
  BackfillService,
  FileService,
  PendingTables,
  StoreActivity,
  StoreCatalogue,
  StoreUserRegistry,
} from './stores/index.ts';

export interface OpenServices {
  readonly services: Services;
  /** The admin key, if this start made the first one; to be shown once. */
  readonly firstKey: string | undefined;
  /** Ends what runs in the background, then closes the planes. */
  close(): Promise<void>;
}

/** What has been opened, to be closed in reverse order, also when opening fails half-way. */
class Opened {
  readonly #closers: (() => Promise<void>)[] = [];

  add(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    while (this.#closers.length > 0) await this.#closers.pop()!();
  }
}

/** Opens the data directory; the caller holds its lock. */
export async function openServices(config: Config, log: Log): Promise<OpenServices> {
  const opened = new Opened();
  try {
    return await openAll(config, log, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openAll(config: Config, log: Log, opened: Opened): Promise<OpenServices> {
  mkdirSync(config.dataDir, { recursive: true });
  const control = await openControlPlane(join(config.dataDir, 'control.db'));
  opened.add(() => control.close());
  const apiKeys = await ApiKeyService.open(control);
  const firstKey = await apiKeys.ensureAdmin(config.adminKey);
  const report = (error: unknown): void => log.error('background work of the data plane failed', { error });
  const database = await Database.open({ directory: config.dataDir, report });
  opened.add(() => database.close());
  const writers = new StoreWriters(database);
  opened.add(() => writers.close());
  const events = new DuckDbEventStore(database, writers);
  const stores = openStores(control, events, log);
  const files = new FileService(control, await openLocalFiles(join(config.dataDir, 'files')));
  await stores.pending.finish();
  await files.sweep();
  await stores.backfills.resume();
  opened.add(() => stores.backfills.settled());
  const { pending: _pending, ...shown } = stores;
  const services: Services = { log, control, events, apiKeys, files, ...shown, missing: async () => [] };
  return { services, firstKey, close: () => opened.close() };
}

function openStores(control: ControlPlane, events: DuckDbEventStore, log: Log) {
  const storeActivity = new StoreActivity();
  const storeUsers = new StoreUserRegistry();
  const backfillFollowers = new BackfillFollowerRegistry();
  const pending = new PendingTables(control, events);
  const stores = new StoreCatalogue(control, pending, storeActivity, storeUsers);
  const definitions = new DefinitionService(control, stores);
  const backfills = new BackfillService({
    control,
    events,
    catalogue: stores,
    activity: storeActivity,
    followers: backfillFollowers,
    log,
  });
  return { pending, storeActivity, storeUsers, backfillFollowers, stores, definitions, backfills };
}
