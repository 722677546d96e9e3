// Owns deleting events by what they are: those of a time range with certain values, or all of a store.
import type { BackfillPort, EventCondition } from '../../data-plane/backfill-port.ts';
import { WeirError } from '../../errors.ts';
import type { BackfillBody, BackfillRange } from '../backfill-types.ts';
import { readFilters } from '../event-view.ts';
import { readTimeRange } from '../time-range.ts';
import type { OpenStore } from '../types.ts';
import type { BackfillKind, Previewed } from './kind.ts';

const matchingKind: BackfillKind = {
  activity: 'deleting',
  undoing: 'writing',
  changeOf: (store, { range = {}, upTo = '0' }) => ({
    change: 'delete-matching',
    matching: { ...conditionOf(store, range), upTo: BigInt(upTo) },
  }),
};

export const deleteRangeKind = matchingKind;
export const truncateKind = matchingKind;

/** `from` and `to` as the reading of events takes them: instants, or dates in the zone of the store. */
export async function previewDeleteRange(
  data: BackfillPort,
  store: OpenStore,
  input: { readonly [K in keyof BackfillRange]: BackfillRange[K] | undefined },
): Promise<Previewed> {
  const { filter = {}, ...bounds } = input;
  if (bounds.from === undefined && bounds.to === undefined && Object.keys(filter).length === 0) {
    const detail = 'Say which events: from, to or filter. To delete all of them use kind truncate.';
    throw new WeirError('invalid', 'BACKFILL_RANGE_MISSING', detail);
  }
  const times = readTimeRange(bounds, store.timeZone, '');
  const range = { ...times, ...(Object.keys(filter).length === 0 ? {} : { filter }) };
  return previewMatching(data, store, 'delete-range', range);
}

export const previewTruncate = (data: BackfillPort, store: OpenStore): Promise<Previewed> =>
  previewMatching(data, store, 'truncate', {});

async function previewMatching(
  data: BackfillPort,
  store: OpenStore,
  kind: 'delete-range' | 'truncate',
  range: BackfillRange,
): Promise<Previewed> {
  const condition = conditionOf(store, range);
  const { matched, upTo } = await data.previewMatching(store.table, condition);
  const counts = { input: matched, unique: matched, matched, notFound: 0 };
  const body: Pick<BackfillBody, 'kind' | 'counts' | 'notFound' | 'upTo' | 'range'> = {
    kind,
    counts,
    notFound: [],
    upTo: String(upTo),
    ...(kind === 'truncate' ? {} : { range }),
  };
  return { body, selection: { matching: { ...condition, upTo } } };
}

function conditionOf(store: OpenStore, { filter = {}, ...range }: BackfillRange): EventCondition {
  return { range, filters: readFilters(store, filter, '/filter/') };
}
