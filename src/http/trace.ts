// Owns the call that tells what became of one event, per meter that reads its store.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { eventParams, findEvent } from './events-read.ts';

const traceSchema = z.array(
  z
    .strictObject({
      meter: z.string(),
      meterName: z.string(),
      version: z.int(),
      nodes: z.array(
        z.strictObject({
          id: z.string(),
          outcome: z.enum(['passed', 'dropped', 'rejected', 'aggregated', 'written']),
          code: z.string().optional(),
        }),
      ),
      records: z.array(z.string()).meta({ description: 'Usage records that the event counts in.' }),
    })
    .meta({ id: 'EventTrace' }),
);

export const traceEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/event-stores/{id}/events/{eventId}/trace',
    role: 'viewer',
    summary: 'Follow an event through the meters that read its store',
    description:
      'Which components it passed, where it was dropped or rejected, and the records it counts in.',
    tags: ['Event stores'],
    params: eventParams,
    answers: { 200: traceSchema },
    handle: async ({ params }, weir) => {
      const { store, event } = await findEvent(weir, params);
      return weir.meterFollowers.trace(store.id, event.sequence);
    },
  }),
];
