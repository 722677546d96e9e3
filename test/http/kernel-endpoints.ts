// Endpoints that show one ability of the kernel each.
import { z } from 'zod';
import { WeirError } from '../../src/errors.ts';
import { StreamAnswer, download, rawAnswer, reply } from '../../src/http/answers.ts';
import { rawBody, readText } from '../../src/http/body.ts';
import { endpoint } from '../../src/http/endpoint.ts';
import { listOf, listQuery, page } from '../../src/http/lists.ts';
import { RawJson } from '../../src/http/raw-json.ts';

/** How many streams have begun, and have ended, read or not. */
export const streams = { begun: 0, ended: 0 };

async function* words(): AsyncGenerator<string> {
  streams.begun += 1;
  try {
    yield 'one ';
    yield 'two';
  } finally {
    streams.ended += 1;
  }
}

async function* failing(): AsyncGenerator<string> {
  yield* [];
  throw new WeirError('conflict', 'TOO_EARLY', 'Not now.');
}

const point = z.strictObject({ x: z.int(), tags: z.array(z.strictObject({ name: z.string() })).optional() });
const tags = ['Test'];
const open = { role: 'public', tags, summary: 'Test' } as const;
const text = z.strictObject({ text: z.string() });

export const kernelEndpoints = [
  endpoint({
    ...open,
    method: 'GET',
    path: '/items/{id}',
    params: z.strictObject({ id: z.string() }),
    answers: { 200: text },
    handle: ({ params }) => ({ text: params.id }),
  }),
  endpoint({
    ...open,
    method: 'GET',
    path: '/items/fixed',
    answers: { 200: text },
    handle: () => ({ text: 'the fixed one' }),
  }),
  endpoint({
    ...open,
    method: 'POST',
    path: '/points',
    query: z.strictObject({ mode: z.enum(['a', 'b']) }),
    body: point,
    answers: { 201: point },
    handle: ({ body }) => body,
  }),
  endpoint({
    ...open,
    method: 'GET',
    path: '/list',
    query: z.strictObject(listQuery),
    answers: { 200: listOf(z.int()) },
    handle: ({ query }) =>
      page(
        [1, 2, 3].slice(0, query.limit + 1),
        query.limit,
        (n) => n,
        (n) => [n],
      ),
  }),
  endpoint({
    ...open,
    method: 'POST',
    path: '/raw',
    body: rawBody({ contentTypes: ['text/csv'], bytesMax: 1000 }),
    answers: { 200: text },
    handle: async ({ body }) => ({ text: await readText(body.bytes) }),
  }),
  endpoint({
    ...open,
    method: 'GET',
    path: '/words',
    answers: { 200: rawAnswer(['text/plain'], 'Words.') },
    handle: () => download('a"b/ü.txt', 'text/plain', words()),
  }),
  endpoint({
    ...open,
    method: 'GET',
    path: '/failing',
    answers: { 200: rawAnswer(['text/plain'], 'None.') },
    handle: () => new StreamAnswer('text/plain', failing()),
  }),
  endpoint({
    ...open,
    method: 'GET',
    path: '/secret-failure',
    answers: { 200: text },
    handle: () => Promise.reject(new Error('password is hunter2')),
  }),
  endpoint({
    ...open,
    method: 'GET',
    path: '/busy',
    answers: { 200: text },
    handle: () => Promise.reject(new WeirError('unavailable', 'BUSY', 'Later.', { retryAfterSeconds: 7 })),
  }),
  endpoint({
    ...open,
    method: 'GET',
    path: '/exact',
    answers: { 200: z.strictObject({ value: z.unknown() }) },
    handle: () => ({ value: new RawJson('{"n":12345678901234567890.1}') }),
  }),
  endpoint({
    ...open,
    method: 'DELETE',
    path: '/items/{id}',
    params: z.strictObject({ id: z.string() }),
    answers: { 204: null },
    handle: () => reply(204, undefined),
  }),
  endpoint({
    ...open,
    role: 'runner',
    method: 'GET',
    path: '/run',
    answers: { 200: text },
    handle: ({ actor }) => ({ text: actor.name }),
  }),
];
