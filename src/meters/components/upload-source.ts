import { component } from '../component.ts';
import { inboxConfig, resolveInbox } from './inbox.ts';

/** Reads the meter's own inbox store, into which a run ingests an uploaded file first. */
export const uploadSource = component({
  operator: 'upload',
  kind: 'source',
  summary: 'Ingests an uploaded file into the inbox store of the meter and reads it.',
  config: inboxConfig,
  resolve: (config, node, _input, context) => resolveInbox(config, node, context),
});
