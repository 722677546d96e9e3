// Owns reading of documents, for the plane and for its transactions.
import type { Kysely, Selectable } from 'kysely';
import type { Collection, ControlReader, ListRequest, Stored } from '../port.ts';
import type { ControlTables, DocumentRow } from './schema.ts';

export const toStored = <T>(row: Selectable<DocumentRow>): Stored<T> => ({
  id: row.id,
  name: row.name,
  body: JSON.parse(row.body) as T,
  position: row.position,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export class SqliteReader implements ControlReader {
  protected readonly db: Kysely<ControlTables>;

  constructor(db: Kysely<ControlTables>) {
    this.db = db;
  }

  async get<T>(collection: Collection<T>, id: string): Promise<Stored<T> | undefined> {
    const row = await this.#documents(collection).where('id', '=', id).executeTakeFirst();
    return row && toStored<T>(row);
  }

  async find<T>(collection: Collection<T>, idOrName: string): Promise<Stored<T> | undefined> {
    const byId = await this.get(collection, idOrName);
    if (byId) return byId;
    const row = await this.#documents(collection).where('name', '=', idOrName).executeTakeFirst();
    return row && toStored<T>(row);
  }

  async list<T>(collection: Collection<T>, request: ListRequest): Promise<readonly Stored<T>[]> {
    const { after, parent, newestFirst = false } = request;
    let query = this.#documents(collection);
    if (parent !== undefined) query = query.where('parent', '=', parent);
    if (after !== undefined) query = query.where('position', newestFirst ? '<' : '>', after);
    const rows = await query
      .orderBy('position', newestFirst ? 'desc' : 'asc')
      .limit(request.limit)
      .execute();
    return rows.map((row) => toStored<T>(row));
  }

  async count(collection: Collection<unknown>): Promise<number> {
    const row = await this.db
      .selectFrom('documents')
      .select((build) => build.fn.countAll<number>().as('count'))
      .where('collection', '=', collection.name)
      .executeTakeFirstOrThrow();
    return row.count;
  }

  #documents(collection: Collection<unknown>) {
    return this.db.selectFrom('documents').selectAll().where('collection', '=', collection.name);
  }
}
