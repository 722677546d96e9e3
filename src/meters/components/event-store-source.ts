import { z } from 'zod';
import { component, problemAt } from '../component.ts';
import { scanOf } from './scan.ts';

/** Reads the events of an event store. */
export const eventStoreSource = component({
  operator: 'event-store',
  kind: 'source',
  summary: 'Reads the events of an event store.',
  config: z.strictObject({ store: z.string().min(1).describe('Id or name of the event store') }),
  resolve: (config, node, _input, context) => {
    const store = context.store(config.store);
    if (!store) {
      const problem = problemAt(node, 'EVENT_STORE_NOT_FOUND', `there is no event store ${config.store}`);
      return { fields: [], problems: [problem] };
    }
    return scanOf(node, store);
  },
});
