import { z } from 'zod';
import { checkDefinitionForStore } from '../../definitions/validate-definition.ts';
import { problemAt } from '../component.ts';
import type { Resolution, ResolveContext } from '../component.ts';
import type { GraphProblem, MeterNode } from '../types.ts';
import { fieldsOfDefinition, scanOf } from './scan.ts';

export const inboxConfig = z.strictObject({
  eventDefinition: z.string().min(1).describe('Id or name of the event definition of what comes in'),
});

/** A source over the meter's own inbox store of this definition. */
export function resolveInbox(
  { eventDefinition }: z.infer<typeof inboxConfig>,
  node: MeterNode,
  context: ResolveContext,
): Resolution {
  const definition = context.definition(eventDefinition);
  if (!definition) {
    const message = `there is no event definition ${eventDefinition}`;
    return { fields: [], problems: [problemAt(node, 'EVENT_DEFINITION_NOT_FOUND', message)] };
  }
  const inbox = context.inbox(node.id);
  if (!inbox) {
    // Before the first save there is no inbox yet: the fields are known all the same.
    const unfit = checkDefinitionForStore(definition);
    const problems = unfit.map(({ code, message }) => problemAt(node, code, message));
    return { fields: fieldsOfDefinition(definition), problems };
  }
  const problems: GraphProblem[] = [];
  if (inbox.definition.id !== definition.id) {
    const message =
      `the inbox store '${inbox.name}' holds events of '${inbox.definition.name}', not of '${definition.name}': ` +
      'add fields to that definition, or take a source with another id, which gets an inbox of its own';
    problems.push(problemAt(node, 'INBOX_DEFINITION_FIXED', message));
  }
  return { ...scanOf(node, inbox), problems };
}
