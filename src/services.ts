// Owns the list of what the server is made of: one property per domain service, handed to every endpoint.
import type { ControlPlane } from './control-plane/port.ts';
import type { EventStorePort } from './data-plane/event-store-port.ts';
import type { ApiKeys } from './security/api-keys.ts';
import type { Log } from './log.ts';

export interface Services {
  readonly control: ControlPlane;
  readonly events: EventStorePort;
  readonly apiKeys: ApiKeys;
  readonly log: Log;
  /** What is missing before the server can serve; empty when ready. */
  readonly missing: () => Promise<string[]>;
}
