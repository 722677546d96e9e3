// Owns the catalogue of event stores: made, renamed, found, removed. Tables follow it (pending-tables.ts).
import type {
  Actor,
  ControlPlane,
  ControlReader,
  ControlTransaction,
  Stored,
} from '../control-plane/port.ts';
import type { EventStorePort, StoreStatistics } from '../data-plane/event-store-port.ts';
import { eventDefinitions, toDefinition } from '../definitions/service.ts';
import type { DefinitionUsers } from '../definitions/service.ts';
import type { EventDefinition } from '../definitions/types.ts';
import { WeirError } from '../errors.ts';
import type { StoreActivity } from './activity.ts';
import { tableOf } from './pending-tables.ts';
import type { PendingTables } from './pending-tables.ts';
import { NAME_TAKEN, checkInput, freeName, insertStore, withRetention } from './store-entry.ts';
import type { StoreInput } from './store-entry.ts';
import { STORES_MAX, eventStores } from './types.ts';
import type { InboxOf, OpenStore, StoreBody, StoreUsers } from './types.ts';

export interface CatalogueParts {
  readonly control: ControlPlane;
  readonly events: EventStorePort;
  readonly pending: PendingTables;
  readonly activity: StoreActivity;
  readonly users: StoreUsers;
}

const NOTHING: StoreStatistics = {
  eventCount: 0,
  firstEventTime: null,
  lastEventTime: null,
  lastSequence: 0n,
  lastWriteAt: null,
  sizeBytes: 0,
  retainedFrom: null,
  expiredCount: 0,
};

export class StoreCatalogue implements DefinitionUsers {
  readonly #control: ControlPlane;
  readonly #events: EventStorePort;
  readonly #pending: PendingTables;
  readonly #activity: StoreActivity;
  readonly #users: StoreUsers;
  /**
   * Open stores by id and by name, so that a request reads nothing of the control plane. Replaced as a whole
   * after every change of a store or of a definition in use, so that what was read before the change ends up
   * in a map that nobody looks at.
   */
  #opened = new Map<string, Promise<OpenStore>>();
  #described = new Map<string, Promise<OpenStore>>();

  constructor(parts: CatalogueParts) {
    const { control, events, pending, activity, users } = parts;
    this.#control = control;
    this.#events = events;
    this.#pending = pending;
    this.#activity = activity;
    this.#users = users;
  }

