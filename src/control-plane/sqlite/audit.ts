// Owns reading the audit.
import type { Kysely, Selectable } from 'kysely';
import type { AuditEntry, AuditRequest } from '../port.ts';
import type { AuditRow, ControlTables } from './schema.ts';

/** The entries that pass every filter, by position. */
export async function readAudit(
  db: Kysely<ControlTables>,
  request: AuditRequest,
): Promise<readonly AuditEntry[]> {
  const { after, newestFirst = false, resource, actor, action, collection, from, to } = request;
  let query = db.selectFrom('audit').selectAll();
  if (after !== undefined) query = query.where('position', newestFirst ? '<' : '>', after);
  if (action !== undefined) query = query.where('action', '=', action);
  if (collection !== undefined) query = query.where('collection', '=', collection);
  // Instants of the audit are canonical, so they sort as text.
  if (from !== undefined) query = query.where('at', '>=', from);
  if (to !== undefined) query = query.where('at', '<', to);
  if (actor !== undefined) {
    query = query.where((is) => is.or([is('actor_id', '=', actor), is('actor_name', '=', actor)]));
  }
  if (resource !== undefined) {
    // A resource that was renamed or deleted is found by every name it has had.
    const ids = db.selectFrom('audit').select('document_id').where('name', '=', resource);
    query = query.where((is) =>
      is.or([
        is('document_id', '=', resource),
        is('parent', '=', resource),
        is('document_id', 'in', ids),
        is('parent', 'in', ids),
      ]),
    );
  }
  const rows = await query
    .orderBy('position', newestFirst ? 'desc' : 'asc')
    .limit(request.limit)
    .execute();
  return rows.map(toEntry);
}

const toEntry = (row: Selectable<AuditRow>): AuditEntry => ({
  position: row.position,
  at: row.at,
  actor: { id: row.actor_id, name: row.actor_name },
  action: row.action,
  collection: row.collection,
  documentId: row.document_id,
  parent: row.parent,
  name: row.name,
  before: row.before === null ? null : (JSON.parse(row.before) as unknown),
  after: row.after === null ? null : (JSON.parse(row.after) as unknown),
});
