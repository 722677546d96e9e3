// Owns the list of what the server is made of: one property per domain service, handed to every endpoint.
import type { ControlPlane } from './control-plane/port.ts';
import type { EventStorePort } from './data-plane/event-store-port.ts';
import type { DefinitionService } from './definitions/service.ts';
import type { Log } from './log.ts';
import type { ApiKeys } from './security/api-keys.ts';
import type {
  BackfillFollowerRegistry,
  BackfillService,
  FileService,
  StoreActivity,
  StoreCatalogue,
  StoreUserRegistry,
} from './stores/index.ts';

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
  readonly files: FileService;
  /** What is missing before the server can serve; empty when ready. */
  readonly missing: () => Promise<string[]>;
}
