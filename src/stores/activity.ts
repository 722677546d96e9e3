// Owns what stores are busy with. Kept in memory: after a crash nothing is running, so nothing is busy.
import { WeirError } from '../errors.ts';

export type Activity = 'writing' | 'deleting';

/** `Writing` is a batch, a replay or a file import; single API writes do not make a store busy. */
export class StoreActivity {
  readonly #current = new Map<string, Map<symbol, Activity>>();

  /** Notes work on a store; call what it returns when the work has ended, however it ended. */
  begin(storeId: string, activity: Activity): () => void {
    const entries = this.#current.get(storeId) ?? new Map<symbol, Activity>();
    this.#current.set(storeId, entries);
    const key = Symbol(activity);
    entries.set(key, activity);
    return () => {
      entries.delete(key);
      if (entries.size === 0 && this.#current.get(storeId) === entries) this.#current.delete(storeId);
    };
  }

  of(storeId: string): Activity | 'idle' {
    const entries = [...(this.#current.get(storeId)?.values() ?? [])];
    if (entries.includes('deleting')) return 'deleting';
    return entries.length > 0 ? 'writing' : 'idle';
  }

  /** Throws `EVENT_STORE_BUSY` unless the store is idle. */
  requireIdle(store: { readonly id: string; readonly name: string }): void {
    const activity = this.of(store.id);
    if (activity === 'idle') return;
    const detail = `The event store '${store.name}' is ${activity}; try again when it is idle.`;
    throw new WeirError('conflict', 'EVENT_STORE_BUSY', detail, { retryAfterSeconds: 5 });
  }
}
