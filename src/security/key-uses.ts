// Owns when API keys were last used: noted in memory with every request, written in the background.
import { nowInstant } from '../clock.ts';
import type { Actor, ControlPlane } from '../control-plane/port.ts';
import type { Log } from '../log.ts';
import { apiKeys } from './types.ts';

/** A crash forgets at most this much; every request writing its own would be one synced commit each. */
const WRITTEN_EVERY_MS = 60_000;

export class KeyUses {
  readonly #control: ControlPlane;
  readonly #actor: Actor;
  readonly #log: Pick<Log, 'error'>;
  /** Canonical instants by id of the key. */
  readonly #usedAt = new Map<string, string>();
  readonly #unwritten = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** Writes in the name of `actor`, without an audit entry: using a key changes nothing about it. */
  constructor(control: ControlPlane, actor: Actor, log: Pick<Log, 'error'>) {
    this.#control = control;
    this.#actor = actor;
    this.#log = log;
  }

  note(id: string): void {
    this.#usedAt.set(id, nowInstant());
    this.#unwritten.add(id);
    this.#timer ??= setTimeout(() => {
      this.#writing = this.#write();
    }, WRITTEN_EVERY_MS).unref();
  }

  /** When a key was last used since this server started, as a canonical instant. */
  lastUsedAt(id: string): string | undefined {
    return this.#usedAt.get(id);
  }

  forget(id: string): void {
    this.#usedAt.delete(id);
    this.#unwritten.delete(id);
  }

  /** Writes what has been noted. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#write();
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const ids = [...this.#unwritten];
    this.#unwritten.clear();
    if (ids.length === 0) return;
    try {
      await this.#control.change(this.#actor, async (change) => {
        for (const id of ids) {
          const stored = await change.get(apiKeys, id);
          const at = this.lastUsedAt(id);
          // Revoked since.
          if (!stored || at === undefined) continue;
          await change.update(apiKeys, id, { ...stored.body, lastUsedAt: at }, { audited: false });
        }
      });
    } catch (error) {
      // The next request notes its key again; until then the list shows what is in memory.
      this.#log.error('when keys were last used could not be written', { error });
    }
  }
}
