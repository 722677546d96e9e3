// Owns the life of a backfill (backfill-types.ts): previewed, confirmed, carried out, reverted. What is going on
// continues at the next start, since the data plane knows which of its commits are done.
import { nowInstant } from '../clock.ts';
import type { Actor, ControlPlane, Stored } from '../control-plane/port.ts';
import type { BackfillOutcome, BackfillPort } from '../data-plane/backfill-port.ts';
import { newId } from '../control-plane/ids.ts';
import { eventIdPath } from '../definitions/event-id.ts';
import type { EventStorePort } from '../data-plane/event-store-port.ts';
import type { DoorBatch } from '../definitions/rows.ts';
import { retainedOnly } from './before-retention.ts';
import { WeirError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { StoreActivity } from './activity.ts';
import { backfillKinds } from './backfill-kinds/index.ts';
import type { Previewed } from './backfill-kinds/kind.ts';
import { backfills } from './backfill-types.ts';
import type { BackfillBody, BackfillFollowers } from './backfill-types.ts';
import type { StoreCatalogue } from './catalogue.ts';
import type { OpenStore } from './types.ts';

export interface BackfillParts {
  readonly control: ControlPlane;
  readonly data: BackfillPort;
  readonly events: Pick<EventStorePort, 'retainedFrom'>;
  readonly catalogue: StoreCatalogue;
  readonly activity: StoreActivity;
  readonly followers: BackfillFollowers;
  readonly log: Log;
}

/**
 * Finds what the backfill is about; `backfill` is the id under which the data plane remembers it, `retained` turns
 * away events of a file that are older than what the store retains.
 */
export type Preview = (
  data: BackfillPort,
  store: OpenStore,
  backfill: string,
  retained: (batch: DoorBatch) => DoorBatch,
) => Promise<Previewed>;

type Direction = 'confirm' | 'revert';

const PAGE = 1_000;

export class BackfillService {
  readonly #parts: BackfillParts;
  readonly #running = new Set<Promise<void>>();
  /** What the backfills that are going on have done so far. */
  readonly #progress = new Map<string, BackfillOutcome>();

  constructor(parts: BackfillParts) {
    this.#parts = parts;
  }

  /** Finds what would be changed, and what depends on it; nothing changes. */
  async preview(
    actor: Actor,
    storeName: string,
    reason: string | undefined,
    find: Preview,
  ): Promise<Stored<BackfillBody>> {
    const { control, data, events, catalogue, followers } = this.#parts;
    const store = await catalogue.open(storeName);
    const retained = retainedOnly(
      { columns: store.table.columns, definition: store.definition },
      await events.retainedFrom(store.table),
    );
    const id = newId(backfills.prefix);
    try {
      const { body, selection } = await find(data, store, id, retained);
      const previewed: BackfillBody = {
        ...body,
        store: store.id,
        status: 'previewed',
        ...(reason === undefined ? {} : { reason }),
        usageRecordsAffected: await followers.affectedRecords(store.id, selection),
        createdBy: actor,
      };
      const options = { id, parent: store.id };
      return await control.change(actor, (change) => change.insert(backfills, previewed, options));
    } catch (error) {
      // Nobody could confirm it: what the data plane remembers of it would stay for ever.
      await data.forgetPreview(store.table, id);
      throw error;
    }
  }

  /** With the counts as of now. Throws `BACKFILL_NOT_FOUND`. */
  async get(id: string): Promise<Stored<BackfillBody>> {
    const stored = await this.#parts.control.get(backfills, id);
    if (stored) return this.live(stored);
    throw notFound(id);
  }

  /** The backfill with what it has done until now, if it is going on. */
  live(stored: Stored<BackfillBody>): Stored<BackfillBody> {
    const outcome = this.#progress.get(stored.id);
    if (!outcome) return stored;
    const direction = stored.body.status === 'reverting' ? 'revert' : 'confirm';
    return { ...stored, body: { ...stored.body, ...done(stored.body, direction, outcome) } };
  }

  /** Starts carrying out what was previewed, or going on with it after a failure; resolves when that is noted. */
  confirm(actor: Actor, id: string, reconcile: boolean): Promise<Stored<BackfillBody>> {
    return this.#begin(actor, id, 'confirm', (body) => {
      if (body.status !== 'previewed' && !(body.status === 'failed' && body.revertedBy === undefined)) {
        throw conflict('BACKFILL_NOT_PREVIEWED', `The backfill ${id} is ${body.status}, not previewed.`);
      }
      const { error: _error, ...rest } = body;
      return { ...rest, status: 'running', confirmedBy: actor, confirmedAt: nowInstant(), reconcile };
    });
  }

  /** Starts undoing a completed backfill, or going on with it after a failure; resolves when that is noted. */
  revert(actor: Actor, id: string, reconcile: boolean): Promise<Stored<BackfillBody>> {
    return this.#begin(actor, id, 'revert', (body) => {
      if (backfillKinds[body.kind].undoing === null) {
        const detail = `The backfill ${id} is of kind ${body.kind}, which cannot be taken back.`;
        throw conflict('BACKFILL_NOT_REVERTIBLE', detail);
      }
      if (body.status === 'reverting' || body.status === 'reverted') {
        throw conflict('BACKFILL_REVERTED', `The backfill ${id} is ${body.status} already.`);
      }
      if (body.status !== 'completed' && !(body.status === 'failed' && body.revertedBy !== undefined)) {
        const detail = `The backfill ${id} is ${body.status}; only a completed one can be reverted.`;
        throw conflict('BACKFILL_NOT_COMPLETED', detail);
      }
      const { error: _error, ...rest } = body;
      return { ...rest, status: 'reverting', revertedBy: actor, revertReconcile: reconcile };
    });
  }

  /** Forgets a backfill that is only previewed. Throws `BACKFILL_NOT_PREVIEWED`. */
  async discard(actor: Actor, id: string): Promise<void> {
    const { control, data, catalogue } = this.#parts;
    const store = await catalogue.open((await this.get(id)).body.store);
    await control.change(actor, async (change) => {
      const stored = await change.get(backfills, id);
      if (stored?.body.status !== 'previewed') {
        const detail = `The backfill ${id} is ${stored?.body.status ?? 'gone'}; only a preview can be discarded.`;
        throw conflict('BACKFILL_NOT_PREVIEWED', detail);
      }
      await change.remove(backfills, id);
    });
    await data.forgetPreview(store.table, id);
  }

  /** Continues what a crash interrupted. At start. */
  async resume(): Promise<void> {
    const { control, catalogue } = this.#parts;
    for (let after = 0; ;) {
      const page = await control.list(backfills, { limit: PAGE, after });
      for (const stored of page) {
        const { status, createdBy, confirmedBy = createdBy, revertedBy = createdBy } = stored.body;
        if (status !== 'running' && status !== 'reverting') continue;
        const direction = status === 'running' ? 'confirm' : 'revert';
        const actor = direction === 'confirm' ? confirmedBy : revertedBy;
        const store = await catalogue.open(stored.body.store);
        this.#start(actor, store, stored, direction, this.#busy(store, stored, direction));
      }
      if (page.length < PAGE) return;
      after = page.at(-1)!.position;
    }
  }

  /** Resolves when no backfill runs. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #begin(
    actor: Actor,
    id: string,
    direction: Direction,
    change: (body: BackfillBody) => BackfillBody,
  ): Promise<Stored<BackfillBody>> {
    const { control, catalogue, activity } = this.#parts;
    const known = await this.get(id);
    const store = await catalogue.open(known.body.store);
    change(known.body);
    activity.requireIdle(store);
    const end = this.#busy(store, known, direction);
    try {
      const begun = await control.change(actor, async (transaction) => {
        const stored = await transaction.get(backfills, id);
        if (!stored) throw notFound(id);
        return transaction.update(backfills, id, change(stored.body));
      });
      this.#start(actor, store, begun, direction, end);
      return begun;
    } catch (error) {
      end();
      throw error;
    }
  }

  #busy(store: OpenStore, { id, body }: Stored<BackfillBody>, direction: Direction): () => void {
    const kind = backfillKinds[body.kind];
    const activity = direction === 'confirm' ? kind.activity : (kind.undoing ?? kind.activity);
    return this.#parts.activity.begin(store.id, { activity, kind: 'backfill', id });
  }

  #start(
    actor: Actor,
    store: OpenStore,
    stored: Stored<BackfillBody>,
    direction: Direction,
    end: () => void,
  ): void {
    const work = this.#run(actor, store, stored, direction, end)
      .catch((error: unknown) =>
        this.#parts.log.error('the end of a backfill could not be noted', { backfill: stored.id, error }),
      )
      .finally(() => {
        this.#progress.delete(stored.id);
        this.#running.delete(work);
      });
    this.#running.add(work);
  }

  async #run(
    actor: Actor,
    store: OpenStore,
    stored: Stored<BackfillBody>,
    direction: Direction,
    end: () => void,
  ): Promise<void> {
    const { control, log } = this.#parts;
    let body: BackfillBody;
    try {
      body = await this.#carryOut(actor, store, stored, direction, end);
    } catch (error) {
      log.error('backfill failed', { backfill: stored.id, error });
      const known = error instanceof WeirError;
      const message = known ? error.message : 'The server failed; its log tells more.';
      const code = known ? error.code : 'INTERNAL';
      body = { ...this.live(stored).body, status: 'failed', error: { code, message } };
    } finally {
      end();
    }
    await control.change(actor, (change) => change.update(backfills, stored.id, body));
  }

  async #carryOut(
    actor: Actor,
    store: OpenStore,
    { id, body }: Stored<BackfillBody>,
    direction: Direction,
    end: () => void,
  ): Promise<BackfillBody> {
    const { data, followers } = this.#parts;
    const change = await backfillKinds[body.kind].changeOf(store, body, followers);
    let outcome: BackfillOutcome;
    do {
      outcome =
        direction === 'confirm'
          ? await data.confirmStep(store.table, id, change)
          : await data.revertStep(store.table, id);
      this.#progress.set(id, outcome);
    } while (!outcome.done);
    // Reconciling writes to other stores; this one is free again.
    end();
    const reconcile = direction === 'confirm' ? body.reconcile : body.revertReconcile;
    const { span } = outcome;
    const runs = reconcile && span ? await followers.afterBackfill(actor, store.id, span, id) : [];
    return { ...body, ...done(body, direction, outcome), runs: [...(body.runs ?? []), ...runs] };
  }
}

/** What of the body an outcome tells: so far, or finally when it is done. */
function done(
  { kind, counts }: BackfillBody,
  direction: Direction,
  { done: isDone, deleted, inserted, replaced, skipped, skippedIds }: BackfillOutcome,
): Partial<BackfillBody> {
  const ids = skippedIds.map(eventIdPath);
  if (direction === 'revert') {
    return {
      counts: { ...counts, reverted: deleted + inserted + replaced, conflicts: skipped },
      conflicts: ids,
      ...(isDone ? { status: 'reverted' as const, revertedAt: nowInstant() } : {}),
    };
  }
  return {
    counts:
      kind === 'erase'
        ? { ...counts, erased: replaced }
        : { ...counts, deleted, inserted, replaced, changedSincePreview: skipped },
    changedSincePreview: ids,
    ...(isDone ? { status: 'completed' as const, completedAt: nowInstant() } : {}),
  };
}

const conflict = (code: string, detail: string): WeirError => new WeirError('conflict', code, detail);

const notFound = (id: string): WeirError =>
  new WeirError('not-found', 'BACKFILL_NOT_FOUND', `There is no backfill '${id}'.`);
