// Owns the catalogue of event definitions: made, changed and removed here. Who uses one is told from outside.
import { nameProblems } from '../control-plane/names.ts';
import type {
  Actor,
  AuditEntry,
  Collection,
  ControlPlane,
  ControlReader,
  ControlTransaction,
  Stored,
} from '../control-plane/port.ts';
import { WeirError, throwIfProblems } from '../errors.ts';
import { compatibleChange } from './compatible-change.ts';
import { definitionChanges, type DefinitionChange } from './definition-changes.ts';
import type { EventDefinition } from './types.ts';
import { validateDefinition } from './validate-definition.ts';
import type { DefinitionInput } from './validate-definition.ts';

export type DefinitionBody = Omit<EventDefinition, 'id' | 'name'>;

export const eventDefinitions: Collection<DefinitionBody> = {
  name: 'event-definitions',
  prefix: 'ed',
  audited: true,
};

/** What uses definitions (stores/), told here so that this folder knows nothing of it. */
export interface DefinitionUsers {
  /** Names of what uses the definition, for messages. */
  usersOf(reader: ControlTransaction, definitionId: string): Promise<readonly string[]>;
  /** Inside the transaction that changes a definition in use: notes what has to follow it. */
  follow(transaction: ControlTransaction, definitionId: string): Promise<void>;
  /** After that transaction: lets everything noted follow. */
  finish(): Promise<void>;
}

/** What else names a definition (meters/), for messages; it needs no change of its own. */
export type DefinitionReferences = (
  reader: ControlReader,
  definition: { readonly id: string; readonly name: string },
) => Promise<readonly string[]>;

/** A saved state of a definition: who made it when, and what it changed. */
export interface DefinitionVersion {
  readonly version: number;
  readonly savedAt: string;
  readonly savedBy: Actor;
  /** Empty for the first version. */
  readonly changes: readonly DefinitionChange[];
  readonly definition: DefinitionInput;
  /** Rising; where to continue a list after. */
  readonly position: number;
}

export const toDefinition = (stored: Stored<DefinitionBody>): EventDefinition => ({
  ...stored.body,
  id: stored.id,
  name: stored.name ?? stored.id,
});

const NAME_TAKEN = 'EVENT_DEFINITION_NAME_EXISTS';

const bodyOf = ({ name: _name, ...rest }: DefinitionInput, version: number): DefinitionBody => ({
  ...rest,
  version,
});

function check(input: DefinitionInput): void {
  const named = nameProblems(input.name);
  // A name that breaks the general rule is reported by that rule alone.
  const own = validateDefinition(input).filter(({ pointer }) => pointer !== '/name' || named.length === 0);
  throwIfProblems(
    [...named, ...own],
    'EVENT_DEFINITION_INVALID',
    'The event definition is not valid; see errors.',
  );
}

export class DefinitionService {
  readonly #control: ControlPlane;
  readonly #users: DefinitionUsers;
  readonly #references: DefinitionReferences;

  constructor(control: ControlPlane, users: DefinitionUsers, references: DefinitionReferences) {
    this.#control = control;
    this.#users = users;
    this.#references = references;
  }

  /** Throws every problem of the input at once, or `EVENT_DEFINITION_NAME_EXISTS`. */
  create(actor: Actor, input: DefinitionInput): Promise<Stored<DefinitionBody>> {
    check(input);
    return this.#control.change(actor, (change) =>
      change.insert(eventDefinitions, bodyOf(input, 1), { name: input.name, nameTaken: NAME_TAKEN }),
    );
  }

  /** By id or name; throws `EVENT_DEFINITION_NOT_FOUND`. */
  async get(idOrName: string): Promise<Stored<DefinitionBody>> {
    return found(await this.#control.find(eventDefinitions, idOrName), idOrName);
  }

  /** The versions of a definition, from the first on, as the audit recorded them; at most `limit`. */
  async versions(
    idOrName: string,
    { limit, after }: { readonly limit: number; readonly after?: number },
  ): Promise<DefinitionVersion[]> {
    const { id } = await this.get(idOrName);
    const request = { resource: id, collection: eventDefinitions.name, limit };
    const entries = await this.#control.audit({ ...request, ...(after === undefined ? {} : { after }) });
    return entries.map(versionOf);
  }

  /**
   * Replaces a definition; the same again makes no version. One in use takes compatible changes only; its
   * stores follow before this resolves.
   */
  async update(actor: Actor, idOrName: string, input: DefinitionInput): Promise<Stored<DefinitionBody>> {
    check(input);
    const updated = await this.#control.change(actor, async (change) => {
      const before = found(await change.find(eventDefinitions, idOrName), idOrName);
      if (definitionChanges(inputOf(before), input).length === 0) return before;
      const users = await this.#usersOf(change, before);
      if (users.length > 0) refuseIncompatible(toDefinition(before), input, users);
      const body = bodyOf(input, before.body.version + 1);
      const options = { name: input.name, nameTaken: NAME_TAKEN };
      const after = await change.update(eventDefinitions, before.id, body, options);
      await this.#users.follow(change, before.id);
      return after;
    });
    await this.#users.finish();
    return updated;
  }

  /** Removes a definition that nothing uses; else `EVENT_DEFINITION_REFERENCED`, naming the users. */
  remove(actor: Actor, idOrName: string): Promise<void> {
    return this.#control.change(actor, async (change) => {
      const stored = found(await change.find(eventDefinitions, idOrName), idOrName);
      const users = await this.#usersOf(change, stored);
      if (users.length > 0) throw referenced(`Used by ${users.join(', ')}.`);
      await change.remove(eventDefinitions, stored.id);
    });
  }

  async #usersOf(change: ControlTransaction, stored: Stored<DefinitionBody>): Promise<readonly string[]> {
    const { id, name } = toDefinition(stored);
    return [...(await this.#users.usersOf(change, id)), ...(await this.#references(change, { id, name }))];
  }
}

function inputOf(stored: Stored<DefinitionBody>): DefinitionInput {
  const { id: _id, version: _version, ...input } = toDefinition(stored);
  return input;
}

/** A state of the audit, which holds name and body of a definition. */
type AuditedDefinition = DefinitionInput & { readonly version: number };

function versionOf({ at, actor, before, after, position }: AuditEntry): DefinitionVersion {
  const { version, ...definition } = after as AuditedDefinition;
  const changes = before === null ? [] : definitionChanges(before as AuditedDefinition, definition);
  return { version, savedAt: at, savedBy: actor, changes, definition, position };
}

const referenced = (message: string): WeirError =>
  new WeirError('conflict', 'EVENT_DEFINITION_REFERENCED', message);

function refuseIncompatible(before: EventDefinition, after: DefinitionInput, users: readonly string[]): void {
  const problems = compatibleChange(before, after);
  if (problems.length === 0) return;
  const detail = `The definition is used by ${users.join(', ')}: only optional fields may be added at the end.`;
  throw new WeirError('conflict', 'EVENT_DEFINITION_REFERENCED', detail, { problems });
}

function found(stored: Stored<DefinitionBody> | undefined, idOrName: string): Stored<DefinitionBody> {
  if (stored) return stored;
  throw new WeirError(
    'not-found',
    'EVENT_DEFINITION_NOT_FOUND',
    `There is no event definition '${idOrName}'.`,
  );
}
