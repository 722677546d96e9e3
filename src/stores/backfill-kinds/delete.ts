// Owns deleting the events that a CSV file names.
import type { BackfillPort } from '../../data-plane/backfill-port.ts';
import { eventIdPath } from '../../definitions/event-id.ts';
import { readDeleteFile } from '../backfill-ids-file.ts';
import type { OpenStore } from '../types.ts';
import type { BackfillKind, Previewed } from './kind.ts';

export const deleteKind: BackfillKind = {
  activity: 'deleting',
  undoing: 'writing',
  changeOf: () => ({ change: 'delete' }),
};

/** Reads the file and finds its events. Throws every error of the file at once. */
export async function previewDelete(
  data: BackfillPort,
  store: OpenStore,
  backfill: string,
  csv: string,
): Promise<Previewed> {
  const ids = readDeleteFile(store.definition, csv);
  const { input, unique, matched, notFound } = await data.previewIds(store.table, backfill, ids);
  const counts = { input, unique, matched, notFound: unique - matched };
  return {
    body: { kind: 'delete', counts, notFound: notFound.map(eventIdPath) },
    selection: { backfill },
  };
}
