// Owns the list of what the server is made of: one property per domain service, handed to every endpoint.
import type { ControlPlane } from './control-plane/port.ts';
import type { EventStorePort } from './data-plane/event-store-port.ts';
import type { DefinitionService } from './definitions/service.ts';
import type { Log } from './log.ts';
import type { PipelinePort } from './data-plane/pipeline-port.ts';
import type { MeterService } from './meters/index.ts';
import type { MeterFollowers, RunService } from './runs/index.ts';
import type { ApiKeys } from './security/api-keys.ts';
import type {
  BackfillFollowerRegistry,
  BackfillService,
  ExpiryFollowerRegistry,
  FileService,
  ImportService,
  QueryService,
  RetentionService,
  StoreActivity,
  StoreCatalogue,
  StoreUserRegistry,
} from './stores/index.ts';
import type { UsageService } from './usage/index.ts';

export interface Services {
  readonly log: Log;
  readonly control: ControlPlane;
  readonly events: EventStorePort;
  readonly apiKeys: ApiKeys;
  readonly definitions: DefinitionService;
  readonly stores: StoreCatalogue;
  readonly storeActivity: StoreActivity;
  readonly storeUsers: StoreUserRegistry;
  readonly backfillFollowers: BackfillFollowerRegistry;
  readonly backfills: BackfillService;
  readonly expiryFollowers: ExpiryFollowerRegistry;
  readonly retention: RetentionService;
  readonly files: FileService;
  readonly imports: ImportService;
  readonly queries: QueryService;
  readonly meters: MeterService;
  readonly runs: RunService;
  readonly meterFollowers: MeterFollowers;
  readonly pipeline: PipelinePort;
  readonly usage: UsageService;
  /** What is missing before the server can serve; empty when ready. */
  readonly missing: () => Promise<string[]>;
}
