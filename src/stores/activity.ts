// Owns what stores are busy with. Kept in memory: after a crash nothing is running, so nothing is busy.
import { WeirError } from '../errors.ts';

export type Activity = 'writing' | 'deleting';

/** A piece of work on a store, as people find it: a run, an import, a backfill, or the removal of the store. */
export interface StoreWork {
  readonly activity: Activity;
  readonly kind: 'run' | 'import' | 'backfill' | 'removal';
  /** Id of the run, the import or the backfill; of a removal the id of the store. */
  readonly id: string;
}

const KINDS: Readonly<Record<StoreWork['kind'], string>> = {
  run: 'the run',
  import: 'the import',
  backfill: 'the backfill',
  removal: 'the removal of',
};

/**
 * The status of a store has two parts.
 *
 * Usage is read from the meters, and nothing else moves it:
 *   orphan   no meter has the store as a source, target or inbox, neither in its latest version nor its active one
 *   in use   a meter has; so it changes when a meter is saved, started for the first time, or deleted
 *
 * Activity follows the pieces of work that are going on at this moment. Any number may be, of any kind:
 *   idle      none. Single writes by the API do not count, nor do runs that only read the store or only preview:
 *             each write is one commit, and there is nothing to wait for
 *   writing   at least one import into it, or run (batch or replay) whose target it is, or that loads a file into it
 *             as an inbox; and no deletion
 *   deleting  at least one backfill is deleting, or the store itself is being removed; it wins over writing,
 *             because it says what becomes of events that are there
 *
 *             begin(writing)                begin(deleting)
 *   idle ---------------------> writing ---------------------> deleting
 *     ^                          |   ^                          |    |
 *     |    the last work ended   |   |  the last deletion ended, |    |
 *     +--------------------------+   +--- other work goes on ----+    |
 *     +------------------- the last work ended ----------------------+
 *
 * Work begins when it is noted or taken from the queue, in the same turn of the event loop in which it was found
 * to be allowed (`requireIdle`), so two callers cannot both find the store idle. It ends however it ends: done,
 * failed, stopped. It ends once; ending it again changes nothing, whatever has begun since.
 *
 * A crash ends all work, so a new process begins idle. What resumes at start (runs, imports, confirmed backfills)
 * begins again before the server is ready, so the status is true from the first answer.
 */
export class StoreActivity {
  readonly #current = new Map<string, Set<StoreWork>>();

  /** Notes work on a store; call what it returns when the work has ended, however it ended. */
  begin(storeId: string, work: StoreWork): () => void {
    const entries = this.#current.get(storeId) ?? new Set<StoreWork>();
    this.#current.set(storeId, entries);
    // The same work may begin twice on one store: by two targets of a run.
    const entry = { ...work };
    entries.add(entry);
    return () => {
      entries.delete(entry);
      if (entries.size === 0 && this.#current.get(storeId) === entries) this.#current.delete(storeId);
    };
  }

  of(storeId: string): Activity | 'idle' {
    const [first] = this.workOn(storeId);
    return first?.activity ?? 'idle';
  }

  /** What is going on, each piece once: deletions first, otherwise in the order in which it began. */
  workOn(storeId: string): readonly StoreWork[] {
    const entries = [...(this.#current.get(storeId) ?? [])];
    const once = new Map(entries.map((work) => [`${work.activity} ${work.kind} ${work.id}`, work]));
    const of = (activity: Activity): StoreWork[] =>
      [...once.values()].filter((work) => work.activity === activity);
    return [...of('deleting'), ...of('writing')];
  }

  /** Throws `EVENT_STORE_BUSY`, naming the work, unless the store is idle. */
  requireIdle(store: { readonly id: string; readonly name: string }): void {
    const work = this.workOn(store.id);
    if (work.length === 0) return;
    const named = work.map(({ kind, id }) => `${KINDS[kind]} ${id}`).join(', ');
    const detail = `The event store '${store.name}' is ${this.of(store.id)} (${named}); try again when it is idle.`;
    throw new WeirError('conflict', 'EVENT_STORE_BUSY', detail, { retryAfterSeconds: 5 });
  }
}
