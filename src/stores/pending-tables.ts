// Owns tables that must follow the catalogue: noted in the catalogue's own transaction, then made, extended
// or dropped in the data plane by idempotent steps, at once or at the next start; those of inboxes at first use.
import type { Collection, ControlPlane, ControlTransaction, Stored } from '../control-plane/port.ts';
import type { EventStorePort, StoreTable } from '../data-plane/event-store-port.ts';
import { columnsOf } from '../definitions/types.ts';
import type { EventDefinition } from '../definitions/types.ts';
import { WeirError } from '../errors.ts';
import { eventDefinitions, toDefinition } from '../definitions/service.ts';
import { eventStores } from './types.ts';

type Step = 'create' | 'create-at-use' | 'extend' | 'drop';

interface PendingTable {
  readonly step: Step;
  readonly store: string;
  readonly number: number;
}

const pendingTables: Collection<PendingTable> = { name: 'pending-tables', prefix: 'pt', audited: false };

const SYSTEM = { id: 'system', name: 'Weir' };
/** More than there can be stores and steps; they are few and short-lived. */
const PENDING_MAX = 10_000;

export const tableOf = (number: number, definition: EventDefinition): StoreTable => ({
  number,
  columns: columnsOf(definition),
  idFields: definition.eventIdFields,
});

export class PendingTables {
  readonly #control: ControlPlane;
  readonly #events: EventStorePort;
  /** Stores whose table may not be what the catalogue says; kept in step with the collection. */
  readonly #stores = new Set<string>();
  /** Stores whose table is made when they are first used; kept in step with the collection. */
  readonly #unmade = new Set<string>();
  #finishing: Promise<void> | undefined;

  constructor(control: ControlPlane, events: EventStorePort) {
    this.#control = control;
    this.#events = events;
  }

  /** Notes a step, as the last thing in the transaction that makes it necessary. */
  async note(
    transaction: ControlTransaction,
    step: Exclude<Step, 'create-at-use'>,
    store: string,
    number: number,
  ): Promise<void> {
    await transaction.insert(pendingTables, { step, store, number }, {});
    this.#stores.add(store);
  }

  /**
   * Notes that the table of a store is to be made when the store is first used. Tables are not free (1,000 of
   * 22 columns cost 335 MB), and many an inbox is never written to.
   */
  async noteAtFirstUse(transaction: ControlTransaction, store: string, number: number): Promise<void> {
    await transaction.insert(pendingTables, { step: 'create-at-use', store, number }, { name: store });
    this.#unmade.add(store);
  }

  /** Whether the store has been used, and so has a table. */
  hasTable(store: string): boolean {
    return !this.#unmade.has(store);
  }

  /** In the transaction that removes a store: takes back the note of one never used; false if it has a table. */
  async forgetUnused(transaction: ControlTransaction, store: string): Promise<boolean> {
    const noted = await transaction.find(pendingTables, store);
    if (noted) await transaction.remove(pendingTables, noted.id);
    return noted !== undefined;
  }

  /** Resolves when the table of this store is what the catalogue says. */
  async settled(store: string): Promise<void> {
    if (this.#unmade.has(store)) await this.#use(store);
    if (this.#stores.has(store)) await this.finish();
  }

  /** Turns the note of a first use into a step to be done, in line with the steps of others. */
  async #use(store: string): Promise<void> {
    await this.#control.change(SYSTEM, async (change) => {
      const noted = await change.find(pendingTables, store);
      if (noted) {
        await change.remove(pendingTables, noted.id);
        await this.note(change, 'create', store, noted.body.number);
      } else if (!(await change.get(eventStores, store))) {
        throw new WeirError('not-found', 'EVENT_STORE_NOT_FOUND', `There is no event store '${store}'.`);
      }
    });
    this.#unmade.delete(store);
  }

  /** Does all that is noted, in order. What fails stays noted and is tried again by the next call. */
  async finish(): Promise<void> {
    // Steps noted while an earlier round runs are not surely part of it.
    await this.#finishing?.catch(() => undefined);
    this.#finishing ??= this.#finishNoted().finally(() => {
      this.#finishing = undefined;
    });
    return this.#finishing;
  }

  async #finishNoted(): Promise<void> {
    const noted = await this.#control.list(pendingTables, { limit: PENDING_MAX });
    const unmade = noted.filter(({ body }) => body.step === 'create-at-use');
    for (const { body } of unmade) this.#unmade.add(body.store);
    const due = noted.filter(({ body }) => body.step !== 'create-at-use');
    for (const { body } of due) this.#stores.add(body.store);
    for (const pending of due) await this.#finishOne(pending);
  }

  async #finishOne(pending: Stored<PendingTable>): Promise<void> {
    const { step, store, number } = pending.body;
    if (step === 'drop') await this.#events.dropStore(number);
    else await this.#makeTable(step === 'extend' ? 'extend' : 'create', store);
    await this.#control.change(SYSTEM, (change) => change.remove(pendingTables, pending.id));
    this.#stores.delete(store);
  }

  async #makeTable(step: 'create' | 'extend', storeId: string): Promise<void> {
    const store = await this.#control.get(eventStores, storeId);
    const definition = store && (await this.#control.get(eventDefinitions, store.body.definition));
    // Removed since: its drop is noted behind this step.
    if (!store || !definition) return;
    // Made at its first use, it will be what the definition is by then.
    if (step === 'extend' && (await this.#control.find(pendingTables, storeId))) return;
    const table = tableOf(store.body.number, toDefinition(definition));
    await (step === 'create' ? this.#events.createStore(table) : this.#events.extendStore(table));
  }
}
