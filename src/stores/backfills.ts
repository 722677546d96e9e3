// Owns the life of a backfill: previewed, confirmed, running, completed or failed. A running one continues
// at the next start, since its step in the data plane may be repeated.
import type { Actor, ControlPlane, Stored } from '../control-plane/port.ts';
import type { EventStorePort } from '../data-plane/event-store-port.ts';
import { newId } from '../control-plane/ids.ts';
import { eventIdPath } from '../definitions/event-id.ts';
import { WeirError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { StoreActivity } from './activity.ts';
import { readDeleteFile } from './backfill-file.ts';
import { backfills } from './backfill-types.ts';
import type { BackfillBody, BackfillFollowers } from './backfill-types.ts';
import type { StoreCatalogue } from './catalogue.ts';
import type { OpenStore } from './types.ts';

export interface BackfillParts {
  readonly control: ControlPlane;
  readonly events: EventStorePort;
  readonly catalogue: StoreCatalogue;
  readonly activity: StoreActivity;
  readonly followers: BackfillFollowers;
  readonly log: Log;
}

const PAGE = 1_000;

export class BackfillService {
  readonly #parts: BackfillParts;
  readonly #running = new Set<Promise<void>>();

  constructor(parts: BackfillParts) {
    this.#parts = parts;
  }

  /** Reads the file and finds its events; nothing changes. Throws every error of the file at once. */
  async previewDelete(actor: Actor, storeName: string, csv: string): Promise<Stored<BackfillBody>> {
    const { control, events, catalogue, followers } = this.#parts;
    const store = await catalogue.open(storeName);
    const ids = readDeleteFile(store.definition, csv);
    const id = newId(backfills.prefix);
    const preview = await events.previewDelete(store.table, id, ids);
    const body: BackfillBody = {
      kind: 'delete',
      store: store.id,
      status: 'previewed',
      counts: {
        input: preview.input,
        unique: preview.unique,
        matched: preview.matched,
        notFound: preview.unique - preview.matched,
      },
      notFound: preview.notFound.map(eventIdPath),
      usageRecordsAffected: await followers.affectedRecords(store.id, preview.sequences),
      createdBy: actor.name,
    };
    return control.change(actor, (change) => change.insert(backfills, body, { id, parent: store.id }));
  }

  /** Throws `BACKFILL_NOT_FOUND`. */
  async get(id: string): Promise<Stored<BackfillBody>> {
    const stored = await this.#parts.control.get(backfills, id);
    if (stored) return stored;
    throw new WeirError('not-found', 'BACKFILL_NOT_FOUND', `There is no backfill '${id}'.`);
  }

  /** Starts the deletion of what was previewed; resolves when that is noted, not when it is done. */
  async confirm(actor: Actor, id: string, reconcile: boolean): Promise<Stored<BackfillBody>> {
    const { control, catalogue, activity } = this.#parts;
    const store = await catalogue.open((await this.get(id)).body.store);
    activity.requireIdle(store);
    const end = activity.begin(store.id, { activity: 'deleting', kind: 'backfill', id });
    try {
      const running = await control.change(actor, async (change) => {
        const stored = await change.get(backfills, id);
        if (stored?.body.status !== 'previewed') throw notPreviewed(id, stored?.body.status);
        const body: BackfillBody = { ...stored.body, status: 'running', confirmedBy: actor.name, reconcile };
        return change.update(backfills, id, body);
      });
      this.#start(actor, store, running, end);
      return running;
    } catch (error) {
      end();
      throw error;
    }
  }

  /** Continues what a crash interrupted. At start. */
  async resume(): Promise<void> {
    const { control, catalogue, activity } = this.#parts;
    for (let after = 0; ;) {
      const page = await control.list(backfills, { limit: PAGE, after });
      for (const stored of page.filter(({ body }) => body.status === 'running')) {
        const store = await catalogue.open(stored.body.store);
        const actor = { id: 'system', name: stored.body.confirmedBy ?? 'Weir' };
        const work = { activity: 'deleting', kind: 'backfill', id: stored.id } as const;
        this.#start(actor, store, stored, activity.begin(store.id, work));
      }
      if (page.length < PAGE) return;
      after = page.at(-1)!.position;
    }
  }

  /** Resolves when no backfill runs. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  #start(actor: Actor, store: OpenStore, stored: Stored<BackfillBody>, end: () => void): void {
    const work = this.#run(actor, store, stored, end).catch((error: unknown) =>
      this.#parts.log.error('the end of a backfill could not be noted', { backfill: stored.id, error }),
    );
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  async #run(actor: Actor, store: OpenStore, stored: Stored<BackfillBody>, end: () => void): Promise<void> {
    const { control, log } = this.#parts;
    let body: BackfillBody;
    try {
      body = await this.#delete(actor, store, stored, end);
    } catch (error) {
      end();
      log.error('backfill failed', { backfill: stored.id, error });
      const known = error instanceof WeirError;
      const reason = known ? error.message : 'The server failed; its log tells more.';
      body = {
        ...stored.body,
        status: 'failed',
        error: { code: known ? error.code : 'INTERNAL', message: reason },
      };
    }
    await control.change(actor, (change) => change.update(backfills, stored.id, body));
  }

  async #delete(
    actor: Actor,
    store: OpenStore,
    stored: Stored<BackfillBody>,
    end: () => void,
  ): Promise<BackfillBody> {
    const { events, followers } = this.#parts;
    const outcome = await events.confirmDelete(store.table, stored.id);
    // Reconciling writes to other stores; this one is free again.
    end();
    const { id, body } = stored;
    // Each deletion took a sequence, one after the other, in one commit.
    const span = { after: outcome.lastSequence - BigInt(outcome.deleted), upTo: outcome.lastSequence };
    const runs = body.reconcile ? await followers.afterBackfill(actor, store.id, span, id) : [];
    return {
      ...body,
      status: 'completed',
      counts: { ...body.counts, deleted: outcome.deleted },
      changedSincePreview: outcome.changedSincePreview.map(eventIdPath),
      runs,
    };
  }
}

const notPreviewed = (id: string, status: string | undefined): WeirError =>
  new WeirError(
    'conflict',
    'BACKFILL_NOT_PREVIEWED',
    `The backfill ${id} is ${status ?? 'gone'}, not previewed.`,
  );
