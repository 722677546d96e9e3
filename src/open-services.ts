// Owns the order in which the parts of a server are opened, put together, and closed.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { nowInstant } from './clock.ts';
import type { Config } from './config.ts';
import type { ControlPlane } from './control-plane/port.ts';
import { checkControlFile } from './control-plane/sqlite/check-file.ts';
import { openControlPlane } from './control-plane/sqlite/control-plane.ts';
import { openDataPlane } from './data-plane/duckdb/index.ts';
import type { DataPlane } from './data-plane/duckdb/index.ts';
import { DuckDbParquet } from './data-plane/duckdb/parquet-rows.ts';
import { DuckDbQueries } from './data-plane/duckdb/query/queries.ts';
import { openLocalFiles } from './data-plane/local/local-files.ts';
import { DefinitionService } from './definitions/service.ts';
import type { Log } from './log.ts';
import { metersNaming } from './meters/index.ts';
import { openMeters } from './open-meters.ts';
import { ApiKeyService } from './security/api-keys.ts';
import type { Services } from './services.ts';
import {
  BackfillFollowerRegistry,
  BackfillService,
  ExpiryFollowerRegistry,
  FileService,
  ImportService,
  PendingTables,
  QueryService,
  RetentionSchedule,
  RetentionService,
  StoreActivity,
  StoreCatalogue,
  StoreReaders,
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
  const controlFile = join(config.dataDir, 'control.db');
  // Both files are looked at before either is changed: one that cannot be used leaves the other as it was.
  checkControlFile(controlFile);
  const report = (error: unknown): void => log.error('background work of the data plane failed', { error });
  const dataPlane = await openDataPlane({
    directory: config.dataDir,
    report,
    intake_bytes_max: config.intakeBytes,
  });
  opened.add(() => dataPlane.close());
  const control = await openControlPlane(controlFile);
  opened.add(() => control.close());
  const apiKeys = await ApiKeyService.open(control, log);
  opened.add(() => apiKeys.close());
  const firstKey = await apiKeys.ensureAdmin(config.adminKey);
  const { events } = dataPlane;
  const stores = openStores(control, dataPlane, log, config.clock);
  const folder = join(config.dataDir, 'files');
  const bytes = await openLocalFiles(folder);
  const files = new FileService(control, bytes);
  const imports = new ImportService({
    control,
    events,
    parquet: new DuckDbParquet(dataPlane.database, folder),
    bytes,
    files,
    catalogue: stores.stores,
    activity: stores.storeActivity,
    log,
  });
  const queries = new QueryService(new DuckDbQueries(dataPlane.database));
  const metering = await openMeters({
    control,
    dataPlane,
    imports,
    log,
    sliceRows: config.sliceRows,
    ...stores,
  });
  await stores.pending.finish();
  await files.sweep();
  // Later additions are closed first: runs end before the backfills and imports that they may wait for.
  opened.add(() => queries.close());
  opened.add(() => imports.settled());
  opened.add(() => stores.backfills.settled());
  opened.add(() => metering.runs.close());
  await imports.resume();
  await stores.backfills.resume();
  await metering.runs.resume();
  const schedule = new RetentionSchedule(stores.retention, log);
  opened.add(() => schedule.close());
  schedule.start();
  const { pending: _pending, readers: _readers, ...shown } = stores;
  const parts = { log, control, events, apiKeys, files, imports, queries, ...shown, ...metering };
  return {
    services: { ...parts, missing: async () => dataPlane.missing() },
    firstKey,
    close: () => opened.close(),
  };
}

function openStores(
  control: ControlPlane,
  { events, backfills: data }: DataPlane,
  log: Log,
  now: () => string = nowInstant,
) {
  const storeActivity = new StoreActivity();
  const storeUsers = new StoreUserRegistry();
  const backfillFollowers = new BackfillFollowerRegistry();
  const pending = new PendingTables(control, events);
  const stores = new StoreCatalogue({
    control,
    events,
    pending,
    activity: storeActivity,
    users: storeUsers,
  });
  const definitions = new DefinitionService(control, stores, metersNaming);
  const backfills = new BackfillService({
    control,
    data,
    events,
    catalogue: stores,
    activity: storeActivity,
    followers: backfillFollowers,
    log,
  });
  const readers = new StoreReaders();
  const expiryFollowers = new ExpiryFollowerRegistry();
  const retention = new RetentionService({
    control,
    events,
    catalogue: stores,
    readers,
    followers: expiryFollowers,
    now,
    log,
  });
  return {
    pending,
    readers,
    storeActivity,
    storeUsers,
    backfillFollowers,
    expiryFollowers,
    stores,
    definitions,
    backfills,
    retention,
  };
}