  /** Makes a store and its table; resolves when it can be written. */
  async create(actor: Actor, input: StoreInput): Promise<Stored<StoreBody>> {
    const stored = await this.#control.change(actor, async (change) => {
      const store = await insertStore(change, input);
      await this.#pending.note(change, 'create', store.id, store.body.number);
      return store;
    });
    this.#changed();
    await this.#pending.settled(stored.id);
    return stored;
  }

  /** In the transaction that saves a meter: makes the inbox of a source, without a table until it is used. */
  async addInbox(change: ControlTransaction, input: StoreInput, inbox: InboxOf): Promise<string> {
    const name = await freeName(change, input.name);
    const store = await insertStore(change, { ...input, name }, inbox);
    await this.#pending.noteAtFirstUse(change, store.id, store.body.number);
    return store.id;
  }

  /**
   * In the transaction that deletes a meter: an inbox that was never used goes with it; one that was used
   * becomes a store like any other, with its events.
   */
  async releaseInbox(change: ControlTransaction, id: string): Promise<void> {
    const stored = await change.get(eventStores, id);
    if (!stored) return;
    if (await this.#pending.forgetUnused(change, id)) {
      await change.remove(eventStores, id);
      return;
    }
    const { inbox: _inbox, ...body } = stored.body;
    await change.update(eventStores, id, body);
  }

  /** After a transaction of a meter that made or released inboxes. */
  inboxesChanged(): void {
    this.#changed();
  }

  /** How much stores hold, by id; an inbox that was never used holds nothing and has no table. */
  async statisticsOf(ids: readonly string[]): Promise<ReadonlyMap<string, StoreStatistics>> {
    const used = ids.filter((id) => this.#pending.hasTable(id));
    const tables = await Promise.all(used.map(async (id) => (await this.open(id)).table));
    const found = await this.#events.statisticsOf(tables);
    const known = new Map(used.map((id, index) => [id, found[index]!]));
    return new Map(ids.map((id) => [id, known.get(id) ?? NOTHING]));
  }

  /** By id or name; throws `EVENT_STORE_NOT_FOUND`. */
  async get(idOrName: string): Promise<Stored<StoreBody>> {
    return requireStore(await this.#control.find(eventStores, idOrName), idOrName);
  }

  /** A store ready to be read and written, its table being what its definition says. */
  open(idOrName: string): Promise<OpenStore> {
    return remembered(this.#opened, idOrName, async () => {
      await this.#pending.settled((await this.get(idOrName)).id);
      return this.describe(idOrName);
    });
  }

  /** What a store is, without making its table: for those who ask, and neither read nor write events. */
  describe(idOrName: string): Promise<OpenStore> {
    return remembered(this.#described, idOrName, () => this.#describe(idOrName));
  }

  async #describe(idOrName: string): Promise<OpenStore> {
    const stored = await this.get(idOrName);
    const definition = await this.definitionOf(stored);
    return {
      id: stored.id,
      name: stored.name ?? stored.id,
      timeZone: stored.body.timeZone,
      definition,
      table: tableOf(stored.body.number, definition),
      retentionDays: stored.body.retentionDays ?? null,
      forgets: stored.body.retentionDays !== undefined,
    };
  }

  async definitionOf(stored: Stored<StoreBody>): Promise<EventDefinition> {
    const definition = await this.#control.get(eventDefinitions, stored.body.definition);
    if (definition) return toDefinition(definition);
    throw new WeirError('internal', 'INTERNAL', `The store ${stored.id} has lost its definition.`);
  }

  /** Renames, moves to another zone, or changes the retention. The definition of a store is fixed. */
  async update(actor: Actor, idOrName: string, input: StoreInput): Promise<Stored<StoreBody>> {
    const current = await this.get(idOrName);
    // Saved versions of meters are immutable, and name their stores.
    if (input.name !== current.name) await this.#requireUnused(current);
    if (typeof input.retentionDays === 'number') await this.#requireForgettable(current);
    const running = await this.#users.isRunning(current.id);
    const updated = await this.#control.change(actor, async (change) => {
      const stored = requireStore(await change.find(eventStores, idOrName), idOrName);
      const definition = await change.find(eventDefinitions, input.eventDefinition);
      checkInput(input, definition && toDefinition(definition));
      const timeZone = input.timeZone ?? definition!.body.timeZone;
      if (definition!.id !== stored.body.definition)
        throw immutable('The definition of a store cannot be changed.');
      if (timeZone !== stored.body.timeZone && running) {
        throw immutable('The time zone cannot be changed while a meter that uses the store is running.');
      }
      if ((input.retentionDays ?? null) !== (stored.body.retentionDays ?? null) && running) {
        throw immutable('The retention cannot be changed while a meter that uses the store is running.');
      }
      const body = withRetention({ ...stored.body, timeZone }, input);
      return change.update(eventStores, stored.id, body, { name: input.name, nameTaken: NAME_TAKEN });
    });
    this.#changed();
    return updated;
  }

  /** Removes a store that nothing uses, with its events. */
  async remove(actor: Actor, idOrName: string): Promise<void> {
    const current = await this.get(idOrName);
    const { id, name } = current;
    this.#activity.requireIdle({ id, name: name ?? id });
    const end = this.#activity.begin(id, { activity: 'deleting', kind: 'removal', id });
    try {
      await this.#requireUnused(current);
      await this.#control.change(actor, async (change) => {
        const stored = requireStore(await change.get(eventStores, id), idOrName);
        await change.remove(eventStores, id);
        const unused = await this.#pending.forgetUnused(change, id);
        if (!unused) await this.#pending.note(change, 'drop', id, stored.body.number);
      });
      this.#changed();
      await this.#pending.finish();
    } finally {
      end();
    }
  }

  /** Throws `EVENT_STORE_REFERENCED_BY_METER`, naming the meters. */
  async #requireUnused({ id, name, body }: Stored<StoreBody>): Promise<void> {
    const meters = new Set((await this.#users.usersOf(id)).map((use) => use.meterName));
    if (meters.size === 0) return;
    const named = [...meters].map((meter) => `'${meter}'`).join(', ');
    const relation = body.inbox ? 'is an inbox, used by' : 'is used by';
    const detail = `The event store '${name}' ${relation} ${named}.`;
    throw new WeirError('conflict', 'EVENT_STORE_REFERENCED_BY_METER', detail);
  }

  /** Throws `RETENTION_BREAKS_METER`, naming the components. */
  async #requireForgettable({ id, name }: Stored<StoreBody>): Promise<void> {
    const readers = await this.#users.readsWithoutEnd(id);
    if (readers.length === 0) return;
    const named = new Set(readers.map(({ meterName, component }) => `'${component}' of '${meterName}'`));
    const detail = `Events of '${name}' cannot expire: all of its time is read by ${[...named].join(', ')}.`;
    throw new WeirError('conflict', 'RETENTION_BREAKS_METER', detail);
  }

  async usersOf(reader: ControlReader, definitionId: string): Promise<readonly string[]> {
    return (await storesOf(reader, definitionId)).map((store) => `'${store.name}'`);
  }

  async follow(transaction: ControlTransaction, definitionId: string): Promise<void> {
    for (const store of await storesOf(transaction, definitionId)) {
      await this.#pending.note(transaction, 'extend', store.id, store.body.number);
    }
  }

  finish(): Promise<void> {
    this.#changed();
    return this.#pending.finish();
  }

  #changed(): void {
    this.#opened = new Map();
    this.#described = new Map();
  }
}

/** What was found before under this name, or what `find` finds now. */
function remembered<T>(known: Map<string, Promise<T>>, idOrName: string, find: () => Promise<T>): Promise<T> {
  const before = known.get(idOrName);
  if (before) return before;
  const finding = find();
  known.set(idOrName, finding);
  // Names that no store has would fill the memory, and a failure may pass.
  finding.catch(() => known.delete(idOrName));
  return finding;
}

async function storesOf(reader: ControlReader, definitionId: string): Promise<Stored<StoreBody>[]> {
  const stores = await reader.list(eventStores, { limit: STORES_MAX });
  return stores.filter((store) => store.body.definition === definitionId);
}

function requireStore(stored: Stored<StoreBody> | undefined, idOrName: string): Stored<StoreBody> {
  if (stored) return stored;
  throw new WeirError('not-found', 'EVENT_STORE_NOT_FOUND', `There is no event store '${idOrName}'.`);
}

const immutable = (detail: string): WeirError => new WeirError('conflict', 'EVENT_STORE_IMMUTABLE', detail);
