// Owns the SQLite adapter of the control plane: one connection that writes, one that reads.
import type { Kysely } from 'kysely';
import type { Actor, AuditEntry, AuditRequest, ControlPlane, ControlTransaction } from '../port.ts';
import { readAudit } from './audit.ts';
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

  async audit(request: AuditRequest): Promise<readonly AuditEntry[]> {
    return readAudit(this.db, request);
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
