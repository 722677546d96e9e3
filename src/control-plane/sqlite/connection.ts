// Owns opening the control plane's SQLite file through libsql.
import Database from 'libsql';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import { WeirError } from '../../errors.ts';
import { MIGRATIONS } from './schema.ts';
import type { ControlTables } from './schema.ts';

/** How long one connection waits for the other's lock; both are ours and hold it for milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/** One connection; FULL: a commit that is acknowledged has been synced. */
export function connect(path: string): Kysely<ControlTables> {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = full');
  return new Kysely<ControlTables>({ dialect: new SqliteDialect({ database }) });
}

/** Brings the file to the newest layout; one written by a newer Weir is refused untouched. */
export async function migrate(db: Kysely<ControlTables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const reason = error instanceof Error ? error.message : 'unknown';
  const detail = `The control plane cannot be brought to the layout of this version: ${reason}`;
  throw new WeirError('internal', 'CONTROL_MIGRATION_FAILED', detail, { cause: error });
}
