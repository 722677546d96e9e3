// Owns what is stored of an API key.
import type { Collection } from '../control-plane/port.ts';
import type { Role } from './roles.ts';

export interface ApiKeyBody {
  readonly role: Role;
  /** SHA-256 in hex; a fast hash is enough because secrets have 160 random bits. */
  readonly hash: string;
  /** Set from WEIR_ADMIN_KEY: follows that value at every start. */
  readonly fromEnvironment: boolean;
  /** Written now and then (key-uses.ts); missing until the first time. */
  readonly lastUsedAt?: string;
}

export const apiKeys: Collection<ApiKeyBody> = {
  name: 'api-keys',
  prefix: 'key',
  audited: true,
  secretMembers: ['hash'],
};
