// Owns changes of documents inside one transaction, each with its audit row.
import type { Kysely } from 'kysely';
import { nowInstant } from '../../clock.ts';
import { WeirError } from '../../errors.ts';
import { newId } from '../ids.ts';
import type { Actor, AuditEntry, Collection, ControlTransaction, Stored } from '../port.ts';
import { SqliteReader, toStored } from './documents.ts';
import type { ControlTables } from './schema.ts';

type InsertOptions = Parameters<ControlTransaction['insert']>[2];
type UpdateOptions = Parameters<ControlTransaction['update']>[3];

export class SqliteTransaction extends SqliteReader implements ControlTransaction {
  readonly #actor: Actor;

  constructor(db: Kysely<ControlTables>, actor: Actor) {
    super(db);
    this.#actor = actor;
  }

  async insert<T>(collection: Collection<T>, body: T, options: InsertOptions): Promise<Stored<T>> {
    const { id = newId(collection.prefix), name = null, parent = null } = options;
    await this.#requireFree(collection, name, id, options.nameTaken);
    const at = nowInstant();
    const row = await this.db
      .insertInto('documents')
      .values({
        collection: collection.name,
        id,
        name,
        parent,
        body: JSON.stringify(body),
        created_at: at,
        updated_at: at,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const stored = toStored<T>(row);
    const { audited = collection.audited } = options;
    if (audited) await this.#record(collection, 'create', parent, undefined, stored);
    return stored;
  }

  async update<T>(
    collection: Collection<T>,
    id: string,
    body: T,
    options: UpdateOptions = {},
  ): Promise<Stored<T>> {
    const before = await this.#require(collection, id);
    const name = options.name ?? before.name;
    await this.#requireFree(collection, name, id, options.nameTaken);
    const row = await this.db
      .updateTable('documents')
      .set({ name, body: JSON.stringify(body), updated_at: nowInstant() })
      .where('position', '=', before.position)
      .returningAll()
      .executeTakeFirstOrThrow();
    const after = toStored<T>(row);
    const { audited = collection.audited } = options;
    if (audited) await this.#record(collection, 'update', row.parent, before, after);
    return after;
  }

  async remove<T>(collection: Collection<T>, id: string): Promise<void> {
    const before = await this.#require(collection, id);
    const row = await this.db
      .deleteFrom('documents')
      .where('position', '=', before.position)
      .returning('parent')
      .executeTakeFirstOrThrow();
    if (collection.audited) await this.#record(collection, 'delete', row.parent, before, undefined);
  }

  async nextNumber(counter: string): Promise<number> {
    const row = await this.db
      .insertInto('counters')
      .values({ name: counter, value: 1 })
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet((build) => ({ value: build('counters.value', '+', 1) })),
      )
      .returning('value')
      .executeTakeFirstOrThrow();
    return row.value;
  }

  async #require<T>(collection: Collection<T>, id: string): Promise<Stored<T>> {
    const stored = await this.get(collection, id);
    if (!stored) throw new WeirError('not-found', 'NOT_FOUND', `There is no '${id}' in ${collection.name}.`);
    return stored;
  }

  /** Transactions run one at a time, so what is free here stays free until the commit. */
  async #requireFree(
    collection: Collection<unknown>,
    name: string | null,
    id: string,
    code = 'NAME_EXISTS',
  ): Promise<void> {
    if (name === null) return;
    const holder = await this.db
      .selectFrom('documents')
      .select('id')
      .where('collection', '=', collection.name)
      .where('name', '=', name)
      .where('id', '!=', id)
      .executeTakeFirst();
    if (holder) throw new WeirError('conflict', code, `The name '${name}' is taken by ${holder.id}.`);
  }

  async #record<T>(
    collection: Collection<T>,
    action: AuditEntry['action'],
    parent: string | null,
    before: Stored<T> | undefined,
    after: Stored<T> | undefined,
  ): Promise<void> {
    const subject = after ?? before;
    if (!subject) return;
    await this.db
      .insertInto('audit')
      .values({
        at: nowInstant(),
        actor_id: this.#actor.id,
        actor_name: this.#actor.name,
        action,
        collection: collection.name,
        document_id: subject.id,
        parent,
        name: subject.name,
        before: before ? shown(collection, before) : null,
        after: after ? shown(collection, after) : null,
      })
      .execute();
  }
}

/** A document as the audit shows it: with its name, so that a renaming can be seen, and without secrets. */
function shown(collection: Collection<unknown>, { name, body }: Stored<unknown>): string {
  if (typeof body !== 'object' || body === null) return JSON.stringify(body);
  const secret = new Set(collection.secretMembers ?? []);
  // Only the top level: a secret is a member of the body itself.
  const members = Object.entries(body).filter(([member]) => !secret.has(member));
  return JSON.stringify({ ...(name === null ? {} : { name }), ...Object.fromEntries(members) });
}
