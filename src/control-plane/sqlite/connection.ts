// Owns opening the control plane's SQLite file through libsql.
import Database from 'libsql';
import { Kysely, Migrator, SqliteDialect, SqliteDriver } from 'kysely';
import type { DatabaseConnection, Driver, SqliteDialectConfig } from 'kysely';
import { WeirError } from '../../errors.ts';
import { MIGRATIONS } from './schema.ts';
import type { ControlTables } from './schema.ts';

/** How long one connection waits for the other's lock; both are ours and hold it for milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * After a full or failing disk SQLite has rolled a transaction back by itself (sqlite.org/lang_transaction.html,
 * "Response to errors within a transaction"); rolling back once more must not hide why.
 */
class RolledBackDriver extends SqliteDriver {
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection);
    } catch (error) {
      if (!(error instanceof Error && /no transaction is active/.test(error.message))) throw error;
    }
  }
}

class Dialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new RolledBackDriver(this.#config);
  }
}

/** One connection; FULL: a commit that is acknowledged has been synced. */
export function connect(path: string): Kysely<ControlTables> {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = full');
  return new Kysely<ControlTables>({ dialect: new Dialect({ database }) });
}

/** Brings the file to the newest layout; throws CONTROL_MIGRATION_FAILED. */
export async function migrate(db: Kysely<ControlTables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const reason = error instanceof Error ? error.message : 'unknown';
  const detail = `The control plane cannot be brought to the layout of this version: ${reason}`;
  throw new WeirError('internal', 'CONTROL_MIGRATION_FAILED', detail, { cause: error });
}
