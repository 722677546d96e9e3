// Owns which components have an inbox store, and which of them is behind the ingest URL.
import type { Meter, MeterNode } from './types.ts';

/** The operator behind the ingest URL; a meter has at most one source of it. */
export const STREAMING = 'streaming-api';

/** Whether events reach this component through a store of the meter's own. */
export const hasInbox = ({ kind, operator }: Pick<MeterNode, 'kind' | 'operator'>): boolean =>
  kind === 'source' && (operator === STREAMING || operator === 'upload');

export const streamingSource = (nodes: readonly MeterNode[]): MeterNode | undefined =>
  nodes.find((node) => node.kind === 'source' && node.operator === STREAMING);

/** Id of the store that the ingest URL of a meter writes to, if its latest version has a streaming source. */
export function streamingInboxOf({ nodes, inboxes }: Meter): string | undefined {
  const source = streamingSource(nodes);
  return source && inboxes[source.id];
}
