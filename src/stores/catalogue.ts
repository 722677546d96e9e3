// Owns the catalogue of event stores: made, renamed, found, removed. Tables follow it (pending-tables.ts).
import { nameProblems } from '../control-plane/names.ts';
import type {
  Actor,
  ControlPlane,
  ControlReader,
  ControlTransaction,
  Stored,
} from '../control-plane/port.ts';
import { eventDefinitions, toDefinition } from '../definitions/service.ts';
import type { DefinitionUsers } from '../definitions/service.ts';
import type { EventDefinition } from '../definitions/types.ts';
import { checkDefinitionForStore } from '../definitions/validate-definition.ts';
import { isTimeZone } from '../definitions/values/zone.ts';
import { WeirError, throwIfProblems } from '../errors.ts';
import type { Problem } from '../errors.ts';
import type { StoreActivity } from './activity.ts';
import { tableOf } from './pending-tables.ts';
import type { PendingTables } from './pending-tables.ts';
import { STORES_MAX, eventStores } from './types.ts';
import type { OpenStore, StoreBody, StoreUsers } from './types.ts';

export interface StoreInput {
  readonly name: string;
  /** Id or name. */
  readonly eventDefinition: string;
  /** Default: the definition's. */
  readonly timeZone?: string | undefined;
}

const NAME_TAKEN = 'EVENT_STORE_NAME_EXISTS';
/** The counter that numbers tables; a number never returns. */
const TABLE_NUMBERS = 'event-store-tables';

export class StoreCatalogue implements DefinitionUsers {
  readonly #control: ControlPlane;
  readonly #pending: PendingTables;
  readonly #activity: StoreActivity;
  readonly #users: StoreUsers;
  /**
   * Open stores by id and by name, so that a request reads nothing of the control plane. Replaced as a whole
   * after every change of a store or of a definition in use, so that what was read before the change ends up
   * in a map that nobody looks at.
   */
  #opened = new Map<string, Promise<OpenStore>>();

  constructor(control: ControlPlane, pending: PendingTables, activity: StoreActivity, users: StoreUsers) {
    this.#control = control;
    this.#pending = pending;
    this.#activity = activity;
    this.#users = users;
  }

  /** Makes a store and its table; resolves when it can be written. */
  async create(actor: Actor, input: StoreInput): Promise<Stored<StoreBody>> {
    const stored = await this.#control.change(actor, async (change) => {
      const definition = await change.find(eventDefinitions, input.eventDefinition);
      checkInput(input, definition && toDefinition(definition));
      if ((await change.count(eventStores)) >= STORES_MAX) throw tooMany();
      const number = await change.nextNumber(TABLE_NUMBERS);
      const timeZone = input.timeZone ?? definition!.body.timeZone;
      const body: StoreBody = { definition: definition!.id, timeZone, number };
      const store = await change.insert(eventStores, body, { name: input.name, nameTaken: NAME_TAKEN });
      await this.#pending.note(change, 'create', store.id, number);
      return store;
    });
    this.#changed();
    await this.#pending.settled(stored.id);
    return stored;
  }

  /** By id or name; throws `EVENT_STORE_NOT_FOUND`. */
  async get(idOrName: string): Promise<Stored<StoreBody>> {
    return requireStore(await this.#control.find(eventStores, idOrName), idOrName);
  }

  /** A store ready to be read and written, its table being what its definition says. */
  open(idOrName: string): Promise<OpenStore> {
    const opened = this.#opened;
    const known = opened.get(idOrName);
    if (known) return known;
    const opening = this.#open(idOrName);
    opened.set(idOrName, opening);
    // Names that no store has would fill the memory, and a failure may pass.
    opening.catch(() => opened.delete(idOrName));
    return opening;
  }

  async #open(idOrName: string): Promise<OpenStore> {
    const stored = await this.get(idOrName);
    await this.#pending.settled(stored.id);
    const definition = await this.definitionOf(stored);
    return {
      id: stored.id,
      name: stored.name ?? stored.id,
      timeZone: stored.body.timeZone,
      definition,
      table: tableOf(stored.body.number, definition),
    };
  }

  async definitionOf(stored: Stored<StoreBody>): Promise<EventDefinition> {
    const definition = await this.#control.get(eventDefinitions, stored.body.definition);
    if (definition) return toDefinition(definition);
    throw new WeirError('internal', 'INTERNAL', `The store ${stored.id} has lost its definition.`);
  }

  /** Renames, or moves to another zone. The definition of a store is fixed. */
  async update(actor: Actor, idOrName: string, input: StoreInput): Promise<Stored<StoreBody>> {
    const current = await this.get(idOrName);
    // Saved versions of meters are immutable, and name their stores.
    if (input.name !== current.name) await this.#requireUnused(current);
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
      const body = { ...stored.body, timeZone };
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
        await this.#pending.note(change, 'drop', id, stored.body.number);
      });
      this.#changed();
      await this.#pending.finish();
    } finally {
      end();
    }
  }

  /** Throws `EVENT_STORE_REFERENCED_BY_METER`, naming the meters. */
  async #requireUnused({ id, name }: Stored<StoreBody>): Promise<void> {
    const meters = new Set((await this.#users.usersOf(id)).map((use) => use.meterName));
    if (meters.size === 0) return;
    const detail = `The event store '${name}' is used by ${[...meters].map((meter) => `'${meter}'`).join(', ')}.`;
    throw new WeirError('conflict', 'EVENT_STORE_REFERENCED_BY_METER', detail);
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
  }
}

async function storesOf(reader: ControlReader, definitionId: string): Promise<Stored<StoreBody>[]> {
  const stores = await reader.list(eventStores, { limit: STORES_MAX });
  return stores.filter((store) => store.body.definition === definitionId);
}

function checkInput(input: StoreInput, definition: EventDefinition | undefined): void {
  const problems: Problem[] = nameProblems(input.name);
  const about = (pointer: string, code: string, message: string) => problems.push({ pointer, code, message });
  if (definition) {
    const unfit = checkDefinitionForStore(definition);
    problems.push(...unfit.map((problem) => ({ ...problem, pointer: '/eventDefinition' })));
  } else {
    const message = `There is no event definition '${input.eventDefinition}'.`;
    about('/eventDefinition', 'EVENT_DEFINITION_NOT_FOUND', message);
  }
  if (input.timeZone !== undefined && !isTimeZone(input.timeZone)) {
    about('/timeZone', 'TIME_ZONE_UNKNOWN', `'${input.timeZone}' is not a known time zone.`);
  }
  throwIfProblems(problems, 'EVENT_STORE_INVALID', 'The event store is not valid; see errors.');
}

function requireStore(stored: Stored<StoreBody> | undefined, idOrName: string): Stored<StoreBody> {
  if (stored) return stored;
  throw new WeirError('not-found', 'EVENT_STORE_NOT_FOUND', `There is no event store '${idOrName}'.`);
}

const tooMany = (): WeirError =>
  new WeirError(
    'conflict',
    'EVENT_STORE_LIMIT',
    `A data directory holds at most ${STORES_MAX} event stores.`,
  );

const immutable = (detail: string): WeirError => new WeirError('conflict', 'EVENT_STORE_IMMUTABLE', detail);
