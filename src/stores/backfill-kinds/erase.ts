// Owns erasing a subject: the events, and their former versions, whose field has a value. Neither the backfill nor
// its audit keeps the value.
import type { BackfillPort } from '../../data-plane/backfill-port.ts';
import type { FieldFilter } from '../../data-plane/event-store-port.ts';
import { throwIfProblems } from '../../errors.ts';
import { readField } from '../event-view.ts';
import type { OpenStore } from '../types.ts';
import type { BackfillKind, Previewed } from './kind.ts';

export const eraseKind: BackfillKind = {
  activity: 'writing',
  undoing: null,
  changeOf: async (store, { subject }, followers) => {
    if (!subject) throw new Error('an erasure without a field');
    const dependents = await followers.plansOf(store.id);
    return { change: 'erase', field: subject.field, storeId: store.id, dependents };
  },
};

/** Finds what is known of the subject. Throws `ERASE_SUBJECT_INVALID` where no event could have the value. */
export async function previewErase(
  data: BackfillPort,
  store: OpenStore,
  backfill: string,
  given: { readonly field: string; readonly value: string },
): Promise<Previewed> {
  const subject = readSubject(store, given);
  const { events, former } = await data.previewErase(store.table, backfill, subject);
  const counts = { input: events, unique: events, matched: events, notFound: 0, former };
  return {
    body: { kind: 'erase', counts, notFound: [], subject: { field: subject.field } },
    selection: { backfill, former: true },
  };
}

function readSubject(
  store: OpenStore,
  { field, value }: { readonly field: string; readonly value: string },
): FieldFilter {
  const column = store.table.columns.find(({ name }) => name === field);
  const refuse = (pointer: string, message: string): never => {
    const problem = { pointer, code: 'ERASE_SUBJECT_INVALID', message };
    throwIfProblems([problem], 'ERASE_SUBJECT_INVALID', message);
    throw new Error('a problem is always thrown');
  };
  if (!column) return refuse('/field', `'${field}' is not a field of this store.`);
  if (column.column === 't') return refuse('/field', 'The event time names no subject, and is kept.');
  if (store.table.idFields.includes(field) && column.type !== 'string') {
    const detail = `The id field '${field}' is of type ${column.type}; only an id of type string can be replaced.`;
    return refuse('/field', detail);
  }
  const read = readField(store, column, value);
  // The message does not repeat the value: it may end up in a log.
  if (typeof read !== 'string') return refuse('/value', `The value is none of the field '${field}'.`);
  return { field, value: read };
}
