// Owns the SQLite adapter of the control plane: one connection that writes, one that reads.
import type { Kysely } from 'kysely';
import type { Actor, AuditEntry, ControlPlane, ControlTransaction, ListRequest } from '../port.ts';
import { checkControlFile } from './check-file.ts';
import { connect, migrate } from './connection.ts';
import { SqliteReader } from './documents.ts';
import type { ControlTables } from './schema.ts';
import { SqliteTransaction } from './transaction.ts';

/**
 * Reading has a connection of its own, so that it neither waits for a transaction nor, when a transaction's
 * work reads through the plane instead of the transaction, for itself.
 */
class SqliteControlPlane extends SqliteReader implements ControlPlane {
  readonly #writer: Kysely<ControlTables>;

  constructor(reader: Kysely<ControlTables>, writer: Kysely<ControlTables>) {
    super(reader);
    this.#writer = writer;
  }

  change<R>(actor: Actor, work: (transaction: ControlTransaction) => Promise<R>): Promise<R> {
    return this.#writer
      .transaction()
      .execute((transaction) => work(new SqliteTransaction(transaction, actor)));
  }

  async audit(request: ListRequest): Promise<readonly AuditEntry[]> {
    const { after, parent, newestFirst = false } = request;
    let query = this.db.selectFrom('audit').selectAll();
    if (parent !== undefined) query = query.where('document_id', '=', parent);
    if (after !== undefined) query = query.where('position', newestFirst ? '<' : '>', after);
    const rows = await query
      .orderBy('position', newestFirst ? 'desc' : 'asc')
      .limit(request.limit)
      .execute();
    return rows.map((row) => ({
      position: row.position,
      at: row.at,
      actor: { id: row.actor_id, name: row.actor_name },
      action: row.action,
      collection: row.collection,
      documentId: row.document_id,
      name: row.name,
      before: row.before === null ? null : (JSON.parse(row.before) as unknown),
      after: row.after === null ? null : (JSON.parse(row.after) as unknown),
    }));
  }

  async close(): Promise<void> {
    await this.db.destroy();
    await this.#writer.destroy();
  }
}

/**
 * Opens, and if needed makes or migrates, the control plane in this file. Throws CONTROL_FILE_CORRUPT and
 * CONTROL_FILE_NEWER, having touched nothing, and CONTROL_MIGRATION_FAILED.
 */
export async function openControlPlane(path: string): Promise<ControlPlane> {
  checkControlFile(path);
  const writer = connect(path);
  try {
    await migrate(writer);
  } catch (error) {
    await writer.destroy();
    throw error;
  }
  return new SqliteControlPlane(connect(path), writer);
}
