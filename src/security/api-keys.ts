// Owns API keys: making, checking and revoking them. A key is shown once and stored as a hash.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Actor, Collection, ControlPlane, ControlReader, Stored } from '../control-plane/port.ts';
import { newId } from '../control-plane/ids.ts';
import { nameProblems } from '../control-plane/names.ts';
import { WeirError, throwIfProblems } from '../errors.ts';
import type { Role } from './roles.ts';

export interface ApiKeyBody {
  readonly role: Role;
  /** SHA-256 in hex; a fast hash is enough because secrets have 160 random bits. */
  readonly hash: string;
  /** Set from WEIR_ADMIN_KEY: follows that value at every start. */
  readonly fromEnvironment: boolean;
}

export const apiKeys: Collection<ApiKeyBody> = {
  name: 'api-keys',
  prefix: 'key',
  audited: true,
  secretMembers: ['hash'],
};

export interface Caller {
  readonly actor: Actor;
  readonly role: Role;
}

export interface ApiKeys {
  /** Who this key belongs to, or undefined. */
  authenticate(key: string): Caller | undefined;
  /** Makes a key; the text is not kept and cannot be shown again. */
  create(actor: Actor, name: string, role: Role): Promise<{ stored: Stored<ApiKeyBody>; key: string }>;
  /** Ends a key at once. The last admin key cannot be ended. */
  revoke(actor: Actor, idOrName: string): Promise<void>;
}

const SYSTEM: Actor = { id: 'system', name: 'Weir' };
const ENVIRONMENT_KEY_NAME = 'WEIR_ADMIN_KEY';
const PAGE = 1_000;

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** The keys of a control plane, held in memory by hash so that a check reads nothing. */
export class ApiKeyService implements ApiKeys {
  readonly #control: ControlPlane;
  readonly #byHash = new Map<string, Stored<ApiKeyBody>>();

  private constructor(control: ControlPlane) {
    this.#control = control;
  }

  static async open(control: ControlPlane): Promise<ApiKeyService> {
    const service = new ApiKeyService(control);
    for (const key of await allKeys(control)) service.#byHash.set(key.body.hash, key);
    return service;
  }

  authenticate(key: string): Caller | undefined {
    const hash = hashOf(key);
    const stored = this.#byHash.get(hash.toString('hex'));
    if (!stored || !timingSafeEqual(hash, Buffer.from(stored.body.hash, 'hex'))) return undefined;
    return { actor: { id: stored.id, name: stored.name ?? stored.id }, role: stored.body.role };
  }

  async create(actor: Actor, name: string, role: Role): Promise<{ stored: Stored<ApiKeyBody>; key: string }> {
    throwIfProblems(nameProblems(name), 'REQUEST_INVALID', 'The key is not valid.');
    const id = newId(apiKeys.prefix);
    const key = `weir_${id.slice(apiKeys.prefix.length + 1)}_${randomBytes(20).toString('hex')}`;
    return { stored: await this.#insert(actor, { id, name, role, key, fromEnvironment: false }), key };
  }

  async revoke(actor: Actor, idOrName: string): Promise<void> {
    const removed = await this.#control.change(actor, async (transaction) => {
      const stored = await transaction.find(apiKeys, idOrName);
      if (!stored) throw new WeirError('not-found', 'API_KEY_NOT_FOUND', `There is no key '${idOrName}'.`);
      // Asked of the transaction: of two that revoke each other at once only the first may.
      if (stored.body.role === 'admin' && adminsOf(await allKeys(transaction)) === 1) {
        throw new WeirError(
          'conflict',
          'API_KEY_LAST_ADMIN',
          'The last admin key cannot be revoked; make another one first.',
        );
      }
      await transaction.remove(apiKeys, stored.id);
      return stored;
    });
    this.#byHash.delete(removed.body.hash);
  }

  /**
   * Makes sure that there is an admin. With `adminKey` (WEIR_ADMIN_KEY) that text is an admin key, in place
   * of the one an earlier start set; without it the first start makes one and returns it.
   */
  async ensureAdmin(adminKey: string | undefined): Promise<string | undefined> {
    if (adminKey !== undefined) {
      await this.#followEnvironment(adminKey);
      return undefined;
    }
    if (this.#admins() > 0) return undefined;
    return (await this.create(SYSTEM, 'first admin', 'admin')).key;
  }

  async #followEnvironment(key: string): Promise<void> {
    const hash = hashOf(key).toString('hex');
    if (this.#byHash.get(hash)?.body.role === 'admin') return;
    const former = [...this.#byHash.values()].find((stored) => stored.body.fromEnvironment);
    if (!former) {
      const id = newId(apiKeys.prefix);
      await this.#insert(SYSTEM, {
        id,
        name: ENVIRONMENT_KEY_NAME,
        role: 'admin',
        key,
        fromEnvironment: true,
      });
      return;
    }
    const body = { ...former.body, hash };
    const updated = await this.#control.change(SYSTEM, (change) => change.update(apiKeys, former.id, body));
    this.#byHash.delete(former.body.hash);
    this.#byHash.set(hash, updated);
  }

  async #insert(
    actor: Actor,
    key: { id: string; name: string; role: Role; key: string; fromEnvironment: boolean },
  ): Promise<Stored<ApiKeyBody>> {
    const hash = hashOf(key.key).toString('hex');
    const body: ApiKeyBody = { role: key.role, hash, fromEnvironment: key.fromEnvironment };
    const options = { id: key.id, name: key.name, nameTaken: 'API_KEY_NAME_EXISTS' };
    const stored = await this.#control.change(actor, (change) => change.insert(apiKeys, body, options));
    this.#byHash.set(hash, stored);
    return stored;
  }

  #admins(): number {
    return adminsOf([...this.#byHash.values()]);
  }
}

const adminsOf = (keys: readonly Stored<ApiKeyBody>[]): number =>
  keys.filter((stored) => stored.body.role === 'admin').length;

async function allKeys(reader: ControlReader): Promise<Stored<ApiKeyBody>[]> {
  const keys: Stored<ApiKeyBody>[] = [];
  for (;;) {
    const page = await reader.list(apiKeys, { limit: PAGE, after: keys.at(-1)?.position ?? 0 });
    keys.push(...page);
    if (page.length < PAGE) return keys;
  }
}
