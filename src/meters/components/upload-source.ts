import { z } from 'zod';
import { component, problemAt } from '../component.ts';
import { fieldsOfDefinition, scanOf } from './scan.ts';

/** Reads the meter's own inbox store, into which a run ingests an uploaded file first. */
export const uploadSource = component({
  operator: 'upload',
  kind: 'source',
  summary: 'Ingests an uploaded file into the inbox store of the meter and reads it.',
  config: z.strictObject({
    eventDefinition: z.string().min(1).describe('Id or name of the event definition of the files'),
  }),
  resolve: (config, node, _input, context) => {
    const inbox = context.inbox(node.id);
    if (inbox) return scanOf(node, inbox);
    const definition = context.definition(config.eventDefinition);
    if (!definition) {
      const message = `there is no event definition ${config.eventDefinition}`;
      return { fields: [], problems: [problemAt(node, 'EVENT_DEFINITION_NOT_FOUND', message)] };
    }
    // Before the first save there is no inbox yet: the fields are known all the same.
    return { fields: fieldsOfDefinition(definition), problems: [] };
  },
});
