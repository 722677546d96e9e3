// Owns tables that must follow the catalogue: noted in the catalogue's own transaction, then made, extended
// or dropped in the data plane by idempotent steps, at once or at the next start.
import type { Collection, ControlPlane, ControlTransaction, Stored } from '../control-plane/port.ts';
import type { EventStorePort, StoreTable } from '../data-plane/event-store-port.ts';
import { columnsOf } from '../definitions/types.ts';
import type { EventDefinition } from '../definitions/types.ts';
import { eventDefinitions, toDefinition } from '../definitions/service.ts';
import { eventStores } from './types.ts';

type Step = 'create' | 'extend' | 'drop';

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
  #finishing: Promise<void> | undefined;

  constructor(control: ControlPlane, events: EventStorePort) {
    this.#control = control;
    this.#events = events;
  }

  /** Notes a step, as the last thing in the transaction that makes it necessary. */
  async note(transaction: ControlTransaction, step: Step, store: string, number: number): Promise<void> {
    await transaction.insert(pendingTables, { step, store, number }, {});
    this.#stores.add(store);
  }

  /** Resolves when the table of this store is what the catalogue says. */
  async settled(store: string): Promise<void> {
    if (this.#stores.has(store)) await this.finish();
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
    for (const { body } of noted) this.#stores.add(body.store);
    for (const pending of noted) await this.#finishOne(pending);
  }

  async #finishOne(pending: Stored<PendingTable>): Promise<void> {
    const { step, store, number } = pending.body;
    if (step === 'drop') await this.#events.dropStore(number);
    else await this.#makeTable(step, store);
    await this.#control.change(SYSTEM, (change) => change.remove(pendingTables, pending.id));
    this.#stores.delete(store);
  }

  async #makeTable(step: 'create' | 'extend', storeId: string): Promise<void> {
    const store = await this.#control.get(eventStores, storeId);
    const definition = store && (await this.#control.get(eventDefinitions, store.body.definition));
    // Removed since: its drop is noted behind this step.
    if (!store || !definition) return;
    const table = tableOf(store.body.number, toDefinition(definition));
    await (step === 'create' ? this.#events.createStore(table) : this.#events.extendStore(table));
  }
}
