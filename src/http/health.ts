// Owns the two questions that an orchestrator asks: alive, and able to serve.
import { z } from 'zod';
import { reply } from './answers.ts';
import { endpoint } from './endpoint.ts';

const readiness = z.strictObject({
  status: z.enum(['ready', 'not-ready']),
  missing: z.array(z.string()).meta({ description: 'What is still missing.' }),
});

export const healthEndpoints = [
  endpoint({
    method: 'GET',
    path: '/healthz',
    role: 'public',
    summary: 'Whether the server is alive',
    tags: ['Server'],
    answers: { 200: z.strictObject({ status: z.literal('alive') }) },
    handle: () => ({ status: 'alive' as const }),
  }),
  endpoint({
    method: 'GET',
    path: '/readyz',
    role: 'public',
    summary: 'Whether the server can serve, else what is missing',
    tags: ['Server'],
    answers: { 200: readiness, 503: readiness },
    handle: async (_request, weir) => {
      const missing = await weir.missing();
      const status = missing.length === 0 ? ('ready' as const) : ('not-ready' as const);
      return reply(missing.length === 0 ? 200 : 503, { status, missing });
    },
  }),
];
