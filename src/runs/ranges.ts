// Owns what the scope of a run means in instants.
import type { MicrosRange } from '../data-plane/pipeline-port.ts';
import type { Meter } from '../meters/types.ts';
import type { OpenStore } from '../stores/types.ts';
import { rangeOf } from './time-frame.ts';
import type { Run } from './types.ts';

/**
 * The scope of the run, or the union of those that it gives to its sources one by one. Dates are in the zone of
 * the source's store.
 */
export async function rangesOf(
  { scope, sources }: Pick<Run, 'scope' | 'sources'>,
  meter: Meter,
  openStore: (idOrName: string) => Promise<OpenStore>,
): Promise<MicrosRange[]> {
  const scoped = Object.entries(sources).flatMap(([node, source]) =>
    source.scope ? [[node, source.scope] as const] : [],
  );
  const zoneOf = async (nodeId?: string): Promise<string> => {
    const known = meter.nodes.filter((node) => node.kind === 'source');
    const node = known.find((candidate) => candidate.id === nodeId) ?? known[0];
    const store = node?.config['store'] ?? meter.inboxes[node?.id ?? ''];
    return typeof store === 'string' ? (await openStore(store)).timeZone : 'UTC';
  };
  if (scoped.length === 0) return [rangeOf(scope, await zoneOf())];
  return Promise.all(scoped.map(async ([node, one]) => rangeOf(one, await zoneOf(node))));
}
