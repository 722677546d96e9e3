import type { LineageEvent } from '../data-plane/pipeline-port.ts';
import type { Services } from '../services.ts';
import { presenterOf } from './events-read.ts';

/** The events that a lineage names, as a store shows them, with the store. */
export async function lineageEvents(weir: Services, found: readonly LineageEvent[]) {
  const byStore = new Map<string, bigint[]>();
  for (const { storeId, sequence } of found) {
    byStore.set(storeId, [...(byStore.get(storeId) ?? []), sequence]);
  }
  const shown = new Map<string, ReturnType<ReturnType<typeof presenterOf>>>();
  const names = new Map<string, string>();
  for (const [storeId, sequences] of byStore) {
    const store = await weir.stores.open(storeId);
    names.set(storeId, store.name);
    for (const event of await weir.events.eventsBySequence(store.table, sequences)) {
      shown.set(`${storeId} ${event.sequence}`, presenterOf(store)(event));
    }
  }
  return found.flatMap(({ storeId, sequence }) => {
    const event = shown.get(`${storeId} ${sequence}`);
    // An event that was deleted since the page began is no longer behind the record.
    return event ? [{ store: storeId, storeName: names.get(storeId) ?? storeId, ...event }] : [];
  });
}
