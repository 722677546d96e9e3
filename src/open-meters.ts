// Owns how meters, runs and usage records are put together on the planes.
import type { ControlPlane } from './control-plane/port.ts';
import type { DataPlane } from './data-plane/duckdb/index.ts';
import { DuckdbPipeline } from './data-plane/duckdb/pipeline/pipeline.ts';
import { DuckdbUsage } from './data-plane/duckdb/pipeline/usage.ts';
import { MeterService } from './meters/index.ts';
import type { Log } from './log.ts';
import { MeterFollowers, RunService } from './runs/index.ts';
import type {
  BackfillFollowerRegistry,
  ExpiryFollowerRegistry,
  ImportService,
  StoreActivity,
  StoreCatalogue,
  StoreReaders,
  StoreUserRegistry,
} from './stores/index.ts';
import { UsageService } from './usage/index.ts';

export interface MeterParts {
  readonly control: ControlPlane;
  readonly dataPlane: DataPlane;
  readonly stores: StoreCatalogue;
  readonly storeActivity: StoreActivity;
  readonly storeUsers: StoreUserRegistry;
  readonly backfillFollowers: BackfillFollowerRegistry;
  readonly expiryFollowers: ExpiryFollowerRegistry;
  readonly readers: StoreReaders;
  readonly imports: ImportService;
  readonly sliceRows?: number | undefined;
  readonly log: Log;
}

/** Opens the services of meters and makes them known to those that stores tell of changes. */
export async function openMeters(parts: MeterParts) {
  const { control, dataPlane, stores, log } = parts;
  const pipeline = await DuckdbPipeline.open({
    database: dataPlane.database,
    writers: dataPlane.writers,
    now: () => BigInt(Date.now()) * 1_000n,
  });
  const usageRows = new DuckdbUsage(dataPlane.database);
  const openStore = (idOrName: string) => stores.open(idOrName);
  const meters = new MeterService(control, {
    open: (idOrName) => stores.describe(idOrName),
    addInbox: (change, store, inbox) => stores.addInbox(change, store, inbox),
    releaseInbox: (change, id) => stores.releaseInbox(change, id),
    inboxesChanged: () => stores.inboxesChanged(),
  });
  const runs = new RunService({
    control,
    pipeline,
    events: dataPlane.events,
    meters,
    openStore,
    activity: parts.storeActivity,
    readers: parts.readers,
    importFile: (store, file, run) => parts.imports.ingest(store, file, run),
    sliceRows: parts.sliceRows,
    log,
  });
  const meterFollowers = new MeterFollowers({ meters, runs, pipeline, usage: usageRows });
  parts.storeUsers.register({
    usersOf: (storeId) => meters.uses.of(storeId),
    usersOfAll: () => meters.uses.all(),
    isRunning: (storeId) => meterFollowers.isRunning(storeId),
    readsWithoutEnd: (storeId) => meters.readsWithoutEnd(storeId),
  });
  parts.backfillFollowers.register(meterFollowers);
  parts.expiryFollowers.register(meterFollowers);
  const usage = new UsageService({ control, usage: usageRows, pipeline, meters });
  return { pipeline, meters, runs, meterFollowers, usage };
}
