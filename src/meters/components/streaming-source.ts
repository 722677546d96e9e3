import { component } from '../component.ts';
import { STREAMING } from '../inboxes.ts';
import { inboxConfig, resolveInbox } from './inbox.ts';

/** Reads the meter's own inbox store, which the meter's ingest URL writes to. */
export const streamingSource = component({
  operator: STREAMING,
  kind: 'source',
  summary: 'Takes events at the ingest URL of the meter into its inbox store and reads it.',
  config: inboxConfig,
  resolve: (config, node, _input, context) => resolveInbox(config, node, context),
});
