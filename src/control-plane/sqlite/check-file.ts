// Owns looking at the control plane's file before anything may change it: whether it is one, and not of a later
// version. What is refused is left as it is.
import { existsSync } from 'node:fs';
import Database from 'libsql';
import { diskError } from '../../disk-errors.ts';
import { WeirError } from '../../errors.ts';
import { MIGRATIONS } from './schema.ts';

const DAMAGED = /^SQLITE_(?:NOTADB|CORRUPT)/;

/** Throws CONTROL_FILE_CORRUPT or CONTROL_FILE_NEWER; a file that is not there is fine. */
export function checkControlFile(path: string): void {
  if (!existsSync(path)) return;
  const unknown = migrationsIn(path).filter((name) => !(name in MIGRATIONS));
  if (unknown.length === 0) return;
  const message = `The file ${path} was written by a newer version (${unknown.join(', ')}); it was left untouched.`;
  throw new WeirError('unavailable', 'CONTROL_FILE_NEWER', message);
}

function migrationsIn(path: string): string[] {
  try {
    const file = new Database(path, { readonly: true });
    try {
      const tables = file.prepare("select 1 from sqlite_master where name = 'kysely_migration'").all();
      if (tables.length === 0) return [];
      const rows = file.prepare('select name from kysely_migration').all() as { name: string }[];
      return rows.map(({ name }) => name);
    } finally {
      file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw DAMAGED.test(code) ? damaged(path, error) : (diskError(error) ?? error);
  }
}

function damaged(path: string, cause: unknown): WeirError {
  const message = `The file ${path} is damaged or not a control plane of Weir; it was left untouched.`;
  return new WeirError('unavailable', 'CONTROL_FILE_CORRUPT', message, { cause });
}
