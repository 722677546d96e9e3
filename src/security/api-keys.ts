// Owns API keys: making, checking and revoking them. A key is shown once and stored as a hash.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Actor, ControlPlane, ControlReader, Stored } from '../control-plane/port.ts';
import { newId } from '../control-plane/ids.ts';
import { nameProblems } from '../control-plane/names.ts';
import { WeirError, throwIfProblems } from '../errors.ts';
import type { Log } from '../log.ts';
import { KeyUses } from './key-uses.ts';
import type { Role } from './roles.ts';
import { apiKeys } from './types.ts';
import type { ApiKeyBody } from './types.ts';

export interface Caller {
  readonly actor: Actor;
  readonly role: Role;
}

export interface ApiKeys {
  /** Who this key belongs to, or undefined; notes that it was used. */
  authenticate(key: string): Caller | undefined;
  /** Makes a key; the text is not kept and cannot be shown again. */
  create(actor: Actor, name: string, role: Role): Promise<{ stored: Stored<ApiKeyBody>; key: string }>;
  /** Ends a key at once. The last admin key cannot be ended. */
  revoke(actor: Actor, idOrName: string): Promise<void>;
  /** When the key was last sent with a request; null: never. */
  lastUsedAt(key: Stored<ApiKeyBody>): string | null;
}

const SYSTEM: Actor = { id: 'system', name: 'Weir' };
const ENVIRONMENT_KEY_NAME = 'WEIR_ADMIN_KEY';
const PAGE = 1_000;

/** Characters of the id in the prefix of a key: 40 random bits tell keys apart. */
const PREFIX_ID_CHARACTERS = 8;

/**
 * The first characters of a key, to know it by where it is used: of its id, nothing of its secret. Null for
 * WEIR_ADMIN_KEY, whose text the operator chose and of which nothing is kept.
 */
export const prefixOf = ({ id, body }: Stored<ApiKeyBody>): string | null =>
  body.fromEnvironment ? null : `weir_${id.slice(apiKeys.prefix.length + 1).slice(0, PREFIX_ID_CHARACTERS)}`;

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** The keys of a control plane, held in memory by hash so that a check reads nothing. */
export class ApiKeyService implements ApiKeys {
  readonly #control: ControlPlane;
  readonly #byHash = new Map<string, Stored<ApiKeyBody>>();
  readonly #uses: KeyUses;

  private constructor(control: ControlPlane, log: Pick<Log, 'error'>) {
    this.#control = control;
    this.#uses = new KeyUses(control, SYSTEM, log);
  }

  static async open(control: ControlPlane, log: Pick<Log, 'error'>): Promise<ApiKeyService> {
    const service = new ApiKeyService(control, log);
    for (const key of await allKeys(control)) service.#byHash.set(key.body.hash, key);
    return service;
  }

  authenticate(key: string): Caller | undefined {
    const hash = hashOf(key);
    const stored = this.#byHash.get(hash.toString('hex'));
    if (!stored || !timingSafeEqual(hash, Buffer.from(stored.body.hash, 'hex'))) return undefined;
    this.#uses.note(stored.id);
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
    this.#uses.forget(removed.id);
  }

  lastUsedAt({ id, body }: Stored<ApiKeyBody>): string | null {
    return this.#uses.lastUsedAt(id) ?? body.lastUsedAt ?? null;
  }

  /** Writes when keys were last used. */
  close(): Promise<void> {
    return this.#uses.close();
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
    // The new text has not been used yet.
    const { lastUsedAt: _used, ...kept } = former.body;
    const body = { ...kept, hash };
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
