// Owns the list of what the server is made of: one property per domain service, handed to every endpoint.
import type { ControlPlane } from './control-plane/port.ts';
import type { EventStorePort } from './data-plane/event-store-port.ts';
import type { DefinitionService } from './definitions/service.ts';
import type { Log } from './log.ts';
import type { ApiKeys } from './security/api-keys.ts';
import type {
  BackfillService,
  FileService,
  StoreActivity,
  StoreCatalogue,
  StoreUsers,
} from './stores/index.ts';

export interface Services {
  readonly log: Log;
  readonly control: ControlPlane;
  readonly events: EventStorePort;
  readonly apiKeys: ApiKeys;
  readonly definitions: DefinitionService;
  readonly stores: StoreCatalogue;
  readonly storeActivity: StoreActivity;
  readonly storeUsers: StoreUsers;
  readonly backfills: BackfillService;
  readonly files: FileService;
  /** What is missing before the server can serve; empty when ready. */
  readonly missing: () => Promise<string[]>;
}
