// Owns the tables of the control plane's SQLite file, as types and as migrations.
import { sql } from 'kysely';
import type { Generated, Kysely, Migration } from 'kysely';

export interface DocumentRow {
  position: Generated<number>;
  collection: string;
  id: string;
  name: string | null;
  parent: string | null;
  body: string;
  created_at: string;
  updated_at: string;
}

export interface AuditRow {
  position: Generated<number>;
  at: string;
  actor_id: string;
  actor_name: string;
  action: 'create' | 'update' | 'delete';
  collection: string;
  document_id: string;
  parent: string | null;
  name: string | null;
  before: string | null;
  after: string | null;
}

export interface CounterRow {
  name: string;
  value: number;
}

export interface ControlTables {
  documents: DocumentRow;
  audit: AuditRow;
  counters: CounterRow;
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  // AUTOINCREMENT: a position is the cursor of a list, so the position of a removed document never returns.
  await sql`create table documents (
    position integer primary key autoincrement, collection text not null, id text not null unique,
    name text, parent text, body text not null, created_at text not null, updated_at text not null)`.execute(
    db,
  );
  await sql`create unique index documents_name on documents (collection, name) where name is not null`.execute(
    db,
  );
  await sql`create index documents_list on documents (collection, position)`.execute(db);
  await sql`create index documents_parent on documents (collection, parent, position)`.execute(db);
  await sql`create table audit (
    position integer primary key autoincrement, at text not null, actor_id text not null,
    actor_name text not null, action text not null, collection text not null, document_id text not null,
    name text, before text, after text)`.execute(db);
  await sql`create table counters (name text primary key, value integer not null)`.execute(db);
}

/** What belongs to a resource is found with it; and the audit of one resource without reading all of it. */
async function extendAudit(db: Kysely<unknown>): Promise<void> {
  await sql`alter table audit add column parent text`.execute(db);
  await sql`create index audit_document on audit (document_id, position)`.execute(db);
  await sql`create index audit_parent on audit (parent, position) where parent is not null`.execute(db);
  await sql`create index audit_name on audit (name) where name is not null`.execute(db);
  await sql`create index audit_at on audit (at)`.execute(db);
}

/** Forward only; a released entry never changes. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-documents': { up: createTables },
  '0002-audit-of-children': { up: extendAudit },
};
